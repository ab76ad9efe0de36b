import { ALL, buildCounts, UNOWNED } from "../read/counter.ts";
import { buildSearchWords, wordKey } from "../read/search.ts";
import { type ArchiveEntry, PART_ATTRIBUTE } from "../table/archived-record.ts";
import { type BaseRecord, type Collection, type CounterSums, mayBeArchived, noCounterSums } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { type DueEntry, dueAttributes } from "../table/due-index.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import { hasVisibilityEntries, listSearchNames } from "../table/viewer.ts";
import { readVisibilityEntries, type VisibilityEntries } from "./visibility-steps.ts";

/** What one record has contributed to projections so far. */
export interface Checkpoint {
  version: number;
  owner: string;
  /** The counters of the record, except the counter of all. */
  scopes: readonly string[];
  counts: Record<string, number>;
  /** Its contributions to counters that have their own numbers. */
  sums: CounterSums;
  words: readonly string[];
  /** Its sort values in entry orders. */
  orderKeys: Readonly<Record<string, string>>;
  /** For records that are shared or have derived visibility: the visibility entries, and the revision of the checkpoint. */
  visibility?: { entries: VisibilityEntries; turn: number } | undefined;
  /** The entry of its bulk clock in the index `due`, if the record's own entry holds another clock. */
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

/** Lists what a record adds to each of its counters. */
export const listAdditions = ({
  scopes,
  counts,
  sums,
}: Checkpoint): (readonly [scope: string, counts: CounterSums["counts"]])[] => [
  ...[ALL, ...scopes].map((scope) => [scope, counts] as const),
  ...flattenSums(sums),
];

const flattenSums = ({
  scopes,
  counts,
  beside: extraSums,
}: CounterSums): (readonly [scope: string, counts: CounterSums["counts"]])[] => [
  ...scopes.map((scope) => [scope, counts] as const),
  ...(extraSums ? flattenSums(extraSums) : []),
];

/** Builds the checkpoint of a record's current version. `owners` are its owners, if its visibility is derived. */
export function buildCheckpoint(
  collection: Collection<BaseRecord>,
  record: BaseRecord | undefined,
  version: number,
  owners: readonly string[] = [],
): Checkpoint {
  if (!record) return { ...emptyCheckpoint, version };
  return {
    version,
    owner: collection.definition.derivedVisibility ? owners.join(" ") : listSearchNames(collection, record).join(" "),
    scopes: collection.counterScopes(record),
    counts: buildCounts(collection, record),
    sums: collection.counterSums(record),
    words: record.deleted_at ? [] : buildSearchWords(collection, record),
    orderKeys: collection.entryOrderKeys(record),
    due: collection.dueEntries(record).checkpointEntry,
  };
}

/** Builds the item of each search word. An item holds the owner and all words, so that a search need not read the record. */
export const buildWordItems = (tenant: string, kind: string, id: string, { owner, words }: Checkpoint): Item[] =>
  words.map((word) => ({ ...wordKey(tenant, kind, word, id), owner, words: words.join(" ") }));

export const buildCheckpointItem = (
  tenant: string,
  id: string,
  { version, owner, scopes, counts, sums, words, orderKeys, visibility, due }: Checkpoint,
): Item => ({
  ...checkpointKey(tenant, id),
  version,
  owner,
  scopes: scopes.join(" "),
  counts: JSON.stringify(counts),
  ...(sums.scopes.length === 0 ? {} : { sums: JSON.stringify(sums) }),
  words: words.join(" "),
  ...(Object.keys(orderKeys).length === 0 ? {} : { places: JSON.stringify(orderKeys) }),
  ...(visibility ? { entries: JSON.stringify(visibility.entries), turn: visibility.turn } : {}),
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

/** Reads the items of checkpoints. That of an archived record is in the archive with it. */
export async function readCheckpointItems(
  tenant: string,
  records: readonly { collection: Collection<BaseRecord>; id: string }[],
): Promise<(Item | undefined)[]> {
  const items = await readItems(records.map(({ id }) => checkpointKey(tenant, id)));
  const missing = records.filter(
    ({ collection, id }, index) => items[index] === undefined && collection.isArchived && mayBeArchived(collection.kind, id),
  );
  if (missing.length === 0) return items;
  const stored = await readItems(missing.map(({ id }) => recordKey(tenant, id)));
  const entries = new Map(stored.flatMap((item) => (item ? [[String(item.sk), item[PART_ATTRIBUTE]] as const] : [])));
  return items.map((item, index) => {
    const entry = entries.get(records[index]?.id ?? "") as ArchiveEntry | undefined;
    return item ?? entry?.checkpoint;
  });
}

/** Reads the checkpoints of records, in the order of the records. */
export async function readCheckpoints(
  tenant: string,
  records: readonly { collection: Collection<BaseRecord>; id: string }[],
): Promise<(Checkpoint | undefined)[]> {
  const items = await readCheckpointItems(tenant, records);
  const having = records.flatMap(({ collection, id }, index) =>
    hasVisibilityEntries(collection) ? [[id, items[index]] as const] : [],
  );
  const entries = await readVisibilityEntries(tenant, new Map(having));
  return records.map(({ id }, index): Checkpoint | undefined => {
    const [item, ofRecord] = [items[index], entries.get(id)];
    return item && { ...parseCheckpoint(item), visibility: ofRecord && { entries: ofRecord, turn: Number(item.turn ?? 0) } };
  });
}
