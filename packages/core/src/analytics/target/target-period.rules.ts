import type { DayRange } from "../../kernel/period.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { moveMonths } from "../figure/comparison.rules.ts";

/** Periods of targets and KPIs: months (`2026-11`), quarters (`2026-Q4`) and years (`2026`). Pure. */

export const periodLengths = ["month", "quarter", "year"] as const;
type PeriodLength = (typeof periodLengths)[number];

const MONTHS: Readonly<Record<PeriodLength, number>> = { month: 1, quarter: 3, year: 12 };

/** Keys of the years 2000 to 2099. */
export const PERIOD_PATTERN = /^20\d{2}(-(0[1-9]|1[0-2]|Q[1-4]))?$/;

const findLength = (key: string): PeriodLength => (key.length === 4 ? "year" : key.charAt(5) === "Q" ? "quarter" : "month");

/** Returns the first day of a period. */
export function findFirstDay(key: string): string {
  const length = findLength(key);
  if (length === "year") return `${key}-01-01`;
  if (length === "month") return `${key}-01`;
  return `${key.slice(0, 4)}-${String(Number(key.slice(6)) * 3 - 2).padStart(2, "0")}-01`;
}

/** Returns the days of a period. */
export function findPeriodRange(key: string): DayRange {
  const from = findFirstDay(key);
  return { from, to: addDays(moveMonths(from, MONTHS[findLength(key)]), -1) };
}

/** Returns the period of a length that contains a day. */
export function formatPeriod(day: string, length: PeriodLength): string {
  if (length === "year") return day.slice(0, 4);
  return length === "month" ? day.slice(0, 7) : `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** Returns the period that has exactly these days; undefined if none has. */
export const findPeriod = (range: DayRange): string | undefined =>
  periodLengths.map((length) => formatPeriod(range.from, length)).find((key) => isRangeOf(key, range));

const isRangeOf = (key: string, { from, to }: DayRange): boolean => {
  const range = findPeriodRange(key);
  return range.from === from && range.to === to;
};

/** Returns the parts of a period: the quarters of a year, the months of a quarter. */
export function listParts(key: string): string[] {
  const length = findLength(key);
  if (length === "month") return [];
  const [count, part] = length === "year" ? ([4, "quarter"] as const) : ([3, "month"] as const);
  const first = findFirstDay(key);
  return Array.from({ length: count }, (_, index) => formatPeriod(moveMonths(first, index * MONTHS[part]), part));
}

/** Returns a period and those before it, `count` in all, in order of time. */
export function listLastPeriods(key: string, count: number): string[] {
  const length = findLength(key);
  const first = findFirstDay(key);
  return Array.from({ length: count }, (_, index) =>
    formatPeriod(moveMonths(first, (index + 1 - count) * MONTHS[length]), length),
  );
}
