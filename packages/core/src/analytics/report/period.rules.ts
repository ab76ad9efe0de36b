import { addDays, daysBetween, instantToDay } from "../../kernel/time-zone.ts";

/** Periods by which reports and figures group days. Weeks begin on Monday. Pure. */
export const periods = ["day", "week", "month", "quarter", "year"] as const;
export type PeriodName = (typeof periods)[number];

/** Returns the period of a day: `2026-11-27`, `2026-W48` (ISO 8601), `2026-11`, `2026-Q4` or `2026`. */
export function toPeriod(day: string, by: PeriodName): string {
  switch (by) {
    case "day":
      return day;
    case "week":
      return formatWeek(day);
    case "month":
      return day.slice(0, 7);
    case "quarter":
      return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case "year":
      return day.slice(0, 4);
  }
}

const THURSDAY = 4;

/** Returns the week of a day after ISO 8601: a week belongs to the year of its Thursday, and week 1 has the first Thursday of a year. */
function formatWeek(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const thursday = addDays(day, THURSDAY - weekday);
  const year = thursday.slice(0, 4);
  return `${year}-W${String(Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1).padStart(2, "0")}`;
}

/** Offsets of time zones change only at multiples of 15 minutes. */
const STEP_MS = 15 * 60 * 1000;
const MAX_CACHED_DAYS = 50_000;

/** Returns a function that converts instants to days of a time zone. It computes the day of each quarter of an hour once. */
export function createDayReader(timezone: string): (value: string) => string {
  const days = new Map<number, string>();
  return (value) => {
    if (value.length === 10) return value;
    const step = Math.floor(Date.parse(value) / STEP_MS);
    const cached = days.get(step);
    if (cached !== undefined) return cached;
    const day = instantToDay(timezone, value);
    if (days.size >= MAX_CACHED_DAYS) days.clear();
    days.set(step, day);
    return day;
  };
}
