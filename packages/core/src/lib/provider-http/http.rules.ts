import { type FaultKind, ProviderFault, SETTLE_SECONDS } from "./fault.ts";

/** What the answers of HTTP providers have in common. */

/** The maximum length of a provider's message that is passed on. */
const MAX_MESSAGE_LENGTH = 300;
/** The longest pause that is accepted from a provider; their rate windows are hours at most. */
const MAX_PAUSE_SECONDS = 3600;
const DEFAULT_PAUSE_SECONDS = 60;

/**
 * Returns the seconds to wait, by `Retry-After` (seconds or a date) or by one of the headers that say when a rate window restarts: in seconds since
 * 1970, or in seconds from now if the number is too small for that.
 */
export function parseRetryAfter(headers: Readonly<Record<string, string>>, now: number, ...resets: readonly string[]): number {
  const [after, ...resetValues] = ["retry-after", ...resets].map((name) => headers[name]);
  const pause = [parseSeconds(after, now), ...resetValues.map((reset) => parseSeconds(reset, now))].find(
    (seconds) => seconds !== undefined,
  );
  return Math.min(MAX_PAUSE_SECONDS, Math.max(1, Math.ceil(pause ?? DEFAULT_PAUSE_SECONDS)));
}

const MIN_EPOCH_SECONDS = 1_000_000_000;

function parseSeconds(headerValue: string | undefined, now: number): number | undefined {
  if (headerValue === undefined || headerValue.trim() === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(headerValue.trim())) {
    const value = Number(headerValue);
    return value >= MIN_EPOCH_SECONDS ? value - now / 1000 : value;
  }
  const time = Date.parse(headerValue);
  return Number.isNaN(time) ? undefined : (time - now) / 1000;
}

/** Returns a provider's message in one line, without secrets. */
export function redactMessage(words: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret.length >= 4)
    .reduce((text, secret) => text.replaceAll(secret, "***"), words)
    .replaceAll(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, "***")
    .replaceAll(/eyJ[\w-]{8,}(\.[\w-]*){0,2}/g, "***")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return hidden.length > MAX_MESSAGE_LENGTH ? `${hidden.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : hidden;
}

/** The fault of a request without an answer, or with one that does not say what was done. */
export const unreachable = (name: string, why: string): ProviderFault =>
  new ProviderFault("unreachable", "no_answer", `${name} gave no readable response (${why})`, {
    retryAfter: SETTLE_SECONDS,
  });

export const fault = (
  kind: FaultKind,
  code: string,
  message: string,
  options: { retryAfter?: number; url?: string } = {},
): ProviderFault => new ProviderFault(kind, code, message, options);

/** Returns the JSON of an answer; undefined if it is invalid. */
export function parseJsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Returns an instant in ISO 8601 form; undefined if it is invalid. */
export function toInstant(value: unknown): string | undefined {
  const milliseconds = typeof value === "number" ? value * 1000 : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) || Math.abs(milliseconds) > 8.64e15 ? undefined : new Date(milliseconds).toISOString();
}

const PDF_SIGNATURE = Buffer.from("%PDF-");

/** Whether the bytes are a PDF; an error page of the provider is not. */
export const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, PDF_SIGNATURE.length)).equals(PDF_SIGNATURE);
