import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { hasPermission } from "../../kernel/context.ts";
import { invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { canSeePerson, type PersonReference } from "./consent.ts";
import type { PersonRecord } from "./person.entity.ts";
import { personGrants } from "./person.kind.ts";
import type { PersonEdit } from "./resolution.ts";
import {
  findBirthDateFault,
  sensitiveFields,
  sensitiveViewFields,
  setSensitiveValues,
  unsealBirthDate,
} from "./sensitive-values.ts";

/**
 * The birth date of a record's person, which the record takes and shows as `birthdate`. Only the person stores it, sealed. The rules are
 * those of the person's field `birth_date`.
 */
export const field = {
  birthdate: sensitiveFields.birth_date.describe(
    "The `birth_date` of the person, under the same rules. Omitted, it stays, and only null clears it",
  ),
};

export const viewField = {
  birthdate: sensitiveViewFields.birth_date.describe(
    "The person's `birth_date`: in full for callers with permission, but never in the response to a write; otherwise masked with `•`. " +
      "Null if the caller does not see the person",
  ),
};

type BirthdateInput = z.output<(typeof field)["birthdate"]>;
export type BirthdateView = z.output<z.ZodObject<typeof viewField>>;

/** Shows the mask, as in answers of writes and in files. */
export const mask = (person: PersonRecord | undefined): BirthdateView => ({
  birthdate: person?.masks?.birth_date ?? null,
});

/** Shows what the caller may see, as the person itself does. */
export const reveal = async (person: PersonRecord | undefined): Promise<BirthdateView> =>
  person && hasPermission(personGrants.sensitive) ? { birthdate: await unsealBirthDate(person) } : mask(person);

/** Refuses a birth date that no person can have. */
export function requirePossible(birthdate: BirthdateInput): void {
  const fault = findBirthDateFault(birthdate);
  if (fault !== undefined) throw invalid("birthdate", fault);
}

/** Returns the edit of the person for a record's input. A null is no edit if the caller does not see the person, because they were shown null. */
export async function resolveEdit(record: PersonReference, birthdate: BirthdateInput): Promise<PersonEdit | undefined> {
  if (birthdate === undefined) return undefined;
  if (await canSeePerson(record)) return (person) => setBirthdate(person, birthdate);
  if (birthdate === null) return undefined;
  throw invalid("birthdate", "Only users who can see the person can set their birth date: omit it, or ask an administrator");
}

/** Returns the same object if nothing changes, so that the person is not written. */
async function setBirthdate(person: PersonRecord, birthdate: string | null): Promise<PersonRecord> {
  if (birthdate === null && !person.masks?.birth_date) return person;
  try {
    const next = await setSensitiveValues(person, { birth_date: birthdate });
    return isDeepStrictEqual(next, person) ? person : next;
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw invalidAll(error.details.map(({ message }) => ({ field: "birthdate", message })));
  }
}

export * as Birthdate from "./birthdate.ts";
