import type { Preference } from "../consent/preference.schema.ts";
import { Preferences } from "../person/preferences.ts";
import { isTypeCode } from "./marketing-consent.rules.ts";
import type { Channel } from "./suppression.rules.ts";

/** Prefix of the source of preferences that come from the suppression list. */
export const LIST_SOURCE_PREFIX = "suppression ";

interface PreferenceHolder {
  preferences: readonly Preference[];
}

const listOwnAnswers = ({ preferences }: PreferenceHolder) =>
  preferences.filter(({ source }) => !source?.startsWith(LIST_SOURCE_PREFIX));

/** Tells whether a person refuses a channel for any purpose or for this one, apart from refusals that come from the suppression list. */
export const hasOwnRefusal = (person: PreferenceHolder, channel: Channel, purpose = "marketing"): boolean =>
  Preferences.hasRefused({ preferences: listOwnAnswers(person) }, channel, purpose);

/** Returns the subscription types that a person refuses on a channel, apart from refusals that come from the suppression list. */
export const listOwnRefusedTypes = (person: PreferenceHolder, channel: Channel): string[] =>
  listOwnAnswers(person).flatMap((answer) =>
    answer.channel === channel && answer.consent === "REFUSED" && isTypeCode(answer.purpose) ? [answer.purpose] : [],
  );
