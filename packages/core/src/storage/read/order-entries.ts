import { type Owners, useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import type { Key } from "../table/key.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { orderPartition } from "./path-entries.ts";

/**
 * Orders without an index of their own. Each record that has a value gets an entry with its row: in the table, in order of the values, and
 * in an index, in the same order for each owner. A list in such an order is one query, or one for each owner whose records the caller sees.
 */

/** The name of an entry order. It differs from all names of indexes. */
export type EntryOrder = `entry:${string}`;
export const entryOrder = (field: string): EntryOrder => `entry:${field}`;

/** Returns the field of the entry order by which a list is sorted. */
export const findEntryOrderField = <R extends BaseRecord>(
  { definition }: Collection<R>,
  { sort, thenBy }: Pick<ListQuery, "sort" | "thenBy">,
): string | undefined => (thenBy === undefined && Object.hasOwn(definition.entryOrders ?? {}, sort) ? sort : undefined);

export const orderEntryKey = (tenant: string, kind: string, field: string, value: string, id: string): Key => ({
  pk: orderPartition(tenant, kind, field),
  sk: `${value}#${id}`,
});

/** Builds the entry of a record in the order of a field. */
export function buildOrderEntry<R extends BaseRecord>(
  tenant: string,
  collection: Collection<R>,
  { field, value }: { field: string; value: string },
  record: R,
): Item {
  const key = orderEntryKey(tenant, collection.name, field, value, record.id);
  const owner = collection.ownerId(record);
  const { row } = collection.serialize(record);
  if (owner === undefined) return { ...key, row };
  return { ...key, row, by_rank: orderPartition(tenant, collection.name, field, owner), by_rank_sort: key.sk };
}

/** Returns the partitions of an order, for all owners or some. */
export function entryOrderPartitions<R extends BaseRecord>({ name }: Collection<R>, field: string, owners: Owners): Partition[] {
  const pk = (owner?: string) => orderPartition(useTenant(), name, field, owner);
  if (owners === "all") return [{ index: "entry", facets: { pk: pk(), order: entryOrder(field) } }];
  return [...owners].map((owner) => ({ index: "entry", facets: { pk: pk(owner), on: "by_rank", order: entryOrder(field) } }));
}
