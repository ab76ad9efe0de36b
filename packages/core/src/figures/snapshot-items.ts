import { useTenant } from "../kernel/context.ts";
import { query } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { tenantKey } from "../storage/table/key.ts";

/** Where snapshots lie, of the pipeline unless told otherwise: an item for each owner who had something, and one for everybody. */

export const TREND = "TREND";

export const key = (what: string = TREND) => tenantKey(useTenant(), what);
export const sortOf = (owner: string, day: string): string => `${owner}@${day}`;

/** Snapshots of an owner, or of everybody, from a day to a day: what was open, as `cellsOf` reads it. */
export async function between(owner: string, from: string, to: string, what?: string): Promise<{ day: string; cells: string }[]> {
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: { ":pk": key(what), ":from": sortOf(owner, from), ":to": sortOf(owner, to) },
      ExclusiveStartKey: after,
    });
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items.map(({ sk, cells }) => ({ day: String(sk).slice(-10), cells: String(cells) }));
}
