import { ALL, countsOf, UNOWNED } from "../read/counter.ts";
import { searchWordsOf, wordKey } from "../read/search.ts";
import { type BaseRecord, type Collection, noSums, type Sums } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { type DuePlace, dueAttributes } from "../table/due.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey } from "../table/key.ts";
import { foundUnder, hasEntries } from "../table/share.ts";
import { type Entries, readEntries } from "./sight-steps.ts";

/** What one record has contributed so far. */
export interface Checkpoint {
  version: number;
  owner: string;
  /** The counters that it is in, beside the one of all. */
  scopes: readonly string[];
  counts: Record<string, number>;
  /** What it adds to counters with numbers of their own. */
  sums: Sums;
  words: readonly string[];
  /** Its places in the orders that are kept by entries. */
  places: Readonly<Record<string, string>>;
  /** Of a record that others reveal, or that is shared: its entries under owners, and how often the checkpoint was written. */
  seen?: { entries: Entries; turn: number } | undefined;
  /** Where its bulk clock stands in the index of what is due, while another clock has the record's own place. */
  due?: DuePlace | undefined;
}

export const nothing: Checkpoint = { version: 0, owner: UNOWNED, scopes: [], counts: {}, sums: noSums, words: [], places: {} };

/** What a record adds to each counter that it is in. */
export const additionsOf = ({ scopes, counts, sums }: Checkpoint): (readonly [scope: string, counts: Sums["counts"]])[] => [
  ...[ALL, ...scopes].map((scope) => [scope, counts] as const),
  ...summed(sums),
];

const summed = ({ scopes, counts, beside }: Sums): (readonly [scope: string, counts: Sums["counts"]])[] => [
  ...scopes.map((scope) => [scope, counts] as const),
  ...(beside ? summed(beside) : []),
];

/** What a record contributes in its present version; `under` are the owners under whom it stands, where others reveal it. */
export function checkpointOf(
  collection: Collection<BaseRecord>,
  record: BaseRecord | undefined,
  version: number,
  under: readonly string[] = [],
): Checkpoint {
  if (!record) return { ...nothing, version };
  return {
    version,
    owner: collection.definition.revealed ? under.join(" ") : foundUnder(collection, record).join(" "),
    scopes: collection.scopesOf(record),
    counts: countsOf(collection, record),
    sums: collection.sumsOf(record),
    words: record.deleted_at ? [] : searchWordsOf(collection, record),
    places: collection.placesOf(record),
    due: collection.duePlaces(record).beside,
  };
}

/** The item of each word of a record: it says whose the record is, and all words, so that a search need not read it. */
export const wordItems = (tenant: string, kind: string, id: string, { owner, words }: Checkpoint): Item[] =>
  words.map((word) => ({ ...wordKey(tenant, kind, word, id), owner, words: words.join(" ") }));

export const checkpointItem = (
  tenant: string,
  id: string,
  { version, owner, scopes, counts, sums, words, places, seen, due }: Checkpoint,
): Item => ({
  ...checkpointKey(tenant, id),
  version,
  owner,
  scopes: scopes.join(" "),
  counts: JSON.stringify(counts),
  ...(sums.scopes.length === 0 ? {} : { sums: JSON.stringify(sums) }),
  words: words.join(" "),
  ...(Object.keys(places).length === 0 ? {} : { places: JSON.stringify(places) }),
  ...(seen ? { entries: JSON.stringify(seen.entries), turn: seen.turn } : {}),
  ...dueAttributes(id, due),
});

export const checkpointIn = (item: Item): Checkpoint => ({
  version: Number(item.version),
  owner: String(item.owner),
  scopes: String(item.scopes).split(" ").filter(Boolean),
  counts: JSON.parse(String(item.counts)) as Record<string, number>,
  sums: item.sums === undefined ? noSums : (JSON.parse(String(item.sums)) as Sums),
  words: String(item.words).split(" ").filter(Boolean),
  places: item.places === undefined ? {} : (JSON.parse(String(item.places)) as Record<string, string>),
});

/** The checkpoints of records, in their order. */
export async function readCheckpoints(
  tenant: string,
  records: readonly { collection: Collection<BaseRecord>; id: string }[],
): Promise<(Checkpoint | undefined)[]> {
  const items = await getAll(records.map(({ id }) => checkpointKey(tenant, id)));
  const having = records.flatMap(({ collection, id }, at) => (hasEntries(collection) ? [[id, items[at]] as const] : []));
  const entries = await readEntries(tenant, new Map(having));
  return records.map(({ id }, at): Checkpoint | undefined => {
    const [item, ofRecord] = [items[at], entries.get(id)];
    return item && { ...checkpointIn(item), seen: ofRecord && { entries: ofRecord, turn: Number(item.turn ?? 0) } };
  });
}
