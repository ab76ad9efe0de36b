import { invalid } from "./error.ts";
import { name } from "./schema.ts";
import { sortKeyOf, splitName } from "./text.ts";

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

type Text = string | null | undefined;

interface Names {
  first_name?: Text;
  last_name?: Text;
}

/** What tells a record that stands for somebody from others: any one of it is enough. */
interface Known extends Names {
  company?: Text;
  email?: Text;
  phone?: Text;
  mobile?: Text;
}

export const wholeName = ({ first_name, last_name }: Names): string =>
  [first_name?.trim(), last_name?.trim()].filter(Boolean).join(" ");

const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u;

/** As it stands on a letter: names of China, Japan and Korea with the family first, as they are written there. */
export function nameOnLetter({ first_name, last_name }: Names): string {
  const names = [last_name?.trim(), first_name?.trim()].filter((name) => name);
  return names.every((name) => name && FAMILY_FIRST.test(name)) ? names.join("") : wholeName({ first_name, last_name });
}

const called = (known: Known): Text[] => [wholeName(known), known.company, known.email, known.phone, known.mobile];

/** What such a record is called: its name, or else its company, its email address or a telephone number. */
export const displayNameOf = (known: Known): string | null =>
  called(known)
    .find((text) => text?.trim())
    ?.trim() ?? null;

/** Fields any one of which is enough. */
export const enough = ["last_name", "first_name", "full_name", "company", "email", "phone", "mobile"] as const;

/**
 * Refuses a record that says none of it and could be told from no other; `fields` are those in which it may say it. Where one of them
 * could not be read nothing is said.
 */
export function requireOne<K extends Known>(known: K, fields: readonly string[], unread?: ReadonlySet<string>): K {
  if (displayNameOf(known) !== null || fields.some((field) => unread?.has(field))) return known;
  throw invalid(fields[0] ?? "", `One of these is required, and enough: ${fields.join(", ")}`);
}

/** Fields any one of which is a name. */
export const nameFields = ["last_name", "first_name", "full_name"];

/** Refuses somebody without a name, whatever else is known of them. */
export function requireName<K extends Names>(known: K, unread?: ReadonlySet<string>): K {
  const { first_name, last_name } = known;
  requireOne({ first_name, last_name }, nameFields, unread);
  return known;
}

/** The names of what may give a full name in place of both; `null` stands for none. */
export function namesOf<T extends Names & { full_name?: Text }>({ full_name, ...names }: T): Omit<T, "full_name"> {
  if (full_name === undefined) return names;
  const split = splitName(full_name ?? "");
  const { first_name = split.first_name ?? null, last_name = split.last_name ?? null } = names;
  return { ...names, first_name, last_name };
}

/** The order of persons by name, the last one first; who has none comes behind everybody else. */
export const sortKeyOfName = ({ first_name, last_name, display_name }: Names & { display_name?: Text }): string =>
  sortKeyOf(last_name, first_name || (last_name ? null : display_name));
