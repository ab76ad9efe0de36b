import { tagKey } from "../../kernel/tag.ts";
import { getAll } from "../table/database.ts";
import { tagCheckpointKey } from "../table/key.ts";
import { Counter } from "./counter.ts";
import { mergeSorted } from "./partition-query.ts";

/**
 * How many live records bear a tag: a counter for each owner and tag, and one of all for each tag, with a number for each kind. Of an
 * owner they lie side by side in the order of the tags, so that a page of somebody's tags is a query for each owner whom they see,
 * however many records there are. They are kept from the stream (project/tag-steps.ts).
 */
export const TAG_COUNTER = "tag";

/** The counter of a tag, given by its key, under an owner, or of all (`Counter.ALL`). */
export const tagScope = (owner: string, key: string): string => `${owner}@${escapeKey(key)}`;

/** Before every surrogate: so keys sort alike as UTF-8 and as UTF-16. */
const LAST_PLAIN_CODE = 0xd7ff;

/**
 * A key in the name of a counter: letters and digits as they are, whatever else by its number, so that `#`, `/` and blanks are none of the
 * name's own. The beginning of a key is the beginning of what is written, and cells of a counter lie before whatever is longer.
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

/** Behind whatever begins so. */
const KEY_END = "\uffff";
/** Behind the cells of a counter, and before whatever is longer. */
const CELLS_END = "#~";

export interface TagCount {
  /** The tag's key. */
  tag: string;
  /** Live records that bear it, by the name of their kind. */
  counts: Readonly<Record<string, number>>;
}

/** The tags that begin so, behind one where that is given, under all of these owners together, in the order of their keys; also of which there are none. */
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

const addCounts = (one: TagCount["counts"], other: TagCount["counts"]): TagCount["counts"] => {
  const kinds = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(kinds.map((kind) => [kind, (one[kind] ?? 0) + (other[kind] ?? 0)]));
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
    // Of several owners none takes the place of another.
    yield { key: `${name}\u0001${owner}`, tag: unescapeKey(name), counts };
  }
}

/** What one record is counted under. */
export interface TagCheckpoint {
  /** How often the checkpoint was written: each write is on the condition of the one before. */
  turn: number;
  /** The version of the record whose tags are all here. */
  version: number;
  /** By the keys of its tags: the owner under whom it is counted. */
  owners: ReadonlyMap<string, string>;
}

const emptyTagCheckpoint: TagCheckpoint = { turn: 0, version: 0, owners: new Map() };

/** The checkpoints of records, in their order. */
export async function readTagCheckpoints(tenant: string, ids: readonly string[]): Promise<TagCheckpoint[]> {
  const items = await getAll(ids.map((id) => tagCheckpointKey(tenant, id)));
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

/** By owner, as the checkpoint is stored. */
export const formatTagOwners = (owners: TagCheckpoint["owners"]): string =>
  JSON.stringify(Object.fromEntries(Map.groupBy([...owners.keys()].sort(), (tag) => owners.get(tag) as string)));
