import { useTenant } from "../../kernel/context.ts";
import { query, readItem } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, recordKey, requireKeyPart, tenantKey, tenantPrefix } from "../../storage/table/key.ts";
import { parseRow } from "../../storage/table/row.ts";
import { resolveViewers } from "../../storage/table/viewer.ts";

/**
 * Counts the live records that reveal a person, by the user or team through whom they are seen, for persons whose stored visibility
 * is not complete. Leads and contacts are in the person's collection, the customer is found by its lock, opportunities and tickets
 * by indexes. The first releases, which did not store visibility, already stored all of these except tickets in this way: the
 * layout never changes.
 */
export async function countGrantsByOwner(id: string): Promise<ReadonlyMap<string, number>> {
  const tenant = useTenant();
  const { pk } = recordKey(tenant, id);
  const itemGroups = await Promise.all([
    ...["led_", "ctc_"].map((prefix) =>
      queryPages({
        KeyConditionExpression: "pk = :pk and sk between :from and :to",
        ExpressionAttributeValues: { ":pk": pk, ":from": prefix, ":to": `${prefix}~` },
        ConsistentRead: true,
      }),
    ),
    queryPages({
      IndexName: "by_class",
      KeyConditionExpression: "by_class = :pk",
      ExpressionAttributeValues: { ":pk": `${tenantPrefix(tenant)}opportunity#${requireKeyPart(id)}` },
    }),
    queryPages({
      IndexName: "by_rank",
      KeyConditionExpression: "by_rank = :pk",
      ExpressionAttributeValues: { ":pk": `${tenantPrefix(tenant)}ticket#${requireKeyPart(id)}` },
    }),
    loadCustomer({ pk: tenantKey(tenant, "PERSONCUSTOMER", id), sk: "record" }),
  ]);
  const owners = new Map<string, number>();
  for (const item of itemGroups.flat()) {
    const columns = readColumns(item);
    if (columns.deleted_at || columns.person_sight === "LIMITED") continue;
    for (const seer of listViewers(columns)) owners.set(seer, (owners.get(seer) ?? 0) + 1);
  }
  return owners;
}

const listViewers = ({ owner_id, assigned_to_id, team_id, customer_owner_id }: Record<string, string | undefined>): string[] =>
  resolveViewers({ owner: owner_id ?? assigned_to_id, teams: [team_id], users: [customer_owner_id] });

/**
 * Column positions in the rows of kinds that reveal a person: the calling functions do not bundle all these kinds. Positions never
 * change (test/storage/table/rows.test.ts).
 */
export const columnsByPrefix: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  led: { 2: "deleted_at", 5: "person_sight", 15: "owner_id" },
  ctc: { 2: "deleted_at", 5: "person_sight", 6: "owner_id" },
  opp: { 2: "deleted_at", 8: "person_sight", 9: "owner_id" },
  cus: { 2: "deleted_at", 6: "person_sight", 7: "owner_id" },
  tic: { 2: "deleted_at", 13: "customer_owner_id", 16: "assigned_to_id", 17: "team_id", 36: "person_sight" },
};

function readColumns({ sk, row }: Item): Record<string, string | undefined> {
  const key = String(sk);
  const columnNames = columnsByPrefix[key.slice(0, 3)] ?? {};
  const columns = Array.from({ length: 100 }, (_, place) => columnNames[place] ?? String(place));
  return parseRow(columns, { key, row }) as Record<string, string | undefined>;
}

/** Maximum number of pages of one megabyte: a person has few records. */
const MAX_PAGES = 10;

async function queryPages(input: Omit<Parameters<typeof query>[0], "ExclusiveStartKey">): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  for (let page = 0; page < MAX_PAGES && (page === 0 || start); page++) {
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

async function loadCustomer(lock: Key): Promise<Item[]> {
  const lockItem = await readItem(lock);
  const customer = lockItem && (await readItem(recordKey(useTenant(), String(lockItem.record_id))));
  return customer ? [customer] : [];
}
