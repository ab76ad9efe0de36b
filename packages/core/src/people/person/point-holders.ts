import { useSettings } from "../../kernel/context.ts";
import { type NormalizedPoint, parsePoints } from "./contact-point-parser.ts";
import { readPointLocks, resolveAllMerged } from "./identity.ts";
import type { PersonRecord } from "./person.entity.ts";

type PointField = "email" | "phone";

async function parsePoint(field: PointField, value: string): Promise<NormalizedPoint[]> {
  const typed = { emails: [], phones: [], [field === "email" ? "emails" : "phones"]: [value] };
  return parsePoints(typed, useSettings().default_country);
}

/** Returns the persons who hold an email address or a telephone number: several if it is shared. */
export async function findHolders(field: PointField, value: string): Promise<PersonRecord[]> {
  const locks = await readPointLocks(await parsePoint(field, value));
  const persons = [...(await resolveAllMerged(locks.flatMap(({ holders }) => holders))).values()];
  const live = persons.filter((person) => person !== undefined && !person.deleted_at) as PersonRecord[];
  return [...new Map(live.map((person) => [person.id, person])).values()];
}

/** Returns the form in which equal values are equal. */
export const normalizePoint = async (field: PointField, value: string): Promise<string> =>
  (await parsePoint(field, value))[0]?.normalized ?? value.trim();
