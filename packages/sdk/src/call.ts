/** Options and results that all calls share. */

export interface CallOptions {
  /** Ends the call, with the waits between its attempts. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, in place of the client's. */
  readonly timeout?: number | undefined;
  /** Further attempts after the first, in place of the client's. */
  readonly retries?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface WriteOptions extends CallOptions {
  /** The version that the caller has read, or its ETag. If the record has another version, the call throws a `VersionConflictError`. */
  readonly ifMatch?: number | string | undefined;
  /** A key of the caller's own, to repeat a write in another process. By default each call has a new one. */
  readonly idempotencyKey?: string | undefined;
  /** Goes into the audit trail. */
  readonly reason?: string | undefined;
}

export interface DeleteOptions<Q = undefined> extends WriteOptions {
  readonly query?: Q;
}

/** An answer with its envelope and headers. */
export interface ApiResponse<T> {
  readonly data: T;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly headers: Headers;
  readonly etag: string | undefined;
  readonly requestId: string | undefined;
  /** Whether an earlier request with the same idempotency key had the effect. */
  readonly isReplayed: boolean;
}

/** The data of an answer. `withResponse` returns it with status and headers. */
export class ApiPromise<T> extends Promise<T> {
  readonly #response: Promise<ApiResponse<T>>;

  /** Methods of a promise return plain promises. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  constructor(response: Promise<ApiResponse<T>>) {
    // The state of this promise is never read: `then` reads the response.
    super((resolve) => resolve(undefined as T));
    this.#response = response;
  }

  withResponse(): Promise<ApiResponse<T>> {
    return this.#response;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise.
  override then<A = T, B = never>(
    onFulfilled?: ((data: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#response.then(({ data }) => data).then(onFulfilled, onRejected);
  }
}
