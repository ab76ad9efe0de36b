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
  /** The person's consent for channel and purpose. */
  consent: "ALLOWED" | "REFUSED" | "NOT_ASKED";
  /** Whether the channel or the tenant requires an opt-in. */
  is_opt_in_required: boolean;
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

export function decideSending(input: SendPolicyInput): SendDecision {
  const {
    purpose,
    now,
    suppressed,
    consent,
    is_opt_in_required,
    next_allowed_at: loud_from,
    limited_until,
    capped_until,
  } = input;
  if (purpose === "security" || purpose === "answer") return { may: true };
  const isMarketing = purpose === "marketing";
  const hold = (reason: HoldReason, until: string | null): SendDecision => ({ may: false, reason, until });
  const isTest = purpose === "test";
  if (listRefusedPurposes(suppressed).includes(isTest ? "service" : purpose)) return hold("suppressed", null);
  if (isTest) return { may: true };
  if (consent === "REFUSED") return hold("refused", null);
  if (isMarketing && is_opt_in_required && consent !== "ALLOWED") return hold("no_consent", null);
  if (loud_from === null) return hold("quiet_hours", null);
  if (loud_from !== undefined && loud_from > now) return hold("quiet_hours", loud_from);
  if (limited_until !== null && limited_until > now) return hold("daily_limit", limited_until);
  if (isMarketing && capped_until !== null && capped_until > now) return hold("frequency_cap", capped_until);
  return { may: true };
}
