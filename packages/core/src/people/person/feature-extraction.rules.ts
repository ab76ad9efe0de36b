import { fold } from "../../kernel/text.ts";
import type { ComparedAddress, Features } from "./comparison-features.ts";
import { companyDomain } from "./contact-point-parser.ts";
import type { PersonRecord } from "./person.entity.ts";
import { officialName, phoneticCode, removeSpaces } from "./text-similarity.rules.ts";

export type { Features } from "./comparison-features.ts";
export { computeScore, MIN_OPEN_SCORE, type Score } from "./match-score.rules.ts";
export { phoneticCode } from "./text-similarity.rules.ts";

/**
 * Extracts the features by which persons are compared, as in the Fellegi-Sunter model: each feature known of both persons adds bits
 * by how much likelier it is to agree for one person than for two, or subtracts bits if it differs. A feature not known of both
 * counts nothing. Sensitive values are compared only by keyed hashes.
 */

const MAX_ADDRESSES = 5;
const MAX_POINTS = 20;

const emptyFeatures: Features = { first: "", last: "", places: [], points: [], domains: [], document: "", hashes: {} };

/** Extracts the features of a person. A deleted or merged person has none. */
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
  const comparedHashes = Object.entries(person.hashes ?? {}).filter(
    ([name, hashes]) => comparedFieldNames.has(name) && hashes.length > 0,
  );
  const hashes = Object.fromEntries(comparedHashes.sort(([a], [b]) => (a < b ? -1 : 1)));
  const document = formatDocumentScope(person.document_type, person.document_country);
  return { first, last, places, points, domains: [...new Set(domains)].sort(), document, hashes };
}

/** Returns first and last name. Without them, the display name is split. */
function extractNames({ first_name, last_name, display_name }: PersonRecord): [string, string] {
  if (first_name || last_name) return [normalizeWords(first_name), normalizeWords(last_name)];
  const words = normalizeWords(display_name).split(" ");
  return [words.slice(0, -1).join(" "), words.at(-1) ?? ""];
}

/** Normalizes a text to lower-case words of letters and digits, separated by single spaces. */
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
  const [line, otherLine] = [address_line1, address_line2].map((text) => normalizeWords(text).split(" ").filter(Boolean));
  const [first = [], second = []] = [line, otherLine];
  const numberIndex = [0, first.length - 1].find((end) => /^\d+\p{L}?$/u.test(first[end] ?? ""));
  const number = numberIndex === undefined ? "" : (first[numberIndex] as string);
  const street = first.filter((_, index) => index !== numberIndex);
  return {
    number,
    line: abbreviateWords(street),
    otherLine: abbreviateWords(second),
    city: abbreviateWords(normalizeWords(city).split(" ").filter(Boolean)),
    postal: normalizeWords(postal_code).replaceAll(" ", ""),
  };
}

// --- Sensitive values ---

const comparedFieldNames = new Set(["birth_date", "document_number", "iban"]);

/** The sensitive values in clear that are compared. A document number counts within its type and country. */
interface ComparableValues {
  birth_date?: string | null | undefined;
  document_number?: string | null | undefined;
  document_type?: string | null | undefined;
  document_country?: string | null | undefined;
  iban?: string | null | undefined;
}

/**
 * Returns the keyed hashes for finding and comparing sensitive values, by name. Their order matters:
 *
 * - birth_date: [whole, day and month swapped, year and month, year and day, month and day, year]. For a text that is not a date:
 *   [whole]. For January 1st, which is often entered when the day is unknown, only the whole and the year.
 * - document_number: [whole, without its first character, without its second, …], all within type and country.
 * - iban: [whole].
 */
export function hashSensitiveValues(values: ComparableValues, mac: (text: string) => string): Record<string, string[]> {
  const hashes: Record<string, string[]> = {};
  const birthDate = compactText(values.birth_date);
  if (birthDate) hashes.birth_date = listBirthDateParts(birthDate).map((part) => part && mac(`birth_date:${part}`));
  const number = compactText(values.document_number).slice(0, MAX_NUMBER_LENGTH);
  const scope = formatDocumentScope(values.document_type, values.document_country);
  const shorter = [...number].map((_, index) => number.slice(0, index) + number.slice(index + 1));
  if (number) hashes.document_number = [number, ...shorter].map((text) => mac(`document_number:${scope}:${text}`));
  const iban = compactText(values.iban);
  if (iban) hashes.iban = [mac(`iban:${iban}`)];
  return hashes;
}

const MAX_NUMBER_LENGTH = 32;

const formatDocumentScope = (type: string | null | undefined, country: string | null | undefined): string =>
  `${normalizeWords(type)}/${normalizeWords(country)}`;

/** Removes separators and converts to upper case: `12-34 ab` gives `1234AB`. */
const compactText = (text: string | null | undefined): string => normalizeWords(text).replaceAll(" ", "").toUpperCase();

function listBirthDateParts(birthDate: string): string[] {
  if (!/^\d{8}$/.test(birthDate)) return [birthDate];
  const [year, month, day] = [birthDate.slice(0, 4), birthDate.slice(4, 6), birthDate.slice(6)];
  const parts = [year + day + month, `${year}-${month}`, `${year}--${day}`, `-${month}-${day}`];
  return [birthDate, ...(month + day === "0101" ? parts.map(() => "") : parts), year];
}

// --- Blocking ---

/**
 * Returns the keys of the blocks of a person. Two similar persons have at least one key in common. Each key combines two features,
 * or uses one that hardly any persons share, so that blocks stay small however many persons there are.
 */
export function buildBlockingKeys(features: Features): string[] {
  const { first, last, places, points, domains, hashes } = features;
  // Sorted, so that swapped first and last names give the same keys.
  const names = [...new Set([officialName(first), last].filter(Boolean).map(phoneticCode))].filter(Boolean).sort();
  const date = findDateHash(hashes);
  const keys = new Set<string>();
  const add = (...parts: (string | undefined)[]): void => {
    if (parts.every(Boolean)) keys.add(parts.join("|"));
  };
  if (names.length > 1) add("names", ...names);
  // For persons of whom only the name is known: a rare last name, and beginnings and ends of names. A typing error leaves at least
  // one of these keys intact.
  add("last", phoneticCode(last));
  const [givenName, family] = [removeSpaces(officialName(first)), removeSpaces(last)];
  add("head tail", givenName.slice(0, END_LENGTH), family.slice(-END_LENGTH));
  add("tail head", givenName.slice(-END_LENGTH), family.slice(0, END_LENGTH));
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
  for (const { number, line, otherLine, postal } of places) {
    add("born postal", date, postal);
    add("born number", date, number);
    for (const street of [line, otherLine].filter(Boolean).map(phoneticCode)) {
      add("street number", street, number);
    }
  }
  return [...keys].slice(0, MAX_KEYS);
}

/** Number of letters at the beginning or end. */
const END_LENGTH = 3;

/** Returns the key of the block of all persons with one sensitive value. */
export const sensitiveBlockKey = (field: "birth_date" | "document_number" | "iban", hash: string): string => `${field}|${hash}`;

/** Returns the keys of the blocks of all persons with one of these names and this birth date. */
export const buildBirthBlockKeys = (names: readonly string[], hashes: Features["hashes"]): string[] =>
  names.map((name) => `name born|${phoneticCode(officialName(normalizeWords(name)))}|${findDateHash(hashes)}`);

/** Returns the same hash for a date and for the one with day and month swapped. */
function findDateHash({ birth_date }: Features["hashes"]): string | undefined {
  const [birthDate, swapped] = birth_date ?? [];
  return birthDate && swapped ? [birthDate, swapped].sort()[0] : birthDate;
}

/** Limits the keys, so that those before and after a change fit into one transaction. */
const MAX_KEYS = 45;
