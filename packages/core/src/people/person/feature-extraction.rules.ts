import { fold } from "../../kernel/text.ts";
import type { ComparedAddress, Features } from "./comparison-features.ts";
import { companyDomain } from "./contact-point-parser.ts";
import type { PersonRecord } from "./person.entity.ts";
import { officialName, phoneticCode, removeSpaces } from "./text-similarity.rules.ts";

export type { ComparedAddress, Features } from "./comparison-features.ts";
export { computeScore, MIN_OPEN_SCORE, type Score } from "./match-score.rules.ts";
export { editDistance, phoneticCode } from "./text-similarity.rules.ts";

/**
 * Whether two persons may be one, after Fellegi and Sunter: each thing that is known of both adds bits, as many as it is
 * likelier to agree for one person than for two, or takes some away where it differs. What is not known of both says
 * nothing. Sensitive values are compared by keyed hashes alone.
 */

const MAX_ADDRESSES = 5;
const MAX_POINTS = 20;

const emptyFeatures: Features = { first: "", last: "", places: [], points: [], domains: [], document: "", hashes: {} };

/** Nothing is known of somebody who is deleted, or whose id leads to somebody else. */
export function extractFeatures(person: PersonRecord | undefined): Features {
  if (!person || person.deleted_at || person.merged_into) return emptyFeatures;
  const [first, last] = extractNames(person);
  const points = person.contact_points.slice(0, MAX_POINTS).map((point) => {
    const value = point.normalized ?? fold(point.contact_value).trim();
    return `${point.is_shared ? "~" : ""}${point.contact_type}:${value}`;
  });
  const emails = person.contact_points.filter(({ contact_type }) => contact_type === "email");
  const domains = emails.flatMap(({ contact_value }) => companyDomain(contact_value) ?? []);
  const places = person.addresses.slice(0, MAX_ADDRESSES).map(toComparedAddress);
  const known = Object.entries(person.hashes ?? {}).filter(([name, hashes]) => comparedFieldNames.has(name) && hashes.length > 0);
  const hashes = Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
  const document = formatDocumentScope(person.document_type, person.document_country);
  return { first, last, places, points, domains: [...new Set(domains)].sort(), document, hashes };
}

/** First and last name; where there are none, the name that is shown is taken apart. */
function extractNames({ first_name, last_name, display_name }: PersonRecord): [string, string] {
  if (first_name || last_name) return [normalizeWords(first_name), normalizeWords(last_name)];
  const shown = normalizeWords(display_name).split(" ");
  return [shown.slice(0, -1).join(" "), shown.at(-1) ?? ""];
}

/** Folded words of letters and digits, with one blank between them. */
const normalizeWords = (text: string | null | undefined): string =>
  fold(text ?? "")
    .replace(/['’‘`´.]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const abbreviations: Record<string, string> = Object.fromEntries(
  (
    "street:st strasse:str straße:str road:rd avenue:ave av:ave boulevard:blvd drive:dr place:pl court:ct lane:ln crescent:cres " +
    "circuit:cct circle:cir terrace:tce square:sq highway:hwy parade:pde close:cl mount:mt saint:st sankt:st apartment:apt " +
    "unit:apt flat:apt suite:ste building:bldg floor:fl north:n south:s east:e west:w platz:pl rue:r via:v laan:ln straat:str"
  )
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

const abbreviateWords = (words: readonly string[]): string => words.map((word) => abbreviations[word] ?? word).join(" ");

type AddressRecord = PersonRecord["addresses"][number];

function toComparedAddress({
  address_line1,
  address_line2,
  city,
  postal_code,
}: Pick<AddressRecord, "address_line1" | "address_line2" | "city" | "postal_code">): ComparedAddress {
  const [line, other] = [address_line1, address_line2].map((text) => normalizeWords(text).split(" ").filter(Boolean));
  const [first = [], second = []] = [line, other];
  const at = [0, first.length - 1].find((end) => /^\d+\p{L}?$/u.test(first[end] ?? ""));
  const number = at === undefined ? "" : (first[at] as string);
  const street = first.filter((_, index) => index !== at);
  return {
    number,
    line: abbreviateWords(street),
    other: abbreviateWords(second),
    city: abbreviateWords(normalizeWords(city).split(" ").filter(Boolean)),
    postal: normalizeWords(postal_code).replaceAll(" ", ""),
  };
}

// --- Sensitive values ---

export const comparedFieldNames = new Set(["birth_date", "document_number", "iban"]);

/** Sensitive values in clear, as far as they take part; a document number counts within its type and country. */
export interface ComparableValues {
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
export function hashSensitiveValues(values: ComparableValues, mac: (text: string) => string): Record<string, string[]> {
  const hashes: Record<string, string[]> = {};
  const born = compactText(values.birth_date);
  if (born) hashes.birth_date = listBirthDateParts(born).map((part) => part && mac(`birth_date:${part}`));
  const number = compactText(values.document_number).slice(0, MAX_NUMBER_LENGTH);
  const scope = formatDocumentScope(values.document_type, values.document_country);
  const shorter = [...number].map((_, at) => number.slice(0, at) + number.slice(at + 1));
  if (number) hashes.document_number = [number, ...shorter].map((text) => mac(`document_number:${scope}:${text}`));
  const iban = compactText(values.iban);
  if (iban) hashes.iban = [mac(`iban:${iban}`)];
  return hashes;
}

const MAX_NUMBER_LENGTH = 32;

const formatDocumentScope = (type: string | null | undefined, country: string | null | undefined): string =>
  `${normalizeWords(type)}/${normalizeWords(country)}`;

/** Without what people put between characters, in upper case: `12-34 ab` is `1234AB`. */
const compactText = (text: string | null | undefined): string => normalizeWords(text).replaceAll(" ", "").toUpperCase();

function listBirthDateParts(born: string): string[] {
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
export function buildBlockingKeys(features: Features): string[] {
  const { first, last, places, points, domains, hashes } = features;
  // Without their places, because names are swapped.
  const names = [...new Set([officialName(first), last].filter(Boolean).map(phoneticCode))].filter(Boolean).sort();
  const date = findDateHash(hashes);
  const keys = new Set<string>();
  const add = (...parts: (string | undefined)[]): void => {
    if (parts.every(Boolean)) keys.add(parts.join("|"));
  };
  if (names.length > 1) add("names", ...names);
  // Where nothing else is known: a last name that few have, and beginnings and ends, of which a slip spares one.
  add("last", phoneticCode(last));
  const [called, family] = [removeSpaces(officialName(first)), removeSpaces(last)];
  add("head tail", called.slice(0, END_LENGTH), family.slice(-END_LENGTH));
  add("tail head", called.slice(-END_LENGTH), family.slice(0, END_LENGTH));
  for (const point of points) add("point", point.replace("~", ""));
  for (const field of ["birth_date", "document_number", "iban"] as const) {
    const hash = hashes[field]?.[0];
    if (hash) keys.add(sensitiveBlockKey(field, hash));
  }
  for (const name of names) {
    add("name born", name, date);
    for (const domain of domains) add("name domain", name, domain);
    for (const { postal } of places) add("name postal", name, postal);
  }
  for (const { number, line, other, postal } of places) {
    add("born postal", date, postal);
    add("born number", date, number);
    for (const street of [line, other].filter(Boolean).map(phoneticCode)) {
      add("street number", street, number);
    }
  }
  return [...keys].slice(0, MAX_KEYS);
}

/** Letters of a beginning, or of an end. */
const END_LENGTH = 3;

/** The key of the block of all who have one sensitive value. */
export const sensitiveBlockKey = (field: "birth_date" | "document_number" | "iban", hash: string): string => `${field}|${hash}`;

/** The keys of the blocks of all who have one of these names and were born on one day. */
export const buildBirthBlockKeys = (names: readonly string[], hashes: Features["hashes"]): string[] =>
  names.map((name) => `name born|${phoneticCode(officialName(normalizeWords(name)))}|${findDateHash(hashes)}`);

/** A day and the one with its day and month swapped are one. */
function findDateHash({ birth_date }: Features["hashes"]): string | undefined {
  const [born, swapped] = birth_date ?? [];
  return born && swapped ? [born, swapped].sort()[0] : born;
}

/** So that the keys before and after a change fit one transaction. */
export const MAX_KEYS = 45;
