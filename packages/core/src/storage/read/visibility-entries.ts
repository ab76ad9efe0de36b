import type { BaseRecord, Collection, IndexUse } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { type IndexName, sortAttribute } from "../table/table.ts";
import type { Partition } from "./list-query.ts";

/**
 * Entries for lists of records with derived visibility. A record has an entry with its row under each owner: in the table in order of time,
 * and in an index for each other order. A list of visible records is therefore one query for each owner, as for kinds with an owner.
 */

export type Life = "live" | "deleted";

const entryPartition = (tenant: string, kind: string, owner: string, life: Life): string =>
  tenantKey(tenant, "SEEN", kind, owner, life);

export const visibilityEntryKey = (tenant: string, kind: string, owner: string, life: Life, id: string): Key => ({
  pk: entryPartition(tenant, kind, owner, life),
  sk: id,
});

export const recordLife = ({ deleted_at }: BaseRecord): Life => (deleted_at ? "deleted" : "live");

export function buildVisibilityEntry<R extends BaseRecord>(
  tenant: string,
  collection: Collection<R>,
  owner: string,
  record: R,
): Item {
  const key = visibilityEntryKey(tenant, collection.name, owner, recordLife(record), record.id);
  const orders = listSortValues(collection, record).flatMap(([index, value]) => [
    [index, key.pk] as const,
    [sortAttribute(index), `${value}#${record.id}`] as const,
  ]);
  return { ...key, row: collection.serialize(record).row, ...(record.deleted_at ? {} : Object.fromEntries(orders)) };
}

/** Returns the sort value of a record in each index that orders all records of the kind. */
export const listSortValues = <R extends BaseRecord>(
  { definition }: Collection<R>,
  record: R,
): (readonly [IndexName, string])[] =>
  (Object.entries(definition.indexes) as [IndexName, IndexUse<R>][]).flatMap(([index, { field, sort }]) => {
    const value = field === undefined ? sort?.(record) : undefined;
    return value ? [[index, value] as const] : [];
  });

/** Returns the partition of an owner, in the order of an index. */
export const ownerEntryPartition = (tenant: string, kind: string, owner: string, life: Life, index: IndexName): Partition => ({
  index: "entry",
  facets: { pk: entryPartition(tenant, kind, owner, life), ...(index === "by_time" ? {} : { on: index }) },
});
