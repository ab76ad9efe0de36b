import { invalid } from "./error.ts";
import { name } from "./schema.ts";
import { splitName, textSortKey } from "./text.ts";

/** Names of people, and of records that stand for them: what is enough, what they are called by, how they sort. */

/** In place of first and last name, each of which has `most` characters. */
export const fullName = (most = 100) =>
  name(2 * most + 1)
    .refine(
      (full) => Object.values(splitName(full)).every((part) => !part || part.length <= most),
      `First or last name has more than ${most} characters: give them apart`,
    )
    .nullish()
    .describe("In place of both names: its last word is the last name, a single one too");

type OptionalText = string | null | undefined;

interface PersonNames {
  first_name?: OptionalText;
  last_name?: OptionalText;
}

/** What tells a record that stands for somebody from others: any one of it is enough. */
interface IdentifyingValues extends PersonNames {
  company?: OptionalText;
  email?: OptionalText;
  phone?: OptionalText;
  mobile?: OptionalText;
}

export const formatFullName = ({ first_name, last_name }: PersonNames): string =>
  [first_name?.trim(), last_name?.trim()].filter(Boolean).join(" ");

const FAMILY_NAME_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u;

/** As it stands on a letter: names of China, Japan and Korea with the family first, as they are written there. */
export function formatLetterName({ first_name, last_name }: PersonNames): string {
  const names = [last_name?.trim(), first_name?.trim()].filter((name) => name);
  return names.every((name) => name && FAMILY_NAME_FIRST.test(name)) ? names.join("") : formatFullName({ first_name, last_name });
}

const listDisplayNames = (known: IdentifyingValues): OptionalText[] => [
  formatFullName(known),
  known.company,
  known.email,
  known.phone,
  known.mobile,
];

/** What such a record is called: its name, or else its company, its email address or a telephone number. */
export const buildDisplayName = (known: IdentifyingValues): string | null =>
  listDisplayNames(known)
    .find((text) => text?.trim())
    ?.trim() ?? null;

/** Fields any one of which is enough. */
export const personIdentifyingFields = ["last_name", "first_name", "full_name", "company", "email", "phone", "mobile"] as const;

/**
 * Refuses a record that says none of it and could be told from no other; `fields` are those in which it may say it. Where one of them
 * could not be read nothing is said.
 */
export function requireIdentifyingField<K extends IdentifyingValues>(
  known: K,
  fields: readonly string[],
  unread?: ReadonlySet<string>,
): K {
  if (buildDisplayName(known) !== null || fields.some((field) => unread?.has(field))) return known;
  throw invalid(fields[0] ?? "", `One of these is required, and enough: ${fields.join(", ")}`);
}

/** Fields any one of which is a name. */
export const nameFields = ["last_name", "first_name", "full_name"];

/** Refuses somebody without a name, whatever else is known of them. */
export function requireName<K extends PersonNames>(known: K, unread?: ReadonlySet<string>): K {
  const { first_name, last_name } = known;
  requireIdentifyingField({ first_name, last_name }, nameFields, unread);
  return known;
}

/** The names of what may give a full name in place of both; `null` stands for none. */
export function expandFullName<T extends PersonNames & { full_name?: OptionalText }>({
  full_name,
  ...names
}: T): Omit<T, "full_name"> {
  if (full_name === undefined) return names;
  const split = splitName(full_name ?? "");
  const { first_name = split.first_name ?? null, last_name = split.last_name ?? null } = names;
  return { ...names, first_name, last_name };
}

/** The order of persons by name, the last one first; who has none comes behind everybody else. */
export const nameSortKey = ({ first_name, last_name, display_name }: PersonNames & { display_name?: OptionalText }): string =>
  textSortKey(last_name, first_name || (last_name ? null : display_name));
