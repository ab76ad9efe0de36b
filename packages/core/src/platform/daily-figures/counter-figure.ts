import { listDays } from "../../kernel/time-zone.ts";
import { type DayCounters, verifyDays } from "../../storage/stream/recount-days.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { put } from "../../storage/table/database.ts";
import { ALL_OWNERS } from "./counter-cells.rules.ts";
import type { DailyFigure } from "./daily-figure.ts";
import { snapshotKey, snapshotSortKey } from "./snapshot-items.ts";

/**
 * Daily figures whose rows are counters that the stream consumer keeps current. Each finished day is counted again from the records, and differences
 * are repaired. The item under `figureKey` stores that the day was checked.
 */
export const createCounterFigure = <R extends BaseRecord>(figureKey: string, counters: DayCounters<R>): DailyFigure => ({
  storageKey: figureKey,
  async take(from, to) {
    const differences = await verifyDays(counters, from, to);
    for (const day of listDays(from, to)) {
      const errorCount = differences.filter(({ where }) => counters.parseDay(where) === day).length;
      await put({ pk: snapshotKey(figureKey), sk: snapshotSortKey(ALL_OWNERS, day), wrong: errorCount });
    }
    return differences;
  },
});
