import { EVERYBODY } from "../../figures/cells.rules.ts";
import { key, sortOf } from "../../figures/snapshot-items.ts";
import { today } from "../../kernel/day.ts";
import { dayAfter, daysBetween } from "../../kernel/zone.ts";
import { query } from "../../storage/table/database.ts";

/** Which days are kept, and which are still to be. */

/** The last day that was taken of what is kept under a name. */
export async function lastDay(what: string): Promise<string | undefined> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :of)",
    ExpressionAttributeValues: { ":pk": key(what), ":of": sortOf(EVERYBODY, "") },
    ScanIndexForward: false,
    Limit: 1,
  });
  return Items[0] && String(Items[0].sk).slice(-10);
}

/** Days that are made up where nights were missed. */
const MOST_DAYS = 31;

/** The days that are over and were not taken yet, from the first to the last; the first is later where there is none. */
export function missed(last: string | undefined): [from: string, to: string] {
  const yesterday = dayAfter(today(), -1);
  const days = last === undefined ? 1 : Math.min(MOST_DAYS, daysBetween(last, yesterday));
  return [dayAfter(yesterday, 1 - days), yesterday];
}

export function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) days.push(day);
  return days;
}
