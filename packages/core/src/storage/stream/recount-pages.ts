import type { Partition } from "../read/list-query.ts";
import { queryPartitions } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Item } from "../table/item.ts";

const IDS_PER_PAGE = 100;

/** Yields the ids of all records of a kind after an id, in order, deleted and archived records included. */
export async function* readIdPages<R extends BaseRecord>(
  collection: Collection<R>,
  after: string | undefined,
): AsyncGenerator<readonly string[]> {
  for await (const { ids } of readIdentityPages(collection, after)) yield ids;
}

/** Ids of records, and the items of those that are archived. */
interface IdentityPage {
  ids: readonly string[];
  archived: ReadonlyMap<string, Item>;
}

/** Like `readIdPages`. Archived items need no further read. */
export async function* readIdentityPages<R extends BaseRecord>(
  collection: Collection<R>,
  after: string | undefined,
): AsyncGenerator<IdentityPage> {
  const all = [...collection.allPartitions("live"), ...collection.allPartitions("deleted")];
  for (let last = after; ; ) {
    const ids: string[] = [];
    const archived = new Map<string, Item>();
    // Each page queries again, so that a record that moves to the archive meanwhile is found.
    const reading = { order: "asc", after: last, chunk: IDS_PER_PAGE, isUnverified: true } as const;
    for await (const { key, archived: item } of queryPartitions(collection, all, reading)) {
      if (item) archived.set(key, item);
      if (ids.push(key) === IDS_PER_PAGE) break;
    }
    if (ids.length > 0) yield { ids, archived };
    if (ids.length < IDS_PER_PAGE) return;
    last = ids.at(-1);
  }
}

const ROWS_PER_PAGE = 1000;

/** Yields the rows of partitions as records, in order, with the key of the last row. */
export async function* readRecordPages(
  collection: Collection<BaseRecord>,
  partitions: readonly Partition[],
  after: string | undefined,
): AsyncGenerator<{ key: string; records: BaseRecord[] }> {
  let records: BaseRecord[] = [];
  let last = "";
  const reading = { order: "asc", after, chunk: ROWS_PER_PAGE, isUnverified: true } as const;
  for await (const row of queryPartitions(collection, partitions, reading)) {
    records.push(collection.fromRow(row));
    last = row.key;
    if (records.length < ROWS_PER_PAGE) continue;
    yield { key: last, records };
    records = [];
  }
  if (records.length > 0) yield { key: last, records };
}
