import type { PersonRecord, Preference } from "./person.entity.ts";
import { withAnswers } from "./preferences.ts";

/** The person after they agreed to be written to on a channel, for any purpose; what they say last holds. */
export function consented(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  return { ...person, preferences: withAnswers(person.preferences, [{ ...said, purpose: "any", consent: "ALLOWED" }]) };
}
