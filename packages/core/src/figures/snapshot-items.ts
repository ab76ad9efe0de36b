import { useTenant } from "../kernel/context.ts";
import { atMost } from "../kernel/pool.ts";
import { getAll, put, query } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { tenantKey } from "../storage/table/key.ts";
import { EVERYBODY } from "./cells.rules.ts";

/** Where snapshots lie, of the pipeline unless told otherwise: an item for each owner who had something, and one for everybody. */

export const TREND = "TREND";

export const key = (what: string = TREND) => tenantKey(useTenant(), what);
export const sortOf = (owner: string, day: string): string => `${owner}@${day}`;

const AT_ONCE = 8;

/** What a day has to be stored of: owners who have something, and the text of one of them, or of all together. */
export interface DayOf {
  owners: readonly string[];
  text(owner?: string): string;
}

/** That of everybody comes last: where it is, the day was taken. */
export async function storeDay(what: string, day: string, { owners, text }: DayOf): Promise<void> {
  const pk = key(what);
  const limited = atMost(AT_ONCE);
  const before = await getAll([{ pk, sk: sortOf(EVERYBODY, day) }]);
  // Who has nothing any more, where a day is taken again.
  const had = before.flatMap((item) => (item ? (JSON.parse(String(item.owners)) as string[]) : []));
  const of = (owner: string) => limited(() => put({ pk, sk: sortOf(owner, day), cells: text(owner) }));
  await Promise.all([...new Set([...owners, ...had])].map(of));
  await put({ pk, sk: sortOf(EVERYBODY, day), cells: text(), owners: JSON.stringify(owners) });
}

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
