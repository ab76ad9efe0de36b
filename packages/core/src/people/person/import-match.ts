import { type ErrorDetail, invalid } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { hasAllWords } from "../../kernel/text.ts";
import { type Input, toText } from "../../platform/import/importable.ts";
import { Records } from "../../storage/write/records.ts";
import { People } from "./person.entity.ts";
import { PERSON } from "./person.kind.ts";
import { Person } from "./person.ts";

/** Import rows of records with a person: names, an email address, telephone numbers, or a key of the person. */

/** Reads at once what resolving the persons of the rows would read one by one. */
export const preloadPersons = (inputs: readonly Input[]): Promise<void> =>
  Person.preloadResolution(
    inputs.map(({ external_key, email, phone, mobile }) => ({
      external_key: toText(external_key),
      emails: [toText(email)],
      phones: [toText(phone), toText(mobile)],
    })),
  );

/** Refuses a full name with words that the other name columns lack, because they would be lost. */
export function validateNames({ full_name, first_name, last_name }: Input): ErrorDetail[] {
  const [full, first, last] = [full_name, first_name, last_name].map(toText);
  if (full === undefined || !(first || last) || hasAllWords(full, [first, last])) return [];
  return [{ field: "full_name", message: "Contains words that the other name columns do not contain: omit one of the columns" }];
}

/** Merges the errors of a row. For a reference that was not found, only that error is reported. */
export const mergeDetails = (referenceErrors: readonly ErrorDetail[], rest: readonly ErrorDetail[]): ErrorDetail[] => [
  ...referenceErrors,
  ...rest.filter(({ field }) => !referenceErrors.some((error) => error.field === field)),
];

/** Refuses an update that would change the person of a record. `noun` is the kind of record in the message. */
export async function requireSamePerson(
  noun: string,
  read: () => Promise<{ personal_key_id: string | null }>,
  row: Pick<Input, "personal_key_id" | "external_key">,
): Promise<void> {
  const [personalKeyId, key] = [toText(row.personal_key_id), toText(row.external_key)];
  if (personalKeyId === undefined && key === undefined) return;
  const { personal_key_id } = await read();
  const [person, expectedPerson] = await Promise.all([
    personal_key_id === null ? undefined : Person.resolveMerged(personal_key_id),
    Person.resolveReference({ personal_key_id: personalKeyId, external_key: key }),
  ]);
  if (!person || person.id !== expectedPerson?.id)
    throw invalid(
      personalKeyId === undefined ? "external_key" : "personal_key_id",
      `The ${noun} belongs to another person: leave the cell empty`,
    );
}

/** Deletes a person created by an import row, if it is unchanged since and has no live records. */
export async function removeBarePerson(id: string, version: number): Promise<void> {
  const person = isId(id, PERSON) ? await Records.load(People, id, { live: true }) : undefined;
  if (person?.version === version && (await Person.isBare(id))) await Person.remove({ id });
}
