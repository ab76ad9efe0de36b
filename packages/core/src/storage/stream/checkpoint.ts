import { ALL, buildCounts, UNOWNED } from "../read/counter.ts";
import { buildSearchWords, wordKey } from "../read/search.ts";
import { type BaseRecord, type Collection, type CounterSums, noCounterSums } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { type DueEntry, dueAttributes } from "../table/due-index.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey } from "../table/key.ts";
import { hasVisibilityEntries, listSearchNames } from "../table/viewer.ts";
import { readVisibilityEntries, type VisibilityEntries } from "./visibility-steps.ts";

/** What one record has contributed so far. */
export interface Checkpoint {
  version: number;
  owner: string;
  /** The counters that it is in, beside the one of all. */
  scopes: readonly string[];
  counts: Record<string, number>;
  /** What it adds to counters with numbers of their own. */
  sums: CounterSums;
  words: readonly string[];
  /** Its places in the orders that are kept by entries. */
  orderKeys: Readonly<Record<string, string>>;
  /** Of a record that others reveal, or that is shared: its entries under owners, and how often the checkpoint was written. */
  visibility?: { entries: VisibilityEntries; turn: number } | undefined;
  /** Where its bulk clock stands in the index of what is due, while another clock has the record's own place. */
  due?: DueEntry | undefined;
}

export const emptyCheckpoint: Checkpoint = {
  version: 0,
  owner: UNOWNED,
  scopes: [],
  counts: {},
  sums: noCounterSums,
  words: [],
  orderKeys: {},
};

/** What a record adds to each counter that it is in. */
export const listAdditions = ({
  scopes,
  counts,
  sums,
}: Checkpoint): (readonly [scope: string, counts: CounterSums["counts"]])[] => [
  ...[ALL, ...scopes].map((scope) => [scope, counts] as const),
  ...flattenSums(sums),
];

const flattenSums = ({ scopes, counts, beside }: CounterSums): (readonly [scope: string, counts: CounterSums["counts"]])[] => [
  ...scopes.map((scope) => [scope, counts] as const),
  ...(beside ? flattenSums(beside) : []),
];

/** What a record contributes in its present version; `under` are the owners under whom it stands, where others reveal it. */
export function buildCheckpoint(
  collection: Collection<BaseRecord>,
  record: BaseRecord | undefined,
  version: number,
  under: readonly string[] = [],
): Checkpoint {
  if (!record) return { ...emptyCheckpoint, version };
  return {
    version,
    owner: collection.definition.derivedVisibility ? under.join(" ") : listSearchNames(collection, record).join(" "),
    scopes: collection.counterScopes(record),
    counts: buildCounts(collection, record),
    sums: collection.counterSums(record),
    words: record.deleted_at ? [] : buildSearchWords(collection, record),
    orderKeys: collection.entryOrderKeys(record),
    due: collection.dueEntries(record).checkpointEntry,
  };
}

/** The item of each word of a record: it says whose the record is, and all words, so that a search need not read it. */
export const buildWordItems = (tenant: string, kind: string, id: string, { owner, words }: Checkpoint): Item[] =>
  words.map((word) => ({ ...wordKey(tenant, kind, word, id), owner, words: words.join(" ") }));

export const buildCheckpointItem = (
  tenant: string,
  id: string,
  { version, owner, scopes, counts, sums, words, orderKeys: places, visibility: seen, due }: Checkpoint,
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

export const parseCheckpoint = (item: Item): Checkpoint => ({
  version: Number(item.version),
  owner: String(item.owner),
  scopes: String(item.scopes).split(" ").filter(Boolean),
  counts: JSON.parse(String(item.counts)) as Record<string, number>,
  sums: item.sums === undefined ? noCounterSums : (JSON.parse(String(item.sums)) as CounterSums),
  words: String(item.words).split(" ").filter(Boolean),
  orderKeys: item.places === undefined ? {} : (JSON.parse(String(item.places)) as Record<string, string>),
});

/** The checkpoints of records, in their order. */
export async function readCheckpoints(
  tenant: string,
  records: readonly { collection: Collection<BaseRecord>; id: string }[],
): Promise<(Checkpoint | undefined)[]> {
  const items = await getAll(records.map(({ id }) => checkpointKey(tenant, id)));
  const having = records.flatMap(({ collection, id }, at) =>
    hasVisibilityEntries(collection) ? [[id, items[at]] as const] : [],
  );
  const entries = await readVisibilityEntries(tenant, new Map(having));
  return records.map(({ id }, at): Checkpoint | undefined => {
    const [item, ofRecord] = [items[at], entries.get(id)];
    return item && { ...parseCheckpoint(item), visibility: ofRecord && { entries: ofRecord, turn: Number(item.turn ?? 0) } };
  });
}
