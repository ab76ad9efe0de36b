import type { MarketingConsent } from "../../people/suppression/marketing-consent.rules.ts";
import { listRefusedPurposes, type SendPurpose, type SuppressionReason } from "../../people/suppression/reasons.rules.ts";

/** Pure rules: whether a message may be sent now (docs/messaging/messages.md). */

export { purposes, suppressionReasons } from "../../people/suppression/reasons.rules.ts";

/** `answer` is the reply to STOP, START and HELP; `test` is a template test to a user. */
type Purpose = SendPurpose | "answer" | "test";

export interface SendPolicyInput {
  purpose: Purpose;
  now: string;
  /** Active suppressions of the address. */
  suppressed: readonly SuppressionReason[];
  /** Whether the address refuses the subscription type of the message. */
  is_type_suppressed: boolean;
  /** The person's consent for channel, purpose and subscription type. */
  consent: MarketingConsent;
  /** Whether the mail can state the postal address of its sender; true for text messages, which need none. */
  has_postal_address: boolean;
  /** The end of the quiet hours of the recipient; null if they never end, undefined if they do not apply. */
  next_allowed_at?: string | null | undefined;
  /** When the sender may send again; null if the daily limit is not reached. */
  limited_until: string | null;
  /** When the person may get marketing again; null if the frequency cap is not reached. */
  capped_until: string | null;
}

/** Purposes that count in no limit, and need no question: security codes, answers to STOP and HELP, and template tests to users. */
const unlimitedPurposes: ReadonlySet<string> = new Set(["security", "answer", "test"]);

/** Whether a message of this purpose is sent only to persons whom the tenant may process. */
export const asksProcessing = (purpose: string): boolean => !unlimitedPurposes.has(purpose);

export const holdReasons = [
  "no_postal_address",
  "suppressed",
  "refused",
  "no_consent",
  "quiet_hours",
  "daily_limit",
  "frequency_cap",
  "recalled",
  "restricted",
] as const;
type HoldReason = (typeof holdReasons)[number];

/** A message is held until an instant and then checked again. With `until` null it is refused for good. */
export type SendDecision = { may: true } | { may: false; reason: HoldReason; until: string | null };

/** Whether the suppressions of an address exclude a purpose. */
export const isSuppressed = (suppressed: readonly SuppressionReason[], purpose: Purpose): boolean =>
  listRefusedPurposes(suppressed).includes(purpose === "test" ? "service" : (purpose as SendPurpose));

export function decideSending(input: SendPolicyInput): SendDecision {
  const {
    purpose,
    now,
    suppressed,
    is_type_suppressed,
    consent,
    has_postal_address,
    next_allowed_at,
    limited_until,
    capped_until,
  } = input;
  if (purpose === "security" || purpose === "answer") return { may: true };
  const isMarketing = purpose === "marketing";
  const hold = (reason: HoldReason, until: string | null): SendDecision => ({ may: false, reason, until });
  const isTest = purpose === "test";
  if (isMarketing && !has_postal_address) return hold("no_postal_address", null);
  if (isSuppressed(suppressed, purpose)) return hold("suppressed", null);
  if (isTest) return { may: true };
  if (isMarketing && is_type_suppressed) return hold("suppressed", null);
  if (consent === "refused") return hold("refused", null);
  if (isMarketing && consent !== "allowed") return hold("no_consent", null);
  if (next_allowed_at === null) return hold("quiet_hours", null);
  if (next_allowed_at !== undefined && next_allowed_at > now) return hold("quiet_hours", next_allowed_at);
  if (limited_until !== null && limited_until > now) return hold("daily_limit", limited_until);
  if (isMarketing && capped_until !== null && capped_until > now) return hold("frequency_cap", capped_until);
  return { may: true };
}
