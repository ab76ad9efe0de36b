import { type Failure as F, Failure, rateLimited, ruleViolation } from "../../../kernel/error.ts";
import { type ProviderFault, SETTLE_SECONDS } from "../../../lib/provider-http/fault.ts";
import type { AccountCheck } from "../../../lib/provider-http/provider-client.ts";

/**
 * Who has documents signed for us, behind one port. An adapter writes what a provider's published API says, and reads what it answers into
 * the facts below; nothing else of it is known elsewhere (docs/agreements/signature-providers.md).
 */
export interface SignatureProvider {
  readonly provider: ProviderName;
  /** What of an envelope this provider cannot do, in words for a person; nothing is sent then. */
  findFaults(envelope: Envelope): string[];
  /**
   * Sends it, once for each `request_id`: where an earlier try may have reached the provider (`tried_at`), it is looked for first, and
   * what is found is not sent again.
   */
  send(envelope: Envelope): Promise<SentEnvelope>;
  /** The envelope that was sent for a request, as far as the provider knows one. */
  find(request_id: string, tried_at: string): Promise<SentEnvelope | undefined>;
  status(envelope_id: string): Promise<Facts>;
  /** Ends it unsigned; one that is void already stays so. */
  void(envelope_id: string, reason: string): Promise<void>;
  remind(envelope_id: string, signer: string): Promise<void>;
  /** Another person signs in the place of a signer. */
  reassign(envelope_id: string, signer: string, to: Person): Promise<void>;
  /** The signed document as PDF. */
  downloadSignedFile(envelope_id: string): Promise<Uint8Array>;
  /** The provider's record of how it was signed, as PDF; undefined where that is a part of the signed file. */
  downloadCertificate(envelope_id: string): Promise<Uint8Array | undefined>;
  /** Whether the account can be used. */
  check(): Promise<AccountCheck>;
}

export const providerNames = ["docusign", "dropbox_sign"] as const;
export type ProviderName = (typeof providerNames)[number];

export interface Person {
  name: string;
  email: string;
}

export interface Envelope {
  /** Ours, unique in the provider's account: by it an envelope is found again. */
  request_id: string;
  subject: string;
  message?: string;
  /** With text tags its fields are where the provider finds them, for those that read such (Dropbox Sign). */
  document: { name: string; bytes: Uint8Array; has_text_tags?: boolean };
  /** At least one. A signer's `ref` is their place, `1`, `2`, …; those with the same `order` sign side by side. */
  signers: readonly (Person & { order: number; anchor?: string })[];
  /** Days from now. */
  expires_in_days?: number;
  remind_after_days?: number;
  remind_every_days?: number;
  /** Where the provider tells what happens, where it can be told for one envelope. */
  hook_url?: string;
  /** When an earlier try began whose outcome is not known; null where this is the first. */
  tried_at: string | null;
}

export interface SentEnvelope {
  envelope_id: string;
  /** Whether an earlier try had sent it. */
  isExisting: boolean;
}

export const envelopeStates = ["sent", "delivered", "completed", "declined", "voided", "expired"] as const;
export type EnvelopeState = (typeof envelopeStates)[number];
export type SignerState = "sent" | "delivered" | "signed" | "declined";

/** What is known of an envelope: by an answer, or by an event. What is left out, nothing was said of. */
export interface Facts {
  state?: EnvelopeState;
  /** Why it was declined, voided or expired. */
  reason?: string;
  signers?: readonly SignerFact[];
  /** When it became so, or when that was said. RFC 3339, UTC. */
  at: string;
  source: `${ProviderName}:${"status" | "event"}`;
}

export interface SignerFact {
  /** Their place in the envelope, from `1` on. */
  ref: string;
  state: SignerState;
  /** To whom it was sent, where that was told: after a change of signers, another than it was. */
  email?: string;
  at?: string;
  reason?: string;
}

/** What a caller of ours is told. */
export function toFailure(fault: ProviderFault): F {
  if (fault.kind === "rate_limited") return rateLimited(fault.retryAfter ?? 60, "The signature provider asks for a pause");
  if (fault.kind === "unreachable")
    return new Failure("CONFLICT", "The signature provider did not answer: it is not known whether it was done", {
      retryAfter: fault.retryAfter ?? SETTLE_SECONDS,
    });
  if (fault.kind === "not_ready") return new Failure("CONFLICT", fault.message, { retryAfter: fault.retryAfter ?? 30 });
  return ruleViolation(fault.message);
}
