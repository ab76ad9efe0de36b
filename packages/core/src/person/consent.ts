import type { PersonRecord, Preference } from "./person.entity.ts";

/**
 * The person after somebody agreed, in their name, to be written to on a channel for any purpose. A refusal stands: it
 * was theirs, and of this one nothing proves it.
 */
export function consented(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  const isFor = ({ channel, purpose }: Preference) => channel === said.channel && purpose === "any";
  if (person.preferences.some((preference) => isFor(preference) && preference.state === "REFUSED")) return person;
  const others = person.preferences.filter((preference) => !isFor(preference));
  return { ...person, preferences: [...others, { ...said, purpose: "any", state: "ALLOWED" }] };
}
