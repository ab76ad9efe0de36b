import {
  type CalendarDate,
  endOfMonth,
  getDayOfWeek,
  parseDate,
  startOfMonth,
  startOfWeek,
  today,
} from "@internationalized/date";
import type { CalendarSpan } from "../rows/display.ts";

/** The days that a calendar shows. Weeks begin as the reader's locale has it. Days are written as the API has them: `2026-11-27`. */

const DAYS_IN_WEEK = 7;
const AGENDA_DAYS = 14;
/** No calendar goes beyond what the API takes as a date. */
const [FIRST_DAY, LAST_DAY] = ["1800-01-01", "9999-12-31"] as const;

const clamp = (day: CalendarDate): CalendarDate => {
  const [first, last] = [parseDate(FIRST_DAY), parseDate(LAST_DAY)];
  return day.compare(first) < 0 ? first : day.compare(last) > 0 ? last : day;
};

const listFrom = (first: CalendarDate, count: number): string[] => [
  ...new Set(Array.from({ length: count }, (_, index) => clamp(first.add({ days: index })).toString())),
];

/** Lists the days of a span around a day: the weeks of its month, its week, itself, or the two weeks from it on. */
export function listCalendarDays(span: CalendarSpan, day: string, locale: string): string[] {
  const date = clamp(parseDate(day));
  if (span === "day") return [date.toString()];
  if (span === "agenda") return listFrom(date, AGENDA_DAYS);
  if (span === "week") return listFrom(startOfWeek(date, locale), DAYS_IN_WEEK);
  const first = startOfWeek(startOfMonth(date), locale);
  const last = endOfMonth(date);
  const weeks = Math.ceil(
    (last.toDate("UTC").getTime() - first.toDate("UTC").getTime() + 1) / (DAYS_IN_WEEK * 24 * 60 * 60 * 1000),
  );
  return listFrom(first, weeks * DAYS_IN_WEEK);
}

const steps = { month: { months: 1 }, week: { weeks: 1 }, day: { days: 1 }, agenda: { days: AGENDA_DAYS } } as const;

/** Returns the day from which the next or the previous span is shown. */
export function stepDay(span: CalendarSpan, day: string, direction: 1 | -1): string {
  const date = parseDate(day);
  return clamp(direction === 1 ? date.add(steps[span]) : date.subtract(steps[span])).toString();
}

export const addDays = (day: string, days: number): string => clamp(parseDate(day).add({ days })).toString();

/** Counts the days from one day to another. */
export const countDays = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / (24 * 60 * 60 * 1000));

export const findToday = (timeZone: string): string => today(timeZone).toString();

/** From Monday to Sunday. */
export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;

/** Returns the weekday of a day as the API names it. */
export const readWeekday = (day: string): (typeof weekdays)[number] =>
  weekdays[getDayOfWeek(parseDate(day), "en-GB", "mon")] ?? "MON";
