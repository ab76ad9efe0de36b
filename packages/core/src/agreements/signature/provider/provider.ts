import { type Failure as F, Failure, rateLimited, ruleViolation } from "../../../kernel/error.ts";
import { type ProviderFault, SETTLE_SECONDS } from "../../../lib/provider-http/fault.ts";
import type { AccountCheck } from "../../../lib/provider-http/provider-client.ts";

/**
 * The port to signature providers. An adapter converts between a provider's published API and the types below. No other code knows the provider's API
 * (docs/agreements/signature-providers.md).
 */
export interface SignatureProvider {
  readonly provider: ProviderName;
  /** Returns what this provider cannot do with the envelope, for a user. If there is a fault, the envelope is not sent. */
  findFaults(envelope: Envelope): string[];
  /**
   * Sends the envelope, once for each `request_id`. If an earlier try may have reached the provider (`tried_at`), the adapter looks for the envelope
   * first and does not send an existing one again.
   */
  send(envelope: Envelope): Promise<SentEnvelope>;
  /** Finds the envelope that was sent for a request, or returns undefined. */
  find(request_id: string, tried_at: string): Promise<SentEnvelope | undefined>;
  status(envelope_id: string): Promise<Facts>;
  /** Voids the envelope. One that is void already stays void. */
  void(envelope_id: string, reason: string): Promise<void>;
  remind(envelope_id: string, signer: string): Promise<void>;
  /** Replaces a signer by another person. */
  reassign(envelope_id: string, signer: string, to: Person): Promise<void>;
  /** Returns the signed document as a PDF. */
  downloadSignedFile(envelope_id: string): Promise<Uint8Array>;
  /** Returns the provider's certificate as a PDF, or undefined if it is part of the signed file. */
  downloadCertificate(envelope_id: string): Promise<Uint8Array | undefined>;
  /** Returns whether the account works, and its problems. */
  check(): Promise<AccountCheck>;
}

export const providerNames = ["docusign", "dropbox_sign"] as const;
export type ProviderName = (typeof providerNames)[number];

export const providerLabels: Readonly<Record<ProviderName, string>> = { docusign: "DocuSign", dropbox_sign: "Dropbox Sign" };

export interface Person {
  name: string;
  email: string;
}

export interface Envelope {
  /** Our request id, unique in the provider's account. The envelope is found by it. */
  request_id: string;
  subject: string;
  message?: string;
  /** With text tags, Dropbox Sign places the signature fields at the tags. */
  document: { name: string; bytes: Uint8Array; has_text_tags?: boolean };
  /** At least one. A signer's `ref` is the position, from `1`. Signers with the same `order` sign side by side. */
  signers: readonly (Person & { order: number; anchor?: string })[];
  /** Days from now. */
  expires_in_days?: number;
  remind_after_days?: number;
  remind_every_days?: number;
  /** URL for events, with providers that accept one for each envelope. */
  hook_url?: string;
  /** When an earlier try with an unknown outcome began; null for the first try. */
  tried_at: string | null;
}

export interface SentEnvelope {
  envelope_id: string;
  /** An earlier try has sent it. */
  isExisting: boolean;
}

const envelopeStates = ["sent", "delivered", "completed", "declined", "voided", "expired"] as const;
export type EnvelopeState = (typeof envelopeStates)[number];
export type SignerState = "sent" | "delivered" | "signed" | "declined";

/** Facts about an envelope, from an answer or an event. A missing field is unknown. */
export interface Facts {
  state?: EnvelopeState;
  /** Why it was declined, voided or expired. */
  reason?: string;
  signers?: readonly SignerFact[];
  /** When the state was reached, or else when it was reported. RFC 3339, UTC. */
  time: string;
  source: `${ProviderName}:${"status" | "event"}`;
}

export interface SignerFact {
  /** The signer's place in the envelope, from `1`. */
  ref: string;
  state: SignerState;
  /** The address to which it was sent, if known. It differs after a signer was reassigned. */
  email?: string;
  time?: string;
  reason?: string;
}

/** Converts a fault to the error that our caller gets. */
export function toFailure(fault: ProviderFault): F {
  if (fault.kind === "rate_limited")
    return rateLimited(fault.retryAfter ?? 60, "The signature provider limits the rate of requests: try again later");
  if (fault.kind === "unreachable")
    return new Failure("CONFLICT", "The signature provider did not answer; the operation may or may not have been carried out", {
      retryAfter: fault.retryAfter ?? SETTLE_SECONDS,
    });
  if (fault.kind === "not_ready") return new Failure("CONFLICT", fault.message, { retryAfter: fault.retryAfter ?? 30 });
  return ruleViolation(fault.message);
}
