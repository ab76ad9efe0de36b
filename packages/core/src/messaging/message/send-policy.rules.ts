import { listRefusedPurposes, type SendPurpose, type SuppressionReason } from "../../people/suppression/reasons.rules.ts";

/** Whether a message may be sent now (decisions, Messaging; docs/messaging/messages.md). Pure. */

export { purposes, type SuppressionReason, suppressionReasons } from "../../people/suppression/reasons.rules.ts";
/** `answer` is the one that STOP, START and HELP get; `test` what users send themselves. */
export type Purpose = SendPurpose | "answer" | "test";

export interface SendPolicyInput {
  purpose: Purpose;
  now: string;
  /** Why its address is suppressed; empty where it is not. */
  suppressed: readonly SuppressionReason[];
  /** The word of whoever has the address, for channel and purpose. */
  consent: "ALLOWED" | "REFUSED" | "NOT_ASKED";
  /** The channel asks for a consent, or the tenant does. */
  is_opt_in_required: boolean;
  /** From when on it is not quiet where the message is read; null where it never is, undefined where nobody minds. */
  next_allowed_at?: string | null | undefined;
  /** When its sender may send again; null where its daily limit is not reached. */
  limited_until: string | null;
  /** When the person may be written to again; null where they have had less than they may. */
  capped_until: string | null;
}

export const holdReasons = [
  "suppressed",
  "refused",
  "no_consent",
  "quiet_hours",
  "daily_limit",
  "frequency_cap",
  "recalled",
] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Held until an instant, and then asked anew; refused for good where there is none. */
export type SendDecision = { may: true } | { may: false; reason: HoldReason; until: string | null };

export function decideSending(asked: SendPolicyInput): SendDecision {
  const {
    purpose,
    now,
    suppressed,
    consent,
    is_opt_in_required,
    next_allowed_at: loud_from,
    limited_until,
    capped_until,
  } = asked;
  if (purpose === "security" || purpose === "answer") return { may: true };
  const isMarketing = purpose === "marketing";
  const held = (reason: HoldReason, until: string | null): SendDecision => ({ may: false, reason, until });
  const isTest = purpose === "test";
  if (listRefusedPurposes(suppressed).includes(isTest ? "service" : purpose)) return held("suppressed", null);
  if (isTest) return { may: true };
  if (consent === "REFUSED") return held("refused", null);
  if (isMarketing && is_opt_in_required && consent !== "ALLOWED") return held("no_consent", null);
  if (loud_from === null) return held("quiet_hours", null);
  if (loud_from !== undefined && loud_from > now) return held("quiet_hours", loud_from);
  if (limited_until !== null && limited_until > now) return held("daily_limit", limited_until);
  if (isMarketing && capped_until !== null && capped_until > now) return held("frequency_cap", capped_until);
  return { may: true };
}
