import type { BaseRecord, Collection, Place } from "./collection.ts";
import type { Item } from "./item.ts";
import { type Key, tenantKey } from "./key.ts";

/**
 * Places of records where no index of the table has room: an entry with the row under each name, such as that of every user in
 * whose calendar an activity stands. They are written in the transaction of the record itself, so what is read of them is never behind.
 */

/** The partition of what stands under a name. */
export const partitionOfPlaces = (tenant: string, kind: string, under: readonly string[]): string =>
  tenantKey(tenant, "PLACE", kind, ...under);

const keyOf = (tenant: string, kind: string, id: string, { under, at }: Place): Key => ({
  pk: partitionOfPlaces(tenant, kind, under),
  sk: `${at}#${id}`,
});

/** The entries of a record. */
export function placesOf<R extends BaseRecord>(tenant: string, collection: Collection<R>, record: R | undefined): Item[] {
  const places = record ? collection.standsIn(record) : [];
  if (!record || places.length === 0) return [];
  const { row } = collection.texts(record);
  return places.map((place) => ({ ...keyOf(tenant, collection.name, record.id, place), row }));
}
