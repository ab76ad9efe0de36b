import type { KeyObject } from "node:crypto";

/** What somebody sends to the door, as it came: nothing in it is believed before its signature is checked. */
export interface WebhookRequest {
  /** Of the body. */
  readonly bytes: Uint8Array;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What stands behind the `?` of the address, as it was written. */
  readonly query: string;
}

/** What the keys and the address of a webhook are, and what time it is. */
export interface VerificationContext {
  readonly secrets: readonly string[];
  /** The addresses under which the provider may have called, as it writes them. */
  readonly urls: readonly string[];
  /** Milliseconds. */
  readonly now: number;
  /** Of a provider that signs by certificates, the key of the one that the call names, where it has been proved. */
  readonly signer?: KeyObject | undefined;
}

/** A call that its provider signed. */
export interface VerifiedRequest {
  /** What the provider calls the delivery, where what it signed says so. */
  readonly external_id: string | null;
  /** By what a repeat is known: no more than was signed, so that what was not signed makes no other of it. */
  readonly idempotencyKey: string;
}

/** Checks what one provider signs: the parts of the call, and nothing else. Undefined for what it did not sign. */
export type SignatureCheck = (call: WebhookRequest, known: VerificationContext) => VerifiedRequest | undefined;
