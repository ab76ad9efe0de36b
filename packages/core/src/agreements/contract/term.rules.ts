import { formatInstant, MAX_DATE } from "../../kernel/date-bounds.ts";
import { addMonths, daysInMonth, toDayOfMonth, toMonthNumber } from "../../kernel/month.ts";
import { addDays, daysBetween, endOfDay } from "../../kernel/time-zone.ts";

/**
 * Pure rules: the length of contract terms (docs/agreements/renewals.md, Days). Days are `YYYY-MM-DD`, and the last day belongs to the term.
 *
 * Months are counted from an anchor, the first day of the first term. Each boundary is the anchor's day of the month, or the last day of a shorter
 * month: a term from 31 January continues on 28 February and 31 March. So terms and instalments meet without gaps, and a term of n months has n whole
 * months of billing. A term that ends on the last day of a month too short for the anchor's day (29 February 2028 to 28 February 2029) also counts as
 * whole months, because people write it that way.
 */

export interface Term {
  start_date: string;
  /** The last day, included. */
  end_date: string;
}

/** Length of a term: in whole months if possible, otherwise in days, both ends included. */
export type TermLength = { months: number } | { days: number };

/** Maximum length of a term, 100 years. A plan has at most this many instalments. */
export const MAX_MONTHS = 1200;

const isLastOfMonth = (day: string): boolean => toDayOfMonth(day) === daysInMonth(toMonthNumber(day));

/** Returns the months from the anchor to a day, or null if the day is not a boundary of the anchor. */
export function countWholeMonths(anchor: string, day: string): number | null {
  const months = toMonthNumber(day) - toMonthNumber(anchor);
  return addMonths(anchor, months) === day ? months : null;
}

/** Returns the last day of a term of `months` months. */
export const lastDayAfterMonths = (start_date: string, months: number): string => addDays(addMonths(start_date, months), -1);

/** Returns the last day of a term of this length. */
export const lastDayAfterLength = (start_date: string, length: TermLength): string =>
  "months" in length ? lastDayAfterMonths(start_date, length.months) : addDays(start_date, length.days - 1);

/** Returns the length of a term. `anchor` is the first day of the first term, if this is a later one. */
export function measureTerm({ start_date, end_date }: Term, anchor: string = start_date): TermLength {
  const dayAfter = addDays(end_date, 1);
  const [from, to] = [countWholeMonths(anchor, start_date), countWholeMonths(anchor, dayAfter)];
  if (from !== null && to !== null && to > from) return { months: to - from };
  const wholeMonths = countWholeMonths(start_date, dayAfter);
  if (wholeMonths !== null && wholeMonths > 0) return { months: wholeMonths };
  const months = toMonthNumber(end_date) - toMonthNumber(start_date);
  if (months > 0 && isLastOfMonth(end_date) && toDayOfMonth(start_date) > toDayOfMonth(end_date)) return { months };
  return { days: daysBetween(start_date, end_date) + 1 };
}

/** Returns the whole months of a term, or null if it is not a number of whole months. */
export function countTermMonths(term: Term, anchor?: string): number | null {
  const length = measureTerm(term, anchor);
  return "months" in length ? length.months : null;
}

/**
 * Returns the next term: it begins on the next day and has the same length. If its first day is a boundary of the anchor, months are counted from the
 * anchor; otherwise, after a last day that was set by hand, from its own first day.
 */
export function nextTerm(term: Term, anchor: string = term.start_date, length: TermLength = measureTerm(term, anchor)): Term {
  const start_date = addDays(term.end_date, 1);
  const monthOffset = countWholeMonths(anchor, start_date);
  const end_date =
    monthOffset !== null && "months" in length
      ? lastDayAfterMonths(anchor, monthOffset + length.months)
      : lastDayAfterLength(start_date, length);
  return { start_date, end_date };
}

/** Returns the first instant after a day, in a time zone. */
export const dayEndInstant = (zone: string, day: string): string => endOfDay(zone, day);

/** Returns the last millisecond of a day, in a time zone. */
export const lastMoment = (zone: string, day: string): string => formatInstant(Date.parse(dayEndInstant(zone, day)) - 1);

/** Returns the day of notice: `notice_days` before the last day, but not before the first day of the term. */
export function noticeDay({ start_date, end_date }: Term, notice_days: number): string {
  const day = addDays(end_date, -notice_days);
  return day < start_date ? start_date : day;
}

/** Returns the fault of a term, or null. */
export function findTermFault({ start_date, end_date }: Term): { field: "end_date"; message: string } | null {
  if (end_date < start_date) return { field: "end_date", message: `Must not be before start_date, ${start_date}` };
  // The next day must be a valid date, because the next term begins on it.
  if (end_date >= MAX_DATE || end_date > lastDayAfterMonths(start_date, MAX_MONTHS))
    return { field: "end_date", message: "The term can be at most 100 years" };
  return null;
}

export * as ContractTerm from "./term.rules.ts";
