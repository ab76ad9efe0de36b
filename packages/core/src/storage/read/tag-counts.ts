import { tagKey } from "../../kernel/tag.ts";
import { readItems } from "../table/database.ts";
import { tagCheckpointKey } from "../table/key.ts";
import { Counter } from "./counter.ts";
import { mergeSorted } from "./partition-query.ts";

/**
 * Counts live records by tag: a counter for each owner and tag, and one for all owners, with a number for each kind. The counters of an
 * owner are stored in order of tags. A page of tags is therefore one query for each owner that the caller sees, for any number of records.
 * The stream consumer updates them (stream/tag-steps.ts).
 */
export const TAG_COUNTER = "tag";

/** Returns the counter of a tag, by its key, for an owner or for all (`Counter.ALL`). */
export const tagScope = (owner: string, key: string): string => `${owner}@${escapeKey(key)}`;

/** The last code before the surrogates. Keys up to it sort the same in UTF-8 and UTF-16. */
const LAST_PLAIN_CODE = 0xd7ff;

/**
 * Encodes a tag key for the name of a counter. Letters and digits stay; other characters are written as hexadecimal codes, so that names
 * never contain `#`, `/` or blanks. A prefix of a key stays a prefix of its encoding. The cells of a counter sort before longer names.
 */
const escapeKey = (key: string): string =>
  Array.from(key, (character) => {
    const code = character.codePointAt(0) as number;
    return /[\p{L}\p{M}\p{N}._-]/u.test(character) && code <= LAST_PLAIN_CODE
      ? character
      : `$${code.toString(16).padStart(6, "0")}`;
  }).join("");

const unescapeKey = (name: string): string =>
  name.replaceAll(/\$([0-9a-f]{6})/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));

/** Sorts after all names with the same beginning. */
const KEY_END = "\uffff";
/** Sorts after the cells of a counter and before longer names. */
const CELLS_END = "#~";

export interface TagCount {
  /** The tag's key. */
  tag: string;
  /** Number of live records with the tag, by kind. */
  counts: Readonly<Record<string, number>>;
}

/** Yields tags with this prefix, after `after`, with counts summed over the owners, in order of keys. Tags without records may come too. */
export async function* readTagCounts(
  owners: readonly string[],
  { prefix, after, chunk }: { prefix: string; after: string | undefined; chunk: number },
): AsyncGenerator<TagCount> {
  const begin = escapeKey(tagKey(prefix));
  const sources = owners.map((owner) =>
    readOwnerCounts(owner, after === undefined ? begin : `${escapeKey(after)}${CELLS_END}`, begin, chunk),
  );
  let current: TagCount | undefined;
  for await (const { tag, counts } of mergeSorted(sources, "asc")) {
    if (current && current.tag !== tag) yield current;
    current = current?.tag === tag ? { tag, counts: addCounts(current.counts, counts) } : { tag, counts };
  }
  if (current) yield current;
}

const addCounts = (a: TagCount["counts"], b: TagCount["counts"]): TagCount["counts"] => {
  const kinds = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(kinds.map((kind) => [kind, (a[kind] ?? 0) + (b[kind] ?? 0)]));
};

async function* readOwnerCounts(
  owner: string,
  from: string,
  begin: string,
  chunk: number,
): AsyncGenerator<TagCount & { key: string }> {
  const [first, last] = [`${owner}@${from}`, `${owner}@${begin}${KEY_END}`];
  for await (const counter of Counter.iterateRange(TAG_COUNTER, first, last, { ConsistentRead: false, Limit: chunk })) {
    const { sk, ...numbers } = counter;
    const name = String(sk).slice(owner.length + 1);
    const counts = Object.fromEntries(
      Object.entries(numbers).flatMap(([kind, count]) => (Counter.INTERNAL_ATTRIBUTES.has(kind) ? [] : [[kind, Number(count)]])),
    );
    // The owner makes the key unique, so that merging does not drop a counter.
    yield { key: `${name}\u0001${owner}`, tag: unescapeKey(name), counts };
  }
}

/** The tags under which a record is counted. */
export interface TagCheckpoint {
  /** The revision of the checkpoint. Each write is conditional on the revision before. */
  turn: number;
  /** The version of the record whose tags are counted completely. */
  version: number;
  /** Tag key → owner under whom it is counted. */
  owners: ReadonlyMap<string, string>;
}

const emptyTagCheckpoint: TagCheckpoint = { turn: 0, version: 0, owners: new Map() };

/** Reads the checkpoints of records, in the order of the ids. */
export async function readTagCheckpoints(tenant: string, ids: readonly string[]): Promise<TagCheckpoint[]> {
  const items = await readItems(ids.map((id) => tagCheckpointKey(tenant, id)));
  return items.map((item) =>
    item
      ? { turn: Number(item.turn), version: Number(item.version), owners: parseTagOwners(String(item.tags)) }
      : emptyTagCheckpoint,
  );
}

const parseTagOwners = (text: string): TagCheckpoint["owners"] =>
  new Map(
    Object.entries(JSON.parse(text) as Record<string, string[]>).flatMap(([owner, tags]) =>
      tags.map((tag) => [tag, owner] as const),
    ),
  );

/** Formats tags by owner, as the checkpoint stores them. */
export const formatTagOwners = (owners: TagCheckpoint["owners"]): string =>
  JSON.stringify(Object.fromEntries(Map.groupBy([...owners.keys()].sort(), (tag) => owners.get(tag) as string)));
