import { MAX_DATE, MIN_DATE } from "./date-bounds.ts";
import { addDays } from "./time-zone.ts";

/**
 * Dates that are relative to the day or the moment of a request, as filters of lists take them: `today-7d`, `this_week`, `last_30_days`, `now-1h`.
 * All of them but `now` mean whole days. Weeks begin on Monday.
 */

/** Days, both included. */
export interface Period {
  readonly first: string;
  readonly last: string;
}

const RELATIVE_PATTERN = /^\s*(?:now|today|yesterday|tomorrow|(?:this|last|next)_\w+)/i;
const DAY_PATTERN = /^today(?:([+\s-])(\d{1,4})([dwmqy]))?$/;
const PERIOD_PATTERN = /^(this|last|next)_(week|month|quarter|year)$/;
const DAYS_PATTERN = /^(last|next)_(\d{1,4})_days$/;
const MOMENT_PATTERN = /^now(?:([+\s-])(\d{1,4})([hd]))?$/;

const HOUR_MS = 60 * 60 * 1000;
const momentUnits: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const monthsByUnit: Readonly<Record<string, number>> = { m: 1, month: 1, q: 3, quarter: 3, y: 12, year: 12 };
const steps: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1 };

/** Returns whether a text begins as a relative date, although it may not be a valid one. */
export const isRelativeDate = (text: string): boolean => RELATIVE_PATTERN.test(text);

/** Returns the days that a text means on this day; undefined if it does not mean days. */
export function resolvePeriod(text: string, today: string): Period | undefined {
  const name = text.trim().toLowerCase();
  if (name === "yesterday" || name === "tomorrow") return toPeriod(addDays(today, name === "yesterday" ? -1 : 1));
  const [isDay, sign, count, unit = "d"] = DAY_PATTERN.exec(name) ?? [];
  if (isDay !== undefined) return toPeriod(shiftDay(today, toNumber(sign, count), unit));
  const [, step = "", span = ""] = PERIOD_PATTERN.exec(name) ?? [];
  if (span === "week") return resolveWeek(today, steps[step] ?? 0);
  if (span !== "") return resolveMonths(today, steps[step] ?? 0, monthsByUnit[span] ?? 1);
  const [, direction, days = 0] = DAYS_PATTERN.exec(name) ?? [];
  if (Number(days) < 1) return undefined;
  const others = Number(days) - 1;
  return direction === "last" ? { first: addDays(today, -others), last: today } : { first: today, last: addDays(today, others) };
}

/** Returns the instant that a text means at this one, in milliseconds since the epoch; undefined if it does not mean an instant. */
export function resolveMoment(text: string, ms: number): number | undefined {
  const [isMoment, sign, count, unit = "h"] = MOMENT_PATTERN.exec(text.trim().toLowerCase()) ?? [];
  return isMoment === undefined ? undefined : ms + toNumber(sign, count) * (momentUnits[unit] ?? HOUR_MS);
}

/** In an address, a plus that is not encoded is a blank. */
const toNumber = (sign: string | undefined, count = "0"): number => (sign === "-" ? -Number(count) : Number(count));

const toPeriod = (day: string): Period => ({ first: day, last: day });

function shiftDay(day: string, count: number, unit: string): string {
  const months = monthsByUnit[unit];
  if (months === undefined) return addDays(day, unit === "w" ? 7 * count : count);
  const first = addMonths(day, months * count);
  const lastOfMonth = addDays(addMonths(first, 1), -1);
  const shifted = `${first.slice(0, 8)}${day.slice(8)}`;
  return shifted < lastOfMonth ? shifted : lastOfMonth;
}

function resolveWeek(today: string, step: number): Period {
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const first = addDays(today, 7 * step - weekday);
  return { first, last: addDays(first, 6) };
}

function resolveMonths(today: string, step: number, months: number): Period {
  const month = Number(today.slice(5, 7)) - 1;
  const first = addMonths(today, step * months - (month % months));
  return { first, last: addDays(addMonths(first, months), -1) };
}

/** Returns the first day of the month `months` after that of a day, within the bounds of dates. */
function addMonths(day: string, months: number): string {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const first = `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-01`;
  if (month < Number(MIN_DATE.slice(0, 4)) * 12) return MIN_DATE;
  return first.length > MAX_DATE.length ? MAX_DATE : first;
}
