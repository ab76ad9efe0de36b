import { createHash, randomBytes, randomFillSync } from "node:crypto";
import { Clock } from "./clock.ts";
import type { Permission } from "./permission.ts";

/**
 * Typed ids: `lead` is `led_` + 10 characters of time + 8 of chance (Crockford's base 32, lower case), so that
 * ids of one kind sort by the time of their creation. A record that lives in another's item collection carries
 * its owner's part behind a letter: `led_<18>p<18 of the person>`, and so an id alone finds its partition,
 * strongly consistent and for ever.
 */
export interface Kind<N extends string = string> {
  /** `lead`, as events, counters and the audit trail name it. */
  readonly name: N;
  /** Three letters, before every id of the kind. They never change. */
  readonly prefix: string;
  /** Where a record of the kind is read: `/leads`. Kinds without an address of their own have none. */
  readonly path: string | undefined;
  /** Who may read its records, where that is not everybody. */
  readonly read: Permission | undefined;
  /** Whether more than roles and owners says who sees a record: it is read by its own address alone, and stands beside no other. */
  readonly isStandalone: boolean;
  /** The module that holds the kind's collection, loaded when it is first needed. */
  readonly load: (() => Promise<object>) | undefined;
  /** Made from other records: nothing is derived from it in turn. */
  readonly isDerived: boolean;
  /** What names one that was joined to another comes to name that one. */
  readonly isMergeable: boolean;
  readonly display: KindDisplay;
  /** In texts a kind stands for its name. */
  toString(): string;
  toJSON(): string;
}

/** How clients show a kind, as far as that does not follow from its operations and fields (functions/derive/kinds.ts). */
export interface KindDisplay {
  /** What one is called, and several. */
  readonly label?: string;
  readonly labels?: string;
  /** Of Lucide, by its name. */
  readonly icon?: string;
  /** What a record is called, made of its fields: `{name}`. */
  readonly title?: string;
  /** The master data that a record goes through, by the field that names it: a column for each value. */
  readonly board?: string;
}

/** Declares a kind of record, in the file of its domain. */
/* @__NO_SIDE_EFFECTS__ */
export function kind<const N extends string>(
  name: N,
  prefix: string,
  {
    path,
    read,
    load,
    standalone: alone = false,
    derived = false,
    mergeable: followed = false,
    display: shown = {},
  }: Partial<Pick<Kind, "path" | "read" | "load" | "display">> & {
    standalone?: boolean;
    derived?: boolean;
    mergeable?: boolean;
  } = {},
): Kind<N> {
  const is = { isStandalone: alone, isDerived: derived, isMergeable: followed };
  return { name, prefix, path, read, load, ...is, display: shown, toString: () => name, toJSON: () => name };
}

/**
 * The letters that stand for the owner of a collection inside an id: part of the form of ids, and so for ever. A person's
 * collection is the one that most records live in.
 */
const ownerPrefixes: Readonly<Record<string, string>> = { p: "per", u: "usr", k: "knd", c: "cfe", r: "rst", h: "hst", x: "any" };
/** The letter of no record's collection: what stands behind it is chance. */
const RANDOM_LETTER = "x";
const ownerLetters: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ownerPrefixes).map(([letter, prefix]) => [prefix, letter]),
);

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const OWN_PART_LENGTH = 18;
const MAX_RANDOM = 2 ** 40 - 1;

function encodeBase32(value: number, length: number): string {
  let text = "";
  for (let rest = value, i = 0; i < length; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const randomPool = Buffer.alloc(5 * 256);
let randomPoolOffset = randomPool.length;
function drawRandom(): number {
  if (randomPoolOffset >= randomPool.length) {
    randomFillSync(randomPool);
    randomPoolOffset = 0;
  }
  randomPoolOffset += 5;
  return randomPool.readUIntBE(randomPoolOffset - 5, 5);
}

let lastDraw = { ms: 0, chance: 0 };

/** Within one millisecond of one process ids still rise, so that rows written in a loop keep their order. */
function newOwnPart(ms: number): string {
  const next = ms === lastDraw.ms && lastDraw.chance < MAX_RANDOM ? lastDraw.chance + 1 : drawRandom();
  lastDraw = { ms, chance: next };
  return encodeBase32(ms, 10) + encodeBase32(next, 8);
}

/**
 * A new id. `owner` is the id of the record in whose collection the new one is born;
 * `at` (milliseconds) is for records that happened in the past.
 */
export function newId(kind: Kind, options: { owner?: string; at?: number } = {}): string {
  const own = newOwnPart(options.at ?? Clock.ms());
  return `${kind.prefix}_${own}${options.owner ? ownerPart(options.owner) : ""}`;
}

/**
 * An id that nobody guesses: 130 bits of chance behind the instant. It leads strangers to what they may reach by it, and so its second
 * part, which is nobody's, is chance too.
 */
export function unguessableId(kind: Kind): string {
  const drawn = Array.from(randomBytes(8 + OWN_PART_LENGTH), (byte) => ALPHABET[byte % 32]).join("");
  return `${kind.prefix}_${encodeBase32(Clock.ms(), 10)}${drawn.slice(0, 8)}${RANDOM_LETTER}${drawn.slice(8)}`;
}

/** An id that is the same whenever it is made of the same: for what is derived, and may be derived twice. */
export function derivedId(kind: Kind, ms: number, seed: string, owner?: string): string {
  const digest = createHash("sha256").update(seed).digest();
  return `${kind.prefix}_${encodeBase32(ms, 10)}${encodeBase32(digest.readUIntBE(0, 5), 8)}${owner ? ownerPart(owner) : ""}`;
}

/** The id of what is one thing at an instant, by its number below 2 ** 40: two of the same have the same id, and two others never. */
export const numberedId = (kind: Kind, ms: number, number: number): string =>
  `${kind.prefix}_${encodeBase32(ms, 10)}${encodeBase32(number, 8)}`;

/** Whose collection the history of a record is: made of the whole id, so that two never share one. */
export function historyId(record: string): string {
  const digest = createHash("sha256").update(record).digest();
  return `hst_${encodeBase32(digest.readUIntBE(0, 6), 9)}${encodeBase32(digest.readUIntBE(6, 6), 9)}`;
}

/** The id of what tells of one version of a record: in the record's history, in order of time and then of versions. */
export const versionId = (kind: Kind, ms: number, version: number, record: string): string =>
  `${kind.prefix}_${encodeBase32(Math.max(0, ms), 10)}${encodeBase32(version, 8)}${ownerPart(historyId(record))}`;

function ownerPart(owner: string): string {
  const letter = ownerLetters[idPrefix(owner) ?? ""];
  if (!letter) throw new Error(`${owner} owns no collection`);
  return letter + ownPart(owner);
}

const ID_PATTERN = /^([a-z]{3})_([0-9a-hjkmnp-tv-z]{18})(?:([a-z])([0-9a-hjkmnp-tv-z]{18}))?$/;

/** The prefix of an id, or undefined for anything that is no id. */
export const idPrefix = (id: string): string | undefined => ID_PATTERN.exec(id)?.[1];

export const isId = (id: string, kind: Kind): boolean => idPrefix(id) === kind.prefix;

/** An id's own part, by which it differs from others of its kind in the same collection. */
export const ownPart = (id: string): string => id.slice(4, 4 + OWN_PART_LENGTH);

/** The id that has this own part, in the collection of `owner`. */
export const buildOwnedId = (owner: string, kind: Kind, self: string): string => `${kind.prefix}_${self}${ownerPart(owner)}`;

/** The id of the record in whose collection this one lives: itself, or the owner that it carries. */
export function collectionOwner(id: string): string {
  const match = ID_PATTERN.exec(id);
  if (!match) throw new Error(`${id} is no id`);
  const [, , , letter, part] = match;
  const prefix = letter === undefined ? undefined : ownerPrefixes[letter];
  return prefix ? `${prefix}_${part}` : id;
}

/** Whether a record lives in the collection of a person. */
export const isInPersonCollection = (id: string): boolean => idPrefix(collectionOwner(id)) === ownerPrefixes.p;

/** The instant in an id, in milliseconds. */
export function idTime(id: string): number {
  let value = 0;
  for (const char of ownPart(id).slice(0, 10)) value = value * 32 + ALPHABET.indexOf(char);
  return value;
}

/** The smallest own part of an id at an instant: ids from then on sort at or behind it. */
export const minIdAt = (kind: Kind, ms: number): string => `${kind.prefix}_${encodeBase32(ms, 10)}`;

/** A regular expression that every id of the kind matches. */
export const idPattern = (kind: Kind): RegExp =>
  new RegExp(`^${kind.prefix}_[0-9a-hjkmnp-tv-z]{18}([a-z][0-9a-hjkmnp-tv-z]{18})?$`);
