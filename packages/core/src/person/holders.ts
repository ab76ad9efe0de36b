import { useSettings } from "../kernel/context.ts";
import { type Point, pointsOf } from "./contact.ts";
import { livingAll, readLocks } from "./identity.ts";
import type { PersonRecord } from "./person.entity.ts";

type Field = "email" | "phone";

async function pointIn(field: Field, value: string): Promise<Point[]> {
  const typed = { emails: [], phones: [], [field === "email" ? "emails" : "phones"]: [value] };
  return pointsOf(typed, useSettings().default_country);
}

/** Who holds an email or a telephone number: one person, or several where it is shared. */
export async function holdersOf(field: Field, value: string): Promise<PersonRecord[]> {
  const locks = await readLocks(await pointIn(field, value));
  const persons = [...(await livingAll(locks.flatMap(({ holders }) => holders))).values()];
  const live = persons.filter((person) => person !== undefined && !person.deleted_at) as PersonRecord[];
  return [...new Map(live.map((person) => [person.id, person])).values()];
}

/** The form in which two values are the same. */
export const samePoint = async (field: Field, value: string): Promise<string> =>
  (await pointIn(field, value))[0]?.normalized ?? value.trim();
