import type { Preference } from "../consent/preference.schema.ts";

/** Pure rules: consent to marketing, by person and subscription type (docs/people/suppression.md). */

/** Purposes of answers with a meaning of their own, and purposes of messages. No subscription type has such a code. */
const reservedPurposes: readonly string[] = ["any", "marketing", "service", "security", "answer", "test"];

/** Whether a code can be that of a subscription type. */
export const isTypeCode = (code: string): boolean => /^[a-z][a-z0-9_]{0,49}$/.test(code) && !reservedPurposes.includes(code);

/** What decides about consent in a subscription type. */
export interface TypePolicy {
  code: string;
  is_default_on: boolean;
  needs_double_opt_in: boolean;
}

/** Whether only persons who allow the type get its messages. */
export const needsOwnConsent = ({ is_default_on, needs_double_opt_in }: TypePolicy): boolean =>
  !is_default_on || needs_double_opt_in;

/** `unrefused`: the person refuses nothing, but has not given the consent that is required. */
export type MarketingConsent = "allowed" | "refused" | "unrefused";

export interface ConsentQuestion {
  preferences: readonly Pick<Preference, "channel" | "purpose" | "consent">[];
  channel: string;
  type: TypePolicy;
  /** Whether the channel or the tenant requires an opt-in for marketing. */
  isOptInRequired: boolean;
}

/** Decides whether a person may get marketing of a type on a channel. */
export function decideMarketingConsent({ preferences, channel, type, isOptInRequired }: ConsentQuestion): MarketingConsent {
  const findAnswer = (purpose: string) =>
    preferences.find((preference) => preference.channel === channel && preference.purpose === purpose)?.consent;
  const answers = ["any", "marketing", type.code].map(findAnswer);
  if (answers.includes("REFUSED")) return "refused";
  const [any, marketing, own] = answers;
  if (own === "ALLOWED") return "allowed";
  if (needsOwnConsent(type)) return "unrefused";
  return isOptInRequired && marketing !== "ALLOWED" && any !== "ALLOWED" ? "unrefused" : "allowed";
}
