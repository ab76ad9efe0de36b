import type { CallOptions } from "./call.ts";
import { type ApiError, ConnectionError, parseRetryAfter, readApiError, TimeoutError } from "./errors.ts";

/** Sends requests, and repeats those whose repetition has no second effect. */

interface TransportOptions {
  readonly fetch?: typeof fetch | undefined;
  readonly timeout?: number | undefined;
  readonly retries?: number | undefined;
  readonly retryDelay?: ((attempt: number) => number) | undefined;
}

export type RequestBody = NonNullable<RequestInit["body"]>;

interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly credentials?: "include";
  /** Whether the request may be sent again when it is unknown whether it had its effect. */
  readonly isRepeatable: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 3;
const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** A longer `Retry-After` is an error at once, because callers do not expect to wait so long. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** Half of the delay is random, so that clients that failed together do not return together. */
const computeDelay = (attempt: number): number => Math.min(MIN_DELAY_MS * 2 ** attempt, MAX_DELAY_MS) * (0.5 + Math.random() / 2);

/** A status says that the request had no effect (429), or that its effect is unknown. */
const isTemporary = (status: number): boolean => status === 429 || status === 502 || status === 503 || status === 504;

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Returns a successful answer, whose body `read` reads within the time limit. Throws an `ApiError` for others. */
  async send<T>(request: WireRequest, options: CallOptions, read: (response: Response) => Promise<T>): Promise<T> {
    const retries = options.retries ?? this.#options.retries ?? DEFAULT_RETRIES;
    const delay = this.#options.retryDelay ?? computeDelay;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(request, options, read);
      if ("value" in outcome) return outcome.value;
      const { error, isUnsent, retryAfter } = outcome;
      const canRetry = (isUnsent || request.isRepeatable) && (outcome.isTemporary || (attempt > 0 && outcome.isConflict));
      if (attempt >= retries || !canRetry || (retryAfter ?? 0) > MAX_RETRY_AFTER_SECONDS) throw error;
      await pause(retryAfter === undefined ? delay(attempt) : retryAfter * 1000, options.signal);
    }
  }

  async #attempt<T>(
    request: WireRequest,
    options: CallOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<{ value: T } | FailedAttempt> {
    const { signal } = options;
    signal?.throwIfAborted();
    const timeout = options.timeout ?? this.#options.timeout ?? DEFAULT_TIMEOUT_MS;
    const limit = new AbortController();
    const abort = (): void => limit.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      limit.abort();
    }, timeout);
    let value: T | undefined;
    try {
      const { url, isRepeatable: _isRepeatable, body, ...init } = request;
      const send = this.#options.fetch ?? globalThis.fetch;
      const stream = body instanceof ReadableStream ? { duplex: "half" as const } : {};
      const response = await send(url, { ...init, ...stream, ...(body === undefined ? {} : { body }), signal: limit.signal });
      if (!response.ok) return describeAnswer(await readApiError(response));
      value = await read(response);
      return { value };
    } catch (cause) {
      signal?.throwIfAborted();
      const error = isLate
        ? new TimeoutError(`No answer came within ${timeout} ms`, { cause })
        : new ConnectionError(`No complete answer came from the server: ${describeCause(cause)}`, { cause });
      return { error, isTemporary: true };
    } finally {
      clearTimeout(timer);
      // The signal stays connected to a body that the caller reads later.
      if (!(value instanceof Response)) signal?.removeEventListener("abort", abort);
    }
  }
}

interface FailedAttempt {
  readonly error: Error;
  /** Whether the server refused the request before it had an effect. */
  readonly isUnsent?: boolean;
  readonly isTemporary: boolean;
  /** Whether an earlier attempt may still be under way on the server. */
  readonly isConflict?: boolean;
  readonly retryAfter?: number | undefined;
}

const describeAnswer = (error: ApiError): FailedAttempt => ({
  error,
  isUnsent: error.status === 429,
  isTemporary: isTemporary(error.status),
  isConflict: error.status === 409,
  retryAfter: parseRetryAfter(error.headers),
});

/** `fetch` hides the reason of a failure in its cause. */
function describeCause(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return cause?.message || message || String(error);
}

export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
