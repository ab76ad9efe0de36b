import { endOfMonth, parseDate, startOfMonth, startOfWeek } from "@internationalized/date";
import type { RecordData } from "../../api/kind.ts";
import { addDays, countDays } from "../calendar/calendar-days.ts";
import type { TimelineZoom } from "../rows/display.ts";

/** Where records are on a line of time. Days are written as the API has them: `2026-11-27`. Places are parts of the line, from 0 to 1. */

/** The days that the line shows, both included. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/** Returns the month, the quarter or the year of a day. */
export function findSpan(zoom: TimelineZoom, day: string): Span {
  const start = startOfMonth(parseDate(day));
  const first = start.subtract({ months: (start.month - 1) % monthsOf[zoom] });
  return { first: first.toString(), last: endOfMonth(first.add({ months: monthsOf[zoom] - 1 })).toString() };
}

/** Returns the first day of the next or the previous span. None is after the year 9999. */
export function stepSpan(zoom: TimelineZoom, day: string, direction: 1 | -1): string {
  // Dates after the last one become the last one.
  const next = parseDate(findSpan(zoom, day).first).add({ months: direction * monthsOf[zoom] });
  return findSpan(zoom, next.toString()).first;
}

export type TickUnit = "day" | "week" | "month";

/** The narrowest columns, in pixels. */
const MIN_WIDTHS = { day: 24, week: 56 } as const;

/** Chooses the finest scale whose labels have room on a line of this width. */
export function chooseUnit({ first, last }: Span, width: number): TickUnit {
  const days = countDays(first, last) + 1;
  if (width / days >= MIN_WIDTHS.day) return "day";
  return width / (days / 7) >= MIN_WIDTHS.week ? "week" : "month";
}

interface Tick {
  readonly day: string;
  readonly start: number;
  readonly width: number;
}

/** Lists the columns of a line. The first and the last week may be a part. */
export function listTicks(span: Span, unit: TickUnit, locale: string): Tick[] {
  const ticks: Tick[] = [];
  const days = countDays(span.first, span.last) + 1;
  let day = span.first;
  while (day <= span.last) {
    const last = findUnitEnd(day, unit, locale);
    const isLast = last >= span.last;
    const width = countDays(day, isLast ? span.last : last) + 1;
    ticks.push({ day, start: countDays(span.first, day) / days, width: width / days });
    if (isLast) break;
    day = addDays(last, 1);
  }
  return ticks;
}

function findUnitEnd(day: string, unit: TickUnit, locale: string): string {
  if (unit === "day") return day;
  if (unit === "month") return endOfMonth(parseDate(day)).toString();
  return addDays(startOfWeek(parseDate(day), locale).toString(), 6);
}

/** The days of a record. A record without an end lasts for its first day, and one without a start for its last day. */
interface Period {
  readonly start: string;
  readonly end: string;
}

interface TimelineFields {
  readonly start: string;
  readonly end: string;
}

/** Reads the days of a record. A record that ends before it starts ends on its first day. Undefined: it has no dates. */
export function readPeriod(
  record: RecordData,
  fields: TimelineFields,
  readDay: (value: string, field: string) => string,
): Period | undefined {
  const read = (name: string): string | undefined => {
    const value = record[name];
    return typeof value === "string" && value !== "" ? readDay(value, name) : undefined;
  };
  const [from, to] = [read(fields.start), read(fields.end)];
  const start = from ?? to;
  if (start === undefined) return undefined;
  return { start, end: to === undefined || to < start ? start : to };
}

export interface Bar {
  readonly start: number;
  readonly width: number;
  /** Whether the record goes on before and after what the line shows. */
  readonly isCutAtStart: boolean;
  readonly isCutAtEnd: boolean;
}

/** Returns the part of the line that a period takes, or on which side of the line it is. */
export function placeBar({ start, end }: Period, { first, last }: Span): Bar | "before" | "after" {
  if (end < first) return "before";
  if (start > last) return "after";
  const days = countDays(first, last) + 1;
  const [from, to] = [start < first ? first : start, end > last ? last : end];
  return {
    start: countDays(first, from) / days,
    width: (countDays(from, to) + 1) / days,
    isCutAtStart: start < first,
    isCutAtEnd: end > last,
  };
}

/** Returns the middle of a day on the line. Undefined: the line does not show the day. */
export const placeDay = (day: string, { first, last }: Span): number | undefined =>
  day < first || day > last ? undefined : (countDays(first, day) + 0.5) / (countDays(first, last) + 1);

/** Returns the done part of a record, from 0 to 1. */
export const readProgress = (value: unknown): number => (typeof value === "number" && value > 0 ? Math.min(1, value / 100) : 0);

/** Puts the rows without dates at the end. The others keep their order. */
export const sortUndatedLast = <Row extends { readonly period: Period | undefined }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => Number(a.period === undefined) - Number(b.period === undefined));
