import type { BaseRecord, Collection, ExtraIndexEntry } from "./collection.ts";
import type { Item } from "./item.ts";
import { type Key, tenantKey } from "./key.ts";

/**
 * Extra index entries, for lookups that no index of the table serves: an entry with the row under each name, such as under every user in
 * whose calendar an activity is. They are written in the transaction of the record, so reads of them are never stale.
 */

/** Returns the partition of the entries under a name. */
export const extraIndexPartition = (tenant: string, kind: string, nameParts: readonly string[]): string =>
  tenantKey(tenant, "PLACE", kind, ...nameParts);

const entryKey = (tenant: string, kind: string, id: string, { partition, sortKey }: ExtraIndexEntry): Key => ({
  pk: extraIndexPartition(tenant, kind, partition),
  sk: sortKey === undefined ? id : `${sortKey}#${id}`,
});

export function buildExtraIndexItems<R extends BaseRecord>(
  tenant: string,
  collection: Collection<R>,
  record: R | undefined,
  places = record ? collection.extraIndexEntries(record) : [],
): Item[] {
  if (!record || places.length === 0) return [];
  const { row } = collection.serialize(record);
  return places.map((place) => ({ ...entryKey(tenant, collection.name, record.id, place), row }));
}
