/** What may go wrong with somebody else's service, whichever it is. */

export type FaultKind =
  /** The provider has said no, and will again. */
  | "refused"
  /** Asked too often: nothing was done. */
  | "rate_limited"
  /** No answer, or one that says nothing: it may have been done or not. */
  | "unreachable"
  /** What is asked about is not there, or no more. */
  | "gone"
  /** The account's credentials are not taken. */
  | "unauthorized"
  /** Asked too early: what is asked for is still being made. */
  | "not_ready";

/** Why a provider did not do what it was asked for. Its words are in the message, and never a secret of the account. */
export class ProviderFault extends Error {
  override name = "ProviderFault";
  readonly kind: FaultKind;
  /** The provider's own word for it. */
  readonly code: string;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined;
  /** Where a person can mend it. */
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

/** Seconds before what was sent without an answer can be looked for: until then a provider's lists may not have it. */
export const SETTLE_SECONDS = 120;
