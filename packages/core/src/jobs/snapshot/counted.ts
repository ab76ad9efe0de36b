import { EVERYBODY } from "../../figures/cells.rules.ts";
import { key, sortOf } from "../../figures/snapshot-items.ts";
import { type DayCounters, proveDays } from "../../storage/project/day-recount.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { put } from "../../storage/table/database.ts";
import type { Daily } from "./daily.ts";
import { daysFrom } from "./days.ts";

/**
 * Days whose figures are counters that the stream keeps: these are the rows, right at any moment. A day that is over is counted once
 * more from the records, what differs is mended, and that it was looked at stands under `kept`.
 */
export const counted = <R extends BaseRecord>(kept: string, counters: DayCounters<R>): Daily => ({
  kept,
  async take(from, to) {
    const differences = await proveDays(counters, from, to);
    for (const day of daysFrom(from, to)) {
      const wrong = differences.filter(({ where }) => counters.dayOf(where) === day).length;
      await put({ pk: key(kept), sk: sortOf(EVERYBODY, day), wrong });
    }
    return differences;
  },
});
