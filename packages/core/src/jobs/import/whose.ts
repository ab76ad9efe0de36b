import { type Detail, invalid } from "../../kernel/error.ts";
import { haveWordsOf } from "../../kernel/text.ts";
import { Person } from "../../person/person.ts";
import { type Input, textOf } from "./importable.ts";

/** Rows of what stands for a person: names, an email address, telephone numbers, or a key that names them. */

/** Reads at once what the rows' resolutions of persons will read one by one. */
export const readPersonsAhead = (inputs: readonly Input[]): Promise<void> =>
  Person.readAhead(
    inputs.map(({ external_key, email, phone, mobile }) => ({
      external_key: textOf(external_key),
      emails: [textOf(email)],
      phones: [textOf(phone), textOf(mobile)],
    })),
  );

/** A full name that says more than the names beside it would be lost. */
export function wrongNames({ full_name, first_name, last_name }: Input): Detail[] {
  const [full, first, last] = [full_name, first_name, last_name].map(textOf);
  if (full === undefined || !(first || last) || haveWordsOf(full, [first, last])) return [];
  return [{ field: "full_name", message: "Has words that the names beside it do not have: leave out one of the columns" }];
}

/** What is wrong with a row: of names that lead to no record, that alone. */
export const withRest = (named: readonly Detail[], rest: readonly Detail[]): Detail[] => [
  ...named,
  ...rest.filter(({ field }) => !named.some((each) => each.field === field)),
];

/** An update gives a record, which is called `noun`, to no other person. */
export async function requirePersonOf(
  noun: string,
  read: () => Promise<{ personal_key_id: string | null }>,
  row: Pick<Input, "personal_key_id" | "external_key">,
): Promise<void> {
  const [named, key] = [textOf(row.personal_key_id), textOf(row.external_key)];
  if (named === undefined && key === undefined) return;
  const { personal_key_id } = await read();
  const [person, wanted] = await Promise.all([
    personal_key_id === null ? undefined : Person.living(personal_key_id),
    Person.personNamed({ personal_key_id: named, external_key: key }),
  ]);
  if (!person || person.id !== wanted?.id)
    throw invalid(
      named === undefined ? "external_key" : "personal_key_id",
      `The ${noun} is about another person: leave the cell empty`,
    );
}
