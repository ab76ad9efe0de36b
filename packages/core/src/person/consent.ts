import type { PersonRecord, Preference } from "./person.entity.ts";
import { withAnswers } from "./preferences.ts";

/**
 * The person after somebody agreed, in their name, to be written to on a channel for any purpose. A refusal stands: it
 * was theirs, and of this one nothing proves it.
 */
export function consented(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  const isRefused = ({ channel, purpose, consent }: Preference) =>
    channel === said.channel && purpose === "any" && consent === "REFUSED";
  if (person.preferences.some(isRefused)) return person;
  return { ...person, preferences: withAnswers(person.preferences, [{ ...said, purpose: "any", consent: "ALLOWED" }]) };
}
