import { randomBytes, randomFillSync } from "node:crypto";
import { Clock } from "./clock.ts";
import type { Permission } from "./permission.ts";
import { sha256 } from "./sha256.ts";

/**
 * Typed ids. A lead's id is `led_` + 10 characters of time + 8 random characters (Crockford's base 32, lower case), so that ids of one kind
 * sort by the time of their creation. A record in another record's item collection carries its owner's part after a letter: `led_<18>p<18
 * of the person>`. An id alone therefore gives its partition, strongly consistent and for ever.
 */
export interface Kind<N extends string = string> {
  /** The name in events, counters and the audit trail: `lead`. */
  readonly name: N;
  /** Three letters before every id of the kind. A prefix never changes. */
  readonly prefix: string;
  /** The path of the records: `/leads`. Undefined for kinds without a path. */
  readonly path: string | undefined;
  /** The permission to read its records; undefined if all users may. */
  readonly read: Permission | undefined;
  /**
   * Whether more than roles and owners decide who sees a record. Such a record is read only by its own path. It is never embedded in other
   * records and never published as an event.
   */
  readonly isStandalone: boolean;
  /** Loads the module that has the kind's collection. */
  readonly load: (() => Promise<object>) | undefined;
  /** Whether its records are derived from other records. Nothing is derived from them in turn. */
  readonly isDerived: boolean;
  /** Whether its records can be merged. A restored record that names a merged record then names the record into which it was merged. */
  readonly isMergeable: boolean;
  /** Set if its records do work with the rights of a user. Changes of this work have the id of the record as their request. */
  readonly work: KindWork | undefined;
  /** The shape of stored records in this release: one more than the number of all migrations that there have been. */
  readonly shape: number;
  /** The oldest shape that this release reads. The release refuses a table that may contain older ones (storage/table/table-shapes.ts). */
  readonly oldestShape: number;
  readonly display: KindDisplay;
  /** Returns the name, so that a kind can be used in texts. */
  toString(): string;
  toJSON(): string;
}

interface KindWork {
  /** The field with the id of the record by which people know the work; the record itself if there is none. */
  readonly namedBy?: string;
}

/** The groups of the menu of clients, in their order. */
export const menuGroups = [
  "sales",
  "people",
  "activity",
  "agreements",
  "service",
  "marketing",
  "messages",
  "catalog",
  "data",
  "settings",
] as const;
type MenuGroup = (typeof menuGroups)[number];

/** How clients show a kind, as far as its operations and fields do not say so (packages/functions/src/derive/kinds.ts). */
interface KindDisplay {
  /** What clients call one record, and several. */
  readonly label?: string;
  readonly labels?: string;
  /** Name of a Lucide icon. */
  readonly icon?: string;
  /** Template of a record's title: `{name}`. */
  readonly title?: string;
  /** The group of the menu that lists the kind. Kinds without one are not in the menu. */
  readonly menu?: MenuGroup;
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
    isStandalone = false,
    derived = false,
    isMergeable = false,
    work,
    shape = 1,
    oldestShape = 1,
    display = {},
  }: Partial<Pick<Kind, "path" | "read" | "load" | "shape" | "oldestShape" | "display" | "work">> & {
    isStandalone?: boolean;
    derived?: boolean;
    isMergeable?: boolean;
  } = {},
): Kind<N> {
  const flags = { isStandalone, isDerived: derived, isMergeable };
  const shapes = { shape, oldestShape };
  return {
    name,
    prefix,
    path,
    read,
    load,
    ...flags,
    work,
    ...shapes,
    display,
    toString: () => name,
    toJSON: () => name,
  };
}

/**
 * The letters for the owner's prefix inside an id. They are part of stored ids and never change. `p` is the collection of a person, in
 * which most records live.
 */
const ownerPrefixes: Readonly<Record<string, string>> = { p: "per", u: "usr", k: "knd", c: "cfe", r: "rst", h: "hst", x: "any" };
/** The letter of an id without an owner: random characters follow it. */
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

/** Ids of one process rise within a millisecond too, so that rows written in a loop keep their order. */
function newOwnPart(ms: number): string {
  const next = ms === lastDraw.ms && lastDraw.chance < MAX_RANDOM ? lastDraw.chance + 1 : drawRandom();
  lastDraw = { ms, chance: next };
  return encodeBase32(ms, 10) + encodeBase32(next, 8);
}

/**
 * Creates an id. `owner` is the id of the record in whose collection the new record is stored. `at` (milliseconds) backdates the id, for
 * records of the past.
 */
export function newId(kind: Kind, options: { owner?: string; at?: number } = {}): string {
  const ownPart = newOwnPart(options.at ?? Clock.ms());
  return `${kind.prefix}_${ownPart}${options.owner ? ownerPart(options.owner) : ""}`;
}

/**
 * Creates an id that cannot be guessed: 130 random bits after the instant. Such an id gives access to strangers, so its second part is
 * random instead of an owner's.
 */
export function unguessableId(kind: Kind): string {
  const randomLetters = Array.from(randomBytes(8 + OWN_PART_LENGTH), (byte) => ALPHABET[byte % 32]).join("");
  return `${kind.prefix}_${encodeBase32(Clock.ms(), 10)}${randomLetters.slice(0, 8)}${RANDOM_LETTER}${randomLetters.slice(8)}`;
}

/** Creates an id that depends only on its arguments, for records that may be derived twice. */
export function derivedId(kind: Kind, ms: number, seed: string, owner?: string): string {
  const number = Number.parseInt(sha256(seed).slice(0, 10), 16);
  return `${kind.prefix}_${encodeBase32(ms, 10)}${encodeBase32(number, 8)}${owner ? ownerPart(owner) : ""}`;
}

/** Creates the id of a thing that is unique at an instant by its number (below 2 ** 40). Two different numbers never have the same id. */
export const numberedId = (kind: Kind, ms: number, number: number): string =>
  `${kind.prefix}_${encodeBase32(ms, 10)}${encodeBase32(number, 8)}`;

/** Returns the id of the collection of a record's history. It is a hash of the whole id, so that two records do not share a history. */
export function historyId(record: string): string {
  const digest = sha256(record);
  const [left, right] = [digest.slice(0, 12), digest.slice(12, 24)].map((digits) => encodeBase32(Number.parseInt(digits, 16), 9));
  return `hst_${left}${right}`;
}

/** Creates the id of an entry about one version of a record. Entries sort by time, then by version, in the record's history. */
export const versionId = (kind: Kind, ms: number, version: number, record: string): string =>
  `${kind.prefix}_${encodeBase32(Math.max(0, ms), 10)}${encodeBase32(version, 8)}${ownerPart(historyId(record))}`;

function ownerPart(owner: string): string {
  const letter = ownerLetters[idPrefix(owner) ?? ""];
  if (!letter) throw new Error(`Record ${owner} cannot own a collection`);
  return letter + ownPart(owner);
}

const ID_PATTERN = /^([a-z]{3})_([0-9a-hjkmnp-tv-z]{18})(?:([a-z])([0-9a-hjkmnp-tv-z]{18}))?$/;

/** Returns the prefix of an id, or undefined if the text is not an id. */
export const idPrefix = (id: string): string | undefined => ID_PATTERN.exec(id)?.[1];

export const isId = (id: string, kind: Kind): boolean => idPrefix(id) === kind.prefix;

/** Returns an id's own part, which is unique among its kind in one collection. */
export const ownPart = (id: string): string => id.slice(4, 4 + OWN_PART_LENGTH);

/** Builds the id with this own part in the collection of `owner`. */
export const buildOwnedId = (owner: string, kind: Kind, self: string): string => `${kind.prefix}_${self}${ownerPart(owner)}`;

/** Returns the id of the record in whose collection this one lives: the owner in the id, or the id itself. */
export function collectionOwner(id: string): string {
  const match = ID_PATTERN.exec(id);
  if (!match) throw new Error(`Invalid id: ${id}`);
  const [, , , letter, part] = match;
  const prefix = letter === undefined ? undefined : ownerPrefixes[letter];
  return prefix ? `${prefix}_${part}` : id;
}

export const isInPersonCollection = (id: string): boolean => idPrefix(collectionOwner(id)) === ownerPrefixes.p;

/** Returns the instant in an id, in milliseconds. */
export function idTime(id: string): number {
  let value = 0;
  for (const char of ownPart(id).slice(0, 10)) value = value * 32 + ALPHABET.indexOf(char);
  return value;
}

/** Returns the smallest beginning of an id at an instant: ids from then on sort at or after it. */
export const minIdAt = (kind: Kind, ms: number): string => `${kind.prefix}_${encodeBase32(ms, 10)}`;

/** Returns a regular expression that matches every id of the kind. */
export const idPattern = (kind: Kind): RegExp =>
  new RegExp(`^${kind.prefix}_[0-9a-hjkmnp-tv-z]{18}([a-z][0-9a-hjkmnp-tv-z]{18})?$`);
