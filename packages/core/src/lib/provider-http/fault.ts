/** The faults that calls to external services can have, the same for all providers. */

export type FaultKind =
  /** The provider refused, and would refuse again. */
  | "refused"
  /** Too many requests: nothing was done. */
  | "rate_limited"
  /** No answer, or an unreadable one: the request may or may not have been done. */
  | "unreachable"
  /** The requested resource does not exist, or no longer. */
  | "gone"
  /** The account's credentials are not accepted. */
  | "unauthorized"
  /** The request came too early: the resource is still being prepared. */
  | "not_ready";

/** Why a provider did not do what was requested. The message contains the provider's words, and never a secret of the account. */
export class ProviderFault extends Error {
  override name = "ProviderFault";
  readonly kind: FaultKind;
  /** The provider's own error code. */
  readonly code: string;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | undefined;
  /** A page where a person can fix the problem. */
  readonly url: string | undefined;

  constructor(kind: FaultKind, code: string, message: string, options: { retryAfter?: number; url?: string } = {}) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.url = options.url;
  }
}

export const isFault = (error: unknown, ...kinds: readonly FaultKind[]): error is ProviderFault =>
  error instanceof ProviderFault && (kinds.length === 0 || kinds.includes(error.kind));

/** Seconds to wait before looking for a request that got no answer: until then the provider's lists may not contain it. */
export const SETTLE_SECONDS = 120;
