import { today } from "../../kernel/day.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { query } from "../../storage/table/database.ts";
import { ALL_OWNERS } from "./counter-cells.rules.ts";
import { snapshotKey, snapshotSortKey } from "./snapshot-items.ts";

/** The days that were taken, and the days that are still to take. */

/** Returns the last taken day of the figure that is stored under a name. */
export async function findLastDay(figureKey: string): Promise<string | undefined> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :of)",
    ExpressionAttributeValues: { ":pk": snapshotKey(figureKey), ":of": snapshotSortKey(ALL_OWNERS, "") },
    ScanIndexForward: false,
    Limit: 1,
  });
  return Items[0] && String(Items[0].sk).slice(-10);
}

/** Days that are caught up after missed nights. */
const MAX_DAYS = 31;

/** Returns the first and last finished day that was not taken yet. If there is none, the first is later than the last. */
export function findMissedDays(last: string | undefined): [from: string, to: string] {
  const yesterday = addDays(today(), -1);
  const days = last === undefined ? 1 : Math.min(MAX_DAYS, daysBetween(last, yesterday));
  return [addDays(yesterday, 1 - days), yesterday];
}
