import { fold } from "../kernel/text.ts";
import { companyDomain } from "./contact.ts";
import type { PersonRecord } from "./person.entity.ts";

/**
 * Whether two persons may be one, after Fellegi and Sunter: each thing that is known of both adds bits, as many as it is
 * likelier to agree for one person than for two, or takes some away where it differs. What is not known of both says
 * nothing. Sensitive values are compared by keyed hashes alone.
 */

/** A place, its texts folded: empty where nothing is known. */
export interface Place {
  /** Number of the house, taken from either end of the first line that has one. */
  number: string;
  /** The lines without it. */
  line: string;
  other: string;
  city: string;
  postal: string;
}

/** What is compared of a person. */
export interface Features {
  first: string;
  last: string;
  places: readonly Place[];
  /** Contact points as `email:…` and `phone:…`; those that several persons share begin with `~`. */
  points: readonly string[];
  /** Domains of companies in email addresses. */
  domains: readonly string[];
  /** Type and country of the document: numbers of two kinds of document do not compare. */
  document: string;
  /** As `sensitiveHashes` makes them: name → hashes, the whole first. */
  hashes: Readonly<Record<string, readonly string[]>>;
}

export interface Score {
  /** From 0 to 100; two of OPEN_FROM and more are for somebody to look at. */
  score: number;
  reasons: string[];
}

/** About what six thousand to one are in favour. */
export const OPEN_FROM = 60;

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
 *   birth_date       [whole, day and month swapped, year and month, year and day, month and day], or [whole] of what is no date;
 *   document_number  [whole, without its first character, without its second, …], all within type and country;
 *   iban             [whole].
 */
export function sensitiveHashes(values: Values, mac: (text: string) => string): Record<string, string[]> {
  const hashes: Record<string, string[]> = {};
  const born = compact(values.birth_date);
  if (born) hashes.birth_date = partsOf(born).map((part) => mac(`birth_date:${part}`));
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
  return [born, year + day + month, `${year}-${month}`, `${year}--${day}`, `-${month}-${day}`];
}

// --- Comparison of texts ---

type Level = "unknown" | "equal" | "close" | "alike" | "differs";

const joined = (text: string): string => text.replaceAll(" ", "");

/** How much two texts resemble each other, from 0 to 1: by characters inserted, dropped, replaced or swapped. */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  return 1 - distance(a, b) / Math.max(a.length, b.length);
}

/** Optimal string alignment: the fewest single characters inserted, dropped, replaced, or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

function level(a: string, b: string, close = 0.75, alike = 0.6): Level {
  if (!a || !b) return "unknown";
  const [one, other] = [joined(a), joined(b)];
  if (one === other) return "equal";
  if (Math.min(one.length, other.length) < 3)
    return distance(one, other) === 1 && one.length + other.length > 3 ? "alike" : "differs";
  const similar = similarity(one, other);
  return similar >= close ? "close" : similar >= alike ? "alike" : "differs";
}

const classes: Record<string, string> = {
  ...Object.fromEntries([..."bp"].map((letter) => [letter, "P"])),
  ...Object.fromEntries([..."dt"].map((letter) => [letter, "T"])),
  ...Object.fromEntries([..."gkj"].map((letter) => [letter, "K"])),
  ...Object.fromEntries([..."fvw"].map((letter) => [letter, "F"])),
  ...Object.fromEntries([..."sz"].map((letter) => [letter, "S"])),
  ...Object.fromEntries([..."mn"].map((letter) => [letter, "N"])),
  l: "L",
  r: "R",
};

/** How a name sounds, roughly and in many languages: consonants by class, vowels only at the start. */
export function phonetic(text: string): string {
  const letters = joined(text);
  if (!/^[a-z]+$/.test(letters)) return letters.slice(0, 12);
  const sounds = letters
    .replace(/^(kn|gn|pn)/, "n")
    .replace(/^wr/, "r")
    .replace(/ph/g, "f")
    .replace(/sch|sh/g, "s")
    .replace(/tsch|tch|ch|ck|qu|q/g, "k")
    .replace(/gh(?=t|$)/g, "")
    .replace(/c(?=[eiy])/g, "s")
    .replace(/c/g, "k")
    .replace(/x/g, "ks");
  const start = /^[aeiouyh]/.test(sounds) ? "A" : "";
  const coded = [...sounds].map((letter) => classes[letter] ?? "").filter((sound, at, all) => sound !== all[at - 1]);
  return (start + coded.join("")).slice(0, 6);
}

/** Names by which the same people are called, each group under its first. */
const nicknames = new Map(
  (
    "robert bob bobby rob robbie|william bill billy will willy liam|richard dick rick ricky rich|james jim jimmy jamie|john jack johnny jon|" +
    "joseph joe joey|michael mike mick micky|thomas tom tommy|charles charlie chuck|edward ed eddie ted teddy ned|henry harry hank|" +
    "anthony tony|andrew andy drew|alexander alex sasha sandy|benjamin ben benny|christopher chris kit|daniel dan danny|david dave davey|" +
    "donald don donny|francis frank frankie|frederick fred freddy freddie|george georgie|gerald gerry jerry|gregory greg|jeffrey jeff|" +
    "jonathan jonny nathan|kenneth ken kenny|lawrence larry laurie|leonard len lenny leo|matthew matt|nicholas nick nicky|patrick pat paddy|" +
    "peter pete|philip phil|raymond ray|ronald ron ronnie|samuel sam sammy|stephen steve steven stevie|timothy tim|walter walt wally|" +
    "zachary zach zack|joshua josh|jacob jake|elizabeth liz lizzie beth betty eliza lisa|margaret maggie meg peggy greta|mary molly polly|" +
    "catherine katherine kate katie kathy cathy kathryn|susan sue suzie|patricia patty trish tricia|jennifer jen jenny|barbara barb babs|" +
    "deborah debbie deb|dorothy dot dottie|eleanor ellie nell|frances fran|helen nell nellie|jacqueline jackie|jessica jess jessie|" +
    "judith judy|kimberly kim|pamela pam|rebecca becky becca|samantha sam|sandra sandy|victoria vicky tori|virginia ginny|" +
    "abigail abby|amanda mandy|christina christine chris tina|cynthia cindy|isabella bella isabel|madeleine maddie maddy|natalie nat|" +
    "johannes hans hannes|josef sepp|maximilian max|francisco paco pancho|jose pepe|ekaterina katya|dmitri dima|ivan vanya|mohammed mohamed muhammad"
  )
    .split("|")
    .map((group) => group.split(" "))
    .flatMap((names) => names.map((name) => [name, names] as const))
    .reverse(),
);

/** The name that somebody is likely to be called officially. */
const official = (name: string): string => nicknames.get(name)?.[0] ?? name;

const calledAlike = (a: string, b: string): boolean => {
  const [one, other] = [nicknames.get(a), nicknames.get(b)];
  return one !== undefined && (one.includes(b) || (other !== undefined && (other.includes(a) || one[0] === other[0])));
};

// --- Weights ---

/** In bits: what agreement speaks for one person (and disagreement against), by what is compared. */
const bits = {
  first: { equal: 5, nickname: 4.5, close: 4, alike: 1.5, part: 3.5, initial: 1, differs: -5 },
  last: { equal: 6.5, nickname: 4, close: 5, alike: 2, part: 4, initial: 0.5, differs: -4 },
  number: { equal: 5, close: 2, alike: 1, differs: -1.5 },
  line: { equal: 8, close: 7, alike: 2.5, differs: -2 },
  other: { equal: 7, close: 6, alike: 2, differs: -1 },
  city: { equal: 3.5, close: 3, alike: 0.5, differs: -1 },
  postal: { equal: 5, close: 2, alike: 0.5, differs: -1.5 },
  birth_date: { equal: 12, swapped: 10, part: 4.5, differs: -5 },
  document_number: { equal: 20, close: 11, differs: -5 },
  iban: 12,
  email: 14,
  phone: 10,
  social: 12,
  /** A contact point that is known to be shared. */
  shared: 2,
  /** An email address with one character more, less or other. */
  typo: 9,
  domain: 6,
  swapped: -1,
} as const;

/** What one address says at most, for or against: its parts follow from each other, and people move. */
const PLACE = { most: 18, least: -4 };
/** What a family at one address has in common says no more than this where first names differ, or do not agree. */
const FAMILY = { differs: 11, unsure: 14 };

interface Evidence {
  bits: number;
  reasons: string[];
}

const nothing: Evidence = { bits: 0, reasons: [] };
const sum = (...all: readonly Evidence[]): Evidence => ({
  bits: all.reduce((total, each) => total + each.bits, 0),
  reasons: all.flatMap(({ reasons }) => reasons),
});

/** How far two persons may be one. */
export function score(a: Features, b: Features): Score {
  const names = compareNames(a, b);
  const place = bestPlace(a, b);
  const kin = Math.min(names.kin, names.last.bits + place.bits);
  const others = sum(compareBirth(a, b), compareDocument(a, b), compareIban(a, b), comparePoints(a, b));
  const total = names.first.bits + kin + others.bits;
  const reasons = [names.first, names.last, others, place].flatMap((evidence) => evidence.reasons);
  return { score: total <= 0 ? 0 : Math.min(100, Math.round(100 * (1 - 2 ** (-total / HALF)))), reasons };
}

/** Each so many bits halve what is missing from 100: OPEN_FROM is at 16. */
const HALF = 12.1;

type NameLevel = Level | "nickname" | "part" | "initial";

const said: Partial<Record<NameLevel, string>> = {
  equal: "equal",
  close: "differs in a few letters",
  alike: "sounds or looks alike",
  nickname: "is a short form of the other",
  part: "is part of the other",
};

function nameLevel(a: string, b: string): NameLevel {
  const found = level(a, b);
  if (found === "unknown" || found === "equal") return found;
  if (calledAlike(a, b)) return "nickname";
  const [short = "", long = ""] = [a, b].sort((x, y) => x.length - y.length);
  if (short.length === 1) return long.startsWith(short) ? "initial" : "differs";
  if (short.length > 2 && long.split(" ").includes(short)) return "part";
  if (found !== "differs" && short.length > 2) return found === "alike" && phonetic(a) === phonetic(b) ? "close" : found;
  return short.length > 2 && phonetic(a) === phonetic(b) && phonetic(a).length > 1 ? "alike" : "differs";
}

const evidenceOf = (what: string, weights: Partial<Record<NameLevel, number>>, found: NameLevel): Evidence => ({
  bits: weights[found] ?? 0,
  reasons: (weights[found] ?? 0) > 0 && said[found] ? [`${what} ${said[found]}`] : [],
});

/** Evidence of the names, and what last name and address together may say at most. */
function compareNames(a: Features, b: Features): { first: Evidence; last: Evidence; kin: number } {
  const found = nameLevel(a.first, b.first);
  const first = evidenceOf("first name", bits.first, found);
  const last = evidenceOf("last name", bits.last, nameLevel(a.last, b.last));
  const crosswise = [nameLevel(a.first, b.last), nameLevel(a.last, b.first)] as const;
  const swapped = (bits.first[crosswise[0] as "equal"] ?? 0) + (bits.last[crosswise[1] as "equal"] ?? 0) + bits.swapped;
  const agrees = (bits.first[found as "equal"] ?? 0) > bits.first.alike;
  const kin = agrees ? Number.POSITIVE_INFINITY : found === "differs" ? FAMILY.differs : FAMILY.unsure;
  if (swapped <= first.bits + last.bits) return { first, last, kin };
  const half = { bits: swapped / 2, reasons: [] };
  return { first: { ...half, reasons: ["first and last name swapped"] }, last: half, kin: Number.POSITIVE_INFINITY };
}

function bestPlace(a: Features, b: Features): Evidence {
  const pairs = a.places.flatMap((one) => b.places.map((other) => comparePlaces(one, other)));
  return pairs.reduce<Evidence | undefined>((best, each) => (best && best.bits >= each.bits ? best : each), undefined) ?? nothing;
}

function comparePlaces(a: Place, b: Place): Evidence {
  const lines = (one: Place, line: string, other: string): Evidence =>
    sum(
      evidenceOf("street", bits.line, level(one.line, line, 0.7)),
      evidenceOf("second address line", bits.other, level(one.other, other, 0.7)),
    );
  const straight = lines(a, b.line, b.other);
  const crossed = lines(a, b.other, b.line);
  const isCrossed = crossed.bits + bits.swapped > straight.bits;
  const line = isCrossed ? { bits: crossed.bits + bits.swapped, reasons: ["address lines swapped"] } : straight;
  const found = sum(
    evidenceOf("house number", bits.number, level(a.number, b.number)),
    line,
    evidenceOf("city", bits.city, level(a.city, b.city)),
    evidenceOf("postal code", bits.postal, level(a.postal, b.postal)),
  );
  return { ...found, bits: Math.max(PLACE.least, Math.min(PLACE.most, found.bits)) };
}

function compareBirth({ hashes: { birth_date: a } }: Features, { hashes: { birth_date: b } }: Features): Evidence {
  if (!a || !b) return nothing;
  if (a[0] === b[0]) return { bits: bits.birth_date.equal, reasons: ["birth date equal"] };
  if (a[1] && (a[1] === b[0] || a[0] === b[1]))
    return { bits: bits.birth_date.swapped, reasons: ["birth date with day and month swapped"] };
  if ([2, 3, 4].some((part) => a[part] && a[part] === b[part]))
    return { bits: bits.birth_date.part, reasons: ["birth date differs in one part"] };
  return { bits: bits.birth_date.differs, reasons: [] };
}

function compareDocument(one: Features, other: Features): Evidence {
  const [a, b] = [one.hashes.document_number, other.hashes.document_number];
  if (!a?.[0] || !b?.[0] || one.document !== other.document) return nothing;
  if (a[0] === b[0]) return { bits: bits.document_number.equal, reasons: ["document number equal"] };
  // Without one place both are equal where one is replaced; without neighbouring places, where two are swapped.
  const near = (hash: string, at: number): boolean => at > 0 && (hash === b[at - 1] || hash === b[at] || hash === b[at + 1]);
  // Without one place the longer is the shorter.
  const isClose = a.some(near) || b.includes(a[0]) || a.includes(b[0]);
  if (!isClose) return { bits: bits.document_number.differs, reasons: [] };
  return { bits: bits.document_number.close, reasons: ["document number differs in one character"] };
}

const compareIban = ({ hashes: { iban: a } }: Features, { hashes: { iban: b } }: Features): Evidence =>
  a?.[0] !== undefined && a[0] === b?.[0] ? { bits: bits.iban, reasons: ["IBAN equal"] } : nothing;

/** The strongest contact point in common, and else a company. */
function comparePoints(a: Features, b: Features): Evidence {
  const known = new Map(b.points.map((point) => [point.replace("~", ""), point]));
  const common = a.points.flatMap((point) => {
    const other = known.get(point.replace("~", ""));
    if (other === undefined) return [];
    const type = point.replace("~", "").split(":")[0] as "email" | "phone" | "social";
    const isShared = point.startsWith("~") || other.startsWith("~");
    return [{ bits: isShared ? bits.shared : bits[type], reasons: [`${type} in common`] }];
  });
  const [best] = common.sort((one, other) => other.bits - one.bits);
  if (best && best.bits > bits.domain) return best;
  const emails = (features: Features) => features.points.filter((point) => point.startsWith("email:") && point.length > 14);
  if (emails(a).some((one) => emails(b).some((other) => Math.abs(one.length - other.length) < 2 && distance(one, other) === 1)))
    return { bits: bits.typo, reasons: ["email differs in one character"] };
  if (a.domains.some((domain) => b.domains.includes(domain))) return { bits: bits.domain, reasons: ["same company in email"] };
  return best ?? nothing;
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
