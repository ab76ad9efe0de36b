import type { BaseRecord, Collection, IndexUse } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { type IndexName, sortOf } from "../table/table.ts";
import type { Partition } from "./query.ts";

/**
 * What lists of revealed records are read from: an entry under each owner, with the row, in order of time in the table itself and
 * in an index for each other order. So a list of those that somebody sees is as many queries as there are owners, as one of leads.
 */

export type Life = "live" | "deleted";

const partition = (tenant: string, kind: string, owner: string, life: Life): string =>
  tenantKey(tenant, "SEEN", kind, owner, life);

export const entryKey = (tenant: string, kind: string, owner: string, life: Life, id: string): Key => ({
  pk: partition(tenant, kind, owner, life),
  sk: id,
});

export const lifeOf = ({ deleted_at }: BaseRecord): Life => (deleted_at ? "deleted" : "live");

export function entryItem<R extends BaseRecord>(tenant: string, collection: Collection<R>, owner: string, record: R): Item {
  const key = entryKey(tenant, collection.name, owner, lifeOf(record), record.id);
  const orders = placesOf(collection, record).flatMap(([index, value]) => [
    [index, key.pk] as const,
    [sortOf(index), `${value}#${record.id}`] as const,
  ]);
  return { ...key, row: collection.texts(record).row, ...(record.deleted_at ? {} : Object.fromEntries(orders)) };
}

/** The place of a record in each index that orders all of its kind. */
export const placesOf = <R extends BaseRecord>({ definition }: Collection<R>, record: R): (readonly [IndexName, string])[] =>
  (Object.entries(definition.indexes) as [IndexName, IndexUse<R>][]).flatMap(([index, { field, sort }]) => {
    const value = field === undefined ? sort?.(record) : undefined;
    return value ? [[index, value] as const] : [];
  });

/** The partition of an owner, in the order of an index. */
export const partitionUnder = (tenant: string, kind: string, owner: string, life: Life, index: IndexName): Partition => ({
  index: "entry",
  facets: { pk: partition(tenant, kind, owner, life), ...(index === "by_time" ? {} : { on: index }) },
});
