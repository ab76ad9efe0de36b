import type { PersonRecord, Preference } from "./person.entity.ts";

/** The person after they agreed to be written to on a channel, for any purpose; what they say last holds. */
export function consented(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  const others = person.preferences.filter(({ channel, purpose }) => channel !== said.channel || purpose !== "any");
  return { ...person, preferences: [...others, { ...said, purpose: "any", state: "ALLOWED" }] };
}
