import type { Partition } from "../read/query.ts";
import { keysBehind, merged } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";

/** Records that are read at a time. */
const TOGETHER = 100;

/** The ids of all records of a kind, deleted ones too, in their order, behind one. */
export async function* idsOf<R extends BaseRecord>(
  collection: Collection<R>,
  after: string | undefined,
): AsyncGenerator<readonly string[]> {
  const all = [...collection.whole("live"), ...collection.whole("deleted")];
  for (let ids: string[] = [], last = after; ; last = ids.at(-1)) {
    ids = await keysBehind(collection, all, { order: "asc", after: last, most: TOGETHER });
    if (ids.length > 0) yield ids;
    if (ids.length < TOGETHER) return;
  }
}

/** Rows that are read at a time. */
const ROWS = 1000;

/** The records of partitions as lists show them, in their order, and the key of the last. */
export async function* recordsBehind(
  collection: Collection<BaseRecord>,
  partitions: readonly Partition[],
  after: string | undefined,
): AsyncGenerator<{ key: string; records: BaseRecord[] }> {
  let records: BaseRecord[] = [];
  let last = "";
  for await (const row of merged(collection, partitions, { order: "asc", after, chunk: ROWS })) {
    records.push(collection.fromRow(row));
    last = row.key;
    if (records.length < ROWS) continue;
    yield { key: last, records };
    records = [];
  }
  if (records.length > 0) yield { key: last, records };
}
