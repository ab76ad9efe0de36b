import type { DayRange } from "../../kernel/period.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { type PeriodName, periods, toPeriod } from "../report/period.rules.ts";

/** Divides a period into days, weeks, months, quarters or years. Pure. */

export const intervals = periods;
export type Interval = PeriodName;

interface Bucket extends DayRange {
  /** `2026-11-20`, `2026-W47` (ISO 8601), `2026-11`, `2026-Q4` or `2026`. */
  key: string;
}

/** Returns the buckets of a period in order. The first and the last one hold only days of the period. */
export function listBuckets({ from, to }: DayRange, interval: Interval): Bucket[] {
  const buckets: Bucket[] = [];
  // The day after the last one of all is itself, so the days are counted.
  for (let index = 0; index <= daysBetween(from, to); index++) {
    const day = addDays(from, index);
    const key = toPeriod(day, interval);
    const last = buckets.at(-1);
    if (last?.key === key) last.to = day;
    else buckets.push({ key, from: day, to: day });
  }
  return buckets;
}
