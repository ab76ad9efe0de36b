import { useTenant } from "../kernel/context.ts";
import { get, query } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { type Key, plain, recordKey, tenantKey, tenantPrefix } from "../storage/table/key.ts";
import { rowIn } from "../storage/table/row.ts";

/**
 * The owners of a person's live records as the first releases stored them, which kept no sight of persons: leads and contacts stand
 * in the person's collection, the customer is named by its lock, opportunities by an index. This never changes.
 */
export async function formerOwners(id: string): Promise<ReadonlyMap<string, number>> {
  const tenant = useTenant();
  const { pk } = recordKey(tenant, id);
  const found = await Promise.all([
    ...["led_", "ctc_"].map((prefix) =>
      pages({
        KeyConditionExpression: "pk = :pk and sk between :from and :to",
        ExpressionAttributeValues: { ":pk": pk, ":from": prefix, ":to": `${prefix}~` },
        ConsistentRead: true,
      }),
    ),
    pages({
      IndexName: "by_class",
      KeyConditionExpression: "by_class = :pk",
      ExpressionAttributeValues: { ":pk": `${tenantPrefix(tenant)}opportunity#${plain(id)}` },
    }),
    customerOf({ pk: tenantKey(tenant, "PERSONCUSTOMER", id), sk: "record" }),
  ]);
  const owners = new Map<string, number>();
  for (const item of found.flat()) {
    const { owner_id, deleted_at, person_sight } = shownOf(item);
    const owner = owner_id ?? "none";
    if (!deleted_at && person_sight !== "LIMITED") owners.set(owner, (owners.get(owner) ?? 0) + 1);
  }
  return owners;
}

/**
 * Places of columns by the kinds that reveal a person, which the functions that ask do not all have: columns never move
 * (test/storage/rows.test.ts).
 */
export const places: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  led: { 2: "deleted_at", 5: "person_sight", 15: "owner_id" },
  ctc: { 2: "deleted_at", 5: "person_sight", 6: "owner_id" },
  opp: { 2: "deleted_at", 8: "person_sight", 9: "owner_id" },
  cus: { 2: "deleted_at", 6: "person_sight", 7: "owner_id" },
};

function shownOf({ sk, row }: Item): Record<string, string | undefined> {
  const key = String(sk);
  const named = places[key.slice(0, 3)] ?? {};
  const columns = Array.from({ length: 100 }, (_, place) => named[place] ?? String(place));
  return rowIn(columns, { key, row }) as Record<string, string | undefined>;
}

/** A person has few records: so many pages of a megabyte are read. */
const MOST_PAGES = 10;

async function pages(input: Omit<Parameters<typeof query>[0], "ExclusiveStartKey">): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  for (let page = 0; page < MOST_PAGES && (page === 0 || start); page++) {
    const read = await query({
      ...input,
      ProjectionExpression: "sk, #row",
      ExpressionAttributeNames: { "#row": "row" },
      ExclusiveStartKey: start,
    });
    items.push(...(read.Items ?? []));
    start = read.LastEvaluatedKey;
  }
  return items;
}

async function customerOf(lock: Key): Promise<Item[]> {
  const held = await get(lock);
  const customer = held && (await get(recordKey(useTenant(), String(held.record_id))));
  return customer ? [customer] : [];
}
