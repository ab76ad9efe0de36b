import { createHash, randomFillSync } from "node:crypto";
import { Clock } from "./clock.ts";

/**
 * Typed ids: `lead` is `led_` + 10 characters of time + 8 of chance (Crockford's base 32, lower case), so that
 * ids of one kind sort by the time of their creation. A record that lives in another's item collection carries
 * its owner's part behind a letter: `led_<18>p<18 of the person>`, and so an id alone finds its partition,
 * strongly consistent and for ever.
 */
export const prefixes = {
  tenant: "ten",
  user: "usr",
  session: "ses",
  api_key: "key",
  team: "tea",
  master: "mst",
  master_kind: "knd",
  person: "per",
  lead: "led",
  activity: "act",
  audit: "aud",
  event: "evt",
  message: "msg",
  candidate: "dup",
  contact_point: "cpt",
  address: "adr",
  merge: "mrg",
  journey: "jny",
  interaction: "int",
  form: "frm",
  import: "imp",
  export: "exp",
  upload: "upl",
  custom_entity: "cfe",
  custom_field: "cfd",
  search_path: "spa",
  rule_set: "rst",
  rule: "rul",
  score: "scr",
  assignment: "asg",
  lead_wait: "lwt",
  availability: "avl",
  conversion: "cnv",
  notification: "ntf",
  notification_settings: "nts",
  customer: "cus",
  contact: "ctc",
  opportunity: "opp",
} as const;

export type Kind = keyof typeof prefixes;

/** Kinds that own an item collection, with the letter that stands for them inside an id. */
export const owners = { person: "p", user: "u", master_kind: "k", custom_entity: "c", rule_set: "r" } as const;
export type OwnerKind = keyof typeof owners;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const SELF = 18;
const MAX_CHANCE = 2 ** 40 - 1;

function encode(value: number, length: number): string {
  let text = "";
  for (let rest = value, i = 0; i < length; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const pool = Buffer.alloc(5 * 256);
let drawn = pool.length;
function chance(): number {
  if (drawn >= pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += 5;
  return pool.readUIntBE(drawn - 5, 5);
}

let last = { ms: 0, chance: 0 };

/** Within one millisecond of one process ids still rise, so that rows written in a loop keep their order. */
function self(ms: number): string {
  const next = ms === last.ms && last.chance < MAX_CHANCE ? last.chance + 1 : chance();
  last = { ms, chance: next };
  return encode(ms, 10) + encode(next, 8);
}

/**
 * A new id. `owner` is the id of the record in whose collection the new one is born;
 * `at` (milliseconds) is for records that happened in the past.
 */
export function newId(kind: Kind, options: { owner?: string; at?: number } = {}): string {
  const own = self(options.at ?? Clock.ms());
  return `${prefixes[kind]}_${own}${options.owner ? ownerPart(options.owner) : ""}`;
}

/** An id that is the same whenever it is made of the same: for what is derived, and may be derived twice. */
export function derivedId(kind: Kind, ms: number, seed: string, owner?: string): string {
  const digest = createHash("sha256").update(seed).digest();
  return `${prefixes[kind]}_${encode(ms, 10)}${encode(digest.readUIntBE(0, 5), 8)}${owner ? ownerPart(owner) : ""}`;
}

function ownerPart(owner: string): string {
  const kind = kindOf(owner);
  if (!kind || !(kind in owners)) throw new Error(`${owner} owns no collection`);
  return owners[kind as OwnerKind] + selfOf(owner);
}

const kinds = new Map(Object.entries(prefixes).map(([kind, prefix]) => [prefix as string, kind as Kind]));
const ownerKinds = new Map(Object.entries(owners).map(([kind, letter]) => [letter as string, kind as OwnerKind]));
const SHAPE = /^([a-z]{3})_([0-9a-hjkmnp-tv-z]{18})(?:([a-z])([0-9a-hjkmnp-tv-z]{18}))?$/;

/** The kind that an id says it is of, or undefined for anything that is no id. */
export const kindOf = (id: string): Kind | undefined => kinds.get(SHAPE.exec(id)?.[1] ?? "");

export const isId = (id: string, kind: Kind): boolean => kindOf(id) === kind;

const selfOf = (id: string): string => id.slice(4, 4 + SELF);

/** The id of the record in whose collection this one lives: itself, or the owner that it carries. */
export function ownerOf(id: string): string {
  const match = SHAPE.exec(id);
  if (!match) throw new Error(`${id} is no id`);
  const [, , , letter, part] = match;
  const kind = letter === undefined ? undefined : ownerKinds.get(letter);
  return kind ? `${prefixes[kind]}_${part}` : id;
}

/** The instant in an id, in milliseconds. */
export function timeOf(id: string): number {
  let value = 0;
  for (const char of selfOf(id).slice(0, 10)) value = value * 32 + ALPHABET.indexOf(char);
  return value;
}

/** The smallest own part of an id at an instant: ids from then on sort at or behind it. */
export const floorAt = (kind: Kind, ms: number): string => `${prefixes[kind]}_${encode(ms, 10)}`;

/** A regular expression that every id of the kind matches. */
export const patternOf = (kind: Kind): RegExp =>
  new RegExp(`^${prefixes[kind]}_[0-9a-hjkmnp-tv-z]{18}([a-z][0-9a-hjkmnp-tv-z]{18})?$`);
