import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { listInMemory } from "./list.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { queryPartitions } from "./partition-query.ts";
import { isPathQuery } from "./path-list.ts";
import { Visibility } from "./visibility.ts";

/** Lists of few records from several partitions, without an index of their own. */

/** Reads up to `maxRows` rows of the partitions, each record once. `isBound` says that there may be more. */
export async function readMerged<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  maxRows: number,
): Promise<{ records: R[]; isBound: boolean }> {
  const records = new Map<string, R>();
  let count = 0;
  for await (const row of queryPartitions(collection, partitions, { order: "desc", after: undefined, chunk: maxRows })) {
    const record = collection.fromRow(row);
    records.set(record.id, record);
    if (++count === maxRows) break;
  }
  return { records: [...records.values()], isBound: count === maxRows };
}

/** Returns a page of the records that the caller sees and that pass the filters. */
export async function listMerged<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { records, isBound }: { records: readonly R[]; isBound: boolean },
): Promise<Page<R>> {
  if (query.deleted) throw invalid("deleted", "Cannot be combined with a filter by person or first lead");
  const [path = "sort"] = Object.keys(query.paths ?? {});
  if (isPathQuery(query)) throw invalid(path, "Cannot be combined with a filter by person or first lead");
  const live = records.filter(({ deleted_at }) => !deleted_at);
  return listInMemory(collection, query, await Visibility.filterVisible(collection, live), isBound);
}

export * as MergedList from "./merged-list.ts";
