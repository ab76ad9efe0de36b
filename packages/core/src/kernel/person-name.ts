import { invalid } from "./error.ts";
import { name } from "./schema.ts";
import { splitName, textSortKey } from "./text.ts";

/** Names of people and of records about people: which values identify a person, display names, and sorting. */

/** An input that replaces first and last name. Each of them has at most `maxLength` characters. */
export const fullName = (maxLength = 100) =>
  name(2 * maxLength + 1)
    .refine(
      (full) => Object.values(splitName(full)).every((part) => !part || part.length <= maxLength),
      `First or last name has more than ${maxLength} characters: send them in separate fields`,
    )
    .nullish()
    .describe("In place of first and last name. The last word becomes the last name, even if it is the only word");

type OptionalText = string | null | undefined;

interface PersonNames {
  first_name?: OptionalText;
  last_name?: OptionalText;
}

/** Values that identify a record about a person. Any one of them is enough. */
interface IdentifyingValues extends PersonNames {
  company?: OptionalText;
  email?: OptionalText;
  phone?: OptionalText;
  mobile?: OptionalText;
}

export const formatFullName = ({ first_name, last_name }: PersonNames): string =>
  [first_name?.trim(), last_name?.trim()].filter(Boolean).join(" ");

const FAMILY_NAME_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u;

/** Formats a name for a letter. Chinese, Japanese and Korean names have the family name first, as is customary there. */
export function formatLetterName({ first_name, last_name }: PersonNames): string {
  const names = [last_name?.trim(), first_name?.trim()].filter((name) => name);
  return names.every((name) => name && FAMILY_NAME_FIRST.test(name)) ? names.join("") : formatFullName({ first_name, last_name });
}

const listDisplayNames = (values: IdentifyingValues): OptionalText[] => [
  formatFullName(values),
  values.company,
  values.email,
  values.phone,
  values.mobile,
];

/** Returns the display name: the full name, or else the company, email address or phone number. */
export const buildDisplayName = (values: IdentifyingValues): string | null =>
  listDisplayNames(values)
    .find((text) => text?.trim())
    ?.trim() ?? null;

/** Any one of these fields is enough. */
export const personIdentifyingFields = ["last_name", "first_name", "full_name", "company", "email", "phone", "mobile"] as const;

/**
 * Refuses a record without any identifying value. `fields` are the fields that can hold one. Does not refuse if one of them could not be
 * parsed.
 */
export function requireIdentifyingField<K extends IdentifyingValues>(
  values: K,
  fields: readonly string[],
  unread?: ReadonlySet<string>,
): K {
  if (buildDisplayName(values) !== null || fields.some((field) => unread?.has(field))) return values;
  throw invalid(fields[0] ?? "", `At least one of these fields is required: ${fields.join(", ")}`);
}

/** Any one of these fields is a name. */
export const nameFields = ["last_name", "first_name", "full_name"];

/** Refuses a person without a name, even if an email address or phone number is known. */
export function requireName<K extends PersonNames>(values: K, unread?: ReadonlySet<string>): K {
  const { first_name, last_name } = values;
  requireIdentifyingField({ first_name, last_name }, nameFields, unread);
  return values;
}

/** Replaces `full_name` by first and last name. Names that are given explicitly take precedence; a missing part is null. */
export function expandFullName<T extends PersonNames & { full_name?: OptionalText }>({
  full_name,
  ...names
}: T): Omit<T, "full_name"> {
  if (full_name === undefined) return names;
  const split = splitName(full_name ?? "");
  const { first_name = split.first_name ?? null, last_name = split.last_name ?? null } = names;
  return { ...names, first_name, last_name };
}

/** Returns the sort key of a person: the last name first. Persons without a name sort after all others. */
export const nameSortKey = ({ first_name, last_name, display_name }: PersonNames & { display_name?: OptionalText }): string =>
  textSortKey(last_name, first_name || (last_name ? null : display_name));
