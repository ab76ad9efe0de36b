import type { DayRange } from "../../kernel/period.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { type PeriodName, periods, toPeriod } from "../report/period.rules.ts";

/** Divides a period into days, weeks, months, quarters or years. Pure. */

export const intervals = periods;
export type Interval = PeriodName;

interface Bucket extends DayRange {
  /** `2026-11-20`, `2026-W47` (ISO 8601), `2026-11`, `2026-Q4` or `2026`. */
  key: string;
}

const THURSDAY = 4;

/** Returns the number of the weekday, from 1 for Monday to 7 for Sunday. */
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** Returns the week of a day after ISO 8601: week 1 has the first Thursday of the year. */
function formatWeek(day: string): string {
  const thursday = addDays(day, THURSDAY - weekdayOf(day));
  const dayOfYear = (Date.parse(`${thursday}T00:00:00Z`) - Date.parse(`${thursday.slice(0, 4)}-01-01T00:00:00Z`)) / 86_400_000;
  return `${thursday.slice(0, 4)}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, "0")}`;
}

/** Weeks have the names of ISO 8601; other parts those of reports. */
const formatBucket = (day: string, interval: Interval): string =>
  interval === "week" ? formatWeek(day) : toPeriod(day, interval);

/** Returns the buckets of a period in order. The first and the last one hold only days of the period. */
export function listBuckets({ from, to }: DayRange, interval: Interval): Bucket[] {
  const buckets: Bucket[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const key = formatBucket(day, interval);
    const last = buckets.at(-1);
    if (last?.key === key) last.to = day;
    else buckets.push({ key, from: day, to: day });
  }
  return buckets;
}
