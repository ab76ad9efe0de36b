import type { KeyObject } from "node:crypto";

/** A request to a webhook, unchanged. Nothing in it is trusted before its signature is checked. */
export interface WebhookRequest {
  /** The bytes of the body. */
  readonly bytes: Uint8Array;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The part of the URL after `?`, unchanged. */
  readonly query: string;
}

/** The secrets and URLs of a webhook, and the present time. */
export interface VerificationContext {
  readonly secrets: readonly string[];
  /** The URLs that the provider may have called, as it writes them. */
  readonly urls: readonly string[];
  /** In milliseconds. */
  readonly now: number;
  /** For providers that sign with certificates: the key of the certificate that the request names, if it was verified. */
  readonly signer?: KeyObject | undefined;
}

/** A request with a valid signature. */
export interface VerifiedRequest {
  /** The provider's id of the delivery, if it is signed. */
  readonly external_id: string | null;
  /** Identifies repeats. It contains only signed values, so that unsigned ones cannot make a repeat look new. */
  readonly idempotencyKey: string;
}

/** Checks the signature of one provider; undefined if it is not valid. */
export type SignatureCheck = (call: WebhookRequest, context: VerificationContext) => VerifiedRequest | undefined;
