import { fold } from "../kernel/text.ts";
import { companyDomain } from "./contact.ts";
import type { Features, Place } from "./features.ts";
import type { PersonRecord } from "./person.entity.ts";
import { joined, official, phonetic } from "./resemblance.rules.ts";

export type { Features, Place } from "./features.ts";
export { distance, phonetic } from "./resemblance.rules.ts";
export { OPEN_FROM, type Score, score } from "./score.rules.ts";

/**
 * Whether two persons may be one, after Fellegi and Sunter: each thing that is known of both adds bits, as many as it is
 * likelier to agree for one person than for two, or takes some away where it differs. What is not known of both says
 * nothing. Sensitive values are compared by keyed hashes alone.
 */

const MOST_PLACES = 5;
const MOST_POINTS = 20;

const none: Features = { first: "", last: "", places: [], points: [], domains: [], document: "", hashes: {} };

/** Nothing is known of somebody who is deleted, or whose id leads to somebody else. */
export function featuresOf(person: PersonRecord | undefined): Features {
  if (!person || person.deleted_at || person.merged_into) return none;
  const [first, last] = namesOf(person);
  const points = person.contact_points.slice(0, MOST_POINTS).map((point) => {
    const value = point.normalized ?? fold(point.contact_value).trim();
    return `${point.is_shared ? "~" : ""}${point.contact_type}:${value}`;
  });
  const emails = person.contact_points.filter(({ contact_type }) => contact_type === "email");
  const domains = emails.flatMap(({ contact_value }) => companyDomain(contact_value) ?? []);
  const places = person.addresses.slice(0, MOST_PLACES).map(placeOf);
  const known = Object.entries(person.hashes ?? {}).filter(([name, hashes]) => sensitive.has(name) && hashes.length > 0);
  const hashes = Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
  const document = kindOf(person.document_type, person.document_country);
  return { first, last, places, points, domains: [...new Set(domains)].sort(), document, hashes };
}

/** First and last name; where there are none, the name that is shown is taken apart. */
function namesOf({ first_name, last_name, display_name }: PersonRecord): [string, string] {
  if (first_name || last_name) return [wordsIn(first_name), wordsIn(last_name)];
  const shown = wordsIn(display_name).split(" ");
  return [shown.slice(0, -1).join(" "), shown.at(-1) ?? ""];
}

/** Folded words of letters and digits, with one blank between them. */
const wordsIn = (text: string | null | undefined): string =>
  fold(text ?? "")
    .replace(/['’‘`´.]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const short: Record<string, string> = Object.fromEntries(
  (
    "street:st strasse:str straße:str road:rd avenue:ave av:ave boulevard:blvd drive:dr place:pl court:ct lane:ln crescent:cres " +
    "circuit:cct circle:cir terrace:tce square:sq highway:hwy parade:pde close:cl mount:mt saint:st sankt:st apartment:apt " +
    "unit:apt flat:apt suite:ste building:bldg floor:fl north:n south:s east:e west:w platz:pl rue:r via:v laan:ln straat:str"
  )
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

const shortened = (words: readonly string[]): string => words.map((word) => short[word] ?? word).join(" ");

type Written = PersonRecord["addresses"][number];

function placeOf({
  address_line1,
  address_line2,
  city,
  postal_code,
}: Pick<Written, "address_line1" | "address_line2" | "city" | "postal_code">): Place {
  const [line, other] = [address_line1, address_line2].map((text) => wordsIn(text).split(" ").filter(Boolean));
  const [first = [], second = []] = [line, other];
  const at = [0, first.length - 1].find((end) => /^\d+\p{L}?$/u.test(first[end] ?? ""));
  const number = at === undefined ? "" : (first[at] as string);
  const street = first.filter((_, index) => index !== at);
  return {
    number,
    line: shortened(street),
    other: shortened(second),
    city: shortened(wordsIn(city).split(" ").filter(Boolean)),
    postal: wordsIn(postal_code).replaceAll(" ", ""),
  };
}

// --- Sensitive values ---

export const sensitive = new Set(["birth_date", "document_number", "iban"]);

/** Sensitive values in clear, as far as they take part; a document number counts within its type and country. */
export interface Values {
  birth_date?: string | null | undefined;
  document_number?: string | null | undefined;
  document_type?: string | null | undefined;
  document_country?: string | null | undefined;
  iban?: string | null | undefined;
}

/**
 * The hashes by which sensitive values are found and compared, by name, their order kept:
 *   birth_date       [whole, day and month swapped, year and month, year and day, month and day, year], or [whole] of what is no
 *                    date; of the first of January, which stands for a day that nobody knows, the whole and the year alone;
 *   document_number  [whole, without its first character, without its second, …], all within type and country;
 *   iban             [whole].
 */
export function sensitiveHashes(values: Values, mac: (text: string) => string): Record<string, string[]> {
  const hashes: Record<string, string[]> = {};
  const born = compact(values.birth_date);
  if (born) hashes.birth_date = partsOf(born).map((part) => part && mac(`birth_date:${part}`));
  const number = compact(values.document_number).slice(0, LONGEST_NUMBER);
  const scope = kindOf(values.document_type, values.document_country);
  const shorter = [...number].map((_, at) => number.slice(0, at) + number.slice(at + 1));
  if (number) hashes.document_number = [number, ...shorter].map((text) => mac(`document_number:${scope}:${text}`));
  const iban = compact(values.iban);
  if (iban) hashes.iban = [mac(`iban:${iban}`)];
  return hashes;
}

const LONGEST_NUMBER = 32;

const kindOf = (type: string | null | undefined, country: string | null | undefined): string =>
  `${wordsIn(type)}/${wordsIn(country)}`;

/** Without what people put between characters, in upper case: `12-34 ab` is `1234AB`. */
const compact = (text: string | null | undefined): string => wordsIn(text).replaceAll(" ", "").toUpperCase();

function partsOf(born: string): string[] {
  if (!/^\d{8}$/.test(born)) return [born];
  const [year, month, day] = [born.slice(0, 4), born.slice(4, 6), born.slice(6)];
  const parts = [year + day + month, `${year}-${month}`, `${year}--${day}`, `-${month}-${day}`];
  return [born, ...(month + day === "0101" ? parts.map(() => "") : parts), year];
}

// --- Blocking ---

/**
 * The texts under which persons are looked up who may be the same: two of whom one is much the other have at least one in
 * common. Each takes two things together (or one that hardly anybody shares), so that few have it, however many persons there are.
 */
export function blockingKeys(features: Features): string[] {
  const { first, last, places, points, domains, hashes } = features;
  // Without their places, because names are swapped.
  const names = [...new Set([official(first), last].filter(Boolean).map(phonetic))].filter(Boolean).sort();
  const date = dateIn(hashes);
  const keys = new Set<string>();
  const add = (...parts: (string | undefined)[]): void => {
    if (parts.every(Boolean)) keys.add(parts.join("|"));
  };
  if (names.length > 1) add("names", ...names);
  // Where nothing else is known: a last name that few have, and beginnings and ends, of which a slip spares one.
  add("last", phonetic(last));
  const [called, family] = [joined(official(first)), joined(last)];
  add("head tail", called.slice(0, END), family.slice(-END));
  add("tail head", called.slice(-END), family.slice(0, END));
  for (const point of points) add("point", point.replace("~", ""));
  for (const field of ["birth_date", "document_number", "iban"] as const) {
    const hash = hashes[field]?.[0];
    if (hash) keys.add(blockOf(field, hash));
  }
  for (const name of names) {
    add("name born", name, date);
    for (const domain of domains) add("name domain", name, domain);
    for (const { postal } of places) add("name postal", name, postal);
  }
  for (const { number, line, other, postal } of places) {
    add("born postal", date, postal);
    add("born number", date, number);
    for (const street of [line, other].filter(Boolean).map(phonetic)) {
      add("street number", street, number);
    }
  }
  return [...keys].slice(0, MOST_KEYS);
}

/** Letters of a beginning, or of an end. */
const END = 3;

/** The key of the block of all who have one sensitive value. */
export const blockOf = (field: "birth_date" | "document_number" | "iban", hash: string): string => `${field}|${hash}`;

/** The keys of the blocks of all who have one of these names and were born on one day. */
export const bornBlocks = (names: readonly string[], hashes: Features["hashes"]): string[] =>
  names.map((name) => `name born|${phonetic(official(wordsIn(name)))}|${dateIn(hashes)}`);

/** A day and the one with its day and month swapped are one. */
function dateIn({ birth_date }: Features["hashes"]): string | undefined {
  const [born, swapped] = birth_date ?? [];
  return born && swapped ? [born, swapped].sort()[0] : born;
}

/** So that the keys before and after a change fit one transaction. */
export const MOST_KEYS = 45;
