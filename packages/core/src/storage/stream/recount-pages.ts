import type { Partition } from "../read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";

const IDS_PER_PAGE = 100;

/** Yields the ids of all records of a kind after an id, in order, deleted records included. */
export async function* readIdPages<R extends BaseRecord>(
  collection: Collection<R>,
  after: string | undefined,
): AsyncGenerator<readonly string[]> {
  const all = [...collection.allPartitions("live"), ...collection.allPartitions("deleted")];
  for (let ids: string[] = [], last = after; ; last = ids.at(-1)) {
    ids = await listKeysAfter(collection, all, { order: "asc", after: last, most: IDS_PER_PAGE });
    if (ids.length > 0) yield ids;
    if (ids.length < IDS_PER_PAGE) return;
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
  for await (const row of queryPartitions(collection, partitions, { order: "asc", after, chunk: ROWS_PER_PAGE })) {
    records.push(collection.fromRow(row));
    last = row.key;
    if (records.length < ROWS_PER_PAGE) continue;
    yield { key: last, records };
    records = [];
  }
  if (records.length > 0) yield { key: last, records };
}
