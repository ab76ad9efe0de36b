import { addDays, daysBetween, startOfDay } from "../../kernel/time-zone.ts";

/**
 * How long a contract runs (docs/agreements/renewals.md, Days). Pure; days are `YYYY-MM-DD`, and the last day of a term belongs to it.
 *
 * Months are counted from an anchor, the day on which the first term began: each boundary is the anchor's day of its month, or the last day
 * where a month is shorter. So what began on 31 January goes on at 28 February and at 31 March, terms and instalments meet without a gap,
 * and a term of n months has n whole months of billing. One that ends on the last day of a month too short for the anchor's day
 * (29 February 2028 to 28 February 2029) is what people write for whole months as well, and is read so.
 */

export interface Term {
  start_date: string;
  /** The last day. */
  end_date: string;
}

/** How long a term is: in whole months where it can be said so, otherwise in days, both ends counted. */
export type TermLength = { months: number } | { days: number };

/** The longest term, a hundred years: no plan has more instalments than this. */
export const MAX_MONTHS = 1200;

/** The latest day that can be written. */
const MAX_DATE = "9999-12-31";

const toMonthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const toDayOfMonth = (day: string): number => Number(day.slice(8));

/** How many days a month has, counted from the year 0. */
const daysInMonth = (month: number): number => {
  const [year, number] = [Math.floor(month / 12), (month % 12) + 1];
  if (number === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
};

const formatDate = (month: number, day: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** The day `months` after another, or the last of that month where it is shorter. After the year 9999 it is the last day there is. */
export function addMonths(day: string, months: number): string {
  const month = toMonthNumber(day) + months;
  if (month > toMonthNumber(MAX_DATE)) return MAX_DATE;
  return formatDate(month, Math.min(toDayOfMonth(day), daysInMonth(month)));
}

const isLastOfMonth = (day: string): boolean => toDayOfMonth(day) === daysInMonth(toMonthNumber(day));

/** The months from an anchor to a day that is a boundary of it, or null where it is none. */
export function countWholeMonths(anchor: string, day: string): number | null {
  const months = toMonthNumber(day) - toMonthNumber(anchor);
  return addMonths(anchor, months) === day ? months : null;
}

/** The last day of a term of so many months. */
export const lastDayAfterMonths = (start_date: string, months: number): string => addDays(addMonths(start_date, months), -1);

/** The last day of a term of a length. */
export const lastDayAfterLength = (start_date: string, length: TermLength): string =>
  "months" in length ? lastDayAfterMonths(start_date, length.months) : addDays(start_date, length.days - 1);

/** How long a term is. `anchor` is the day on which the first term began, where this is a later one. */
export function measureTerm({ start_date, end_date }: Term, anchor: string = start_date): TermLength {
  const over = addDays(end_date, 1);
  const [from, to] = [countWholeMonths(anchor, start_date), countWholeMonths(anchor, over)];
  if (from !== null && to !== null && to > from) return { months: to - from };
  const own = countWholeMonths(start_date, over);
  if (own !== null && own > 0) return { months: own };
  const months = toMonthNumber(end_date) - toMonthNumber(start_date);
  if (months > 0 && isLastOfMonth(end_date) && toDayOfMonth(start_date) > toDayOfMonth(end_date)) return { months };
  return { days: daysBetween(start_date, end_date) + 1 };
}

/** Whole months of a term, or null where it is none. */
export function countTermMonths(term: Term, anchor?: string): number | null {
  const length = measureTerm(term, anchor);
  return "months" in length ? length.months : null;
}

/**
 * The term after another: it begins the day after, and is as long. As long as the terms before kept to the anchor, so does this one; after an
 * end that was set by hand, months are counted from where it begins.
 */
export function nextTerm(term: Term, anchor: string = term.start_date, length: TermLength = measureTerm(term, anchor)): Term {
  const start_date = addDays(term.end_date, 1);
  const at = countWholeMonths(anchor, start_date);
  const end_date =
    at !== null && "months" in length ? lastDayAfterMonths(anchor, at + length.months) : lastDayAfterLength(start_date, length);
  return { start_date, end_date };
}

/** The instant at which a day is over in a time zone: the first that no longer belongs to it. */
export const dayEndInstant = (zone: string, day: string): string => startOfDay(zone, addDays(day, 1));

/** The last millisecond of a day in a time zone. */
export const lastMoment = (zone: string, day: string): string => new Date(Date.parse(dayEndInstant(zone, day)) - 1).toISOString();

/** The day on which notice is due: so many days before the last one, and not before the term's first. */
export function noticeDay({ start_date, end_date }: Term, notice_days: number): string {
  const day = addDays(end_date, -notice_days);
  return day < start_date ? start_date : day;
}

/** What is wrong with a term, or null. */
export function findTermFault({ start_date, end_date }: Term): { field: "end_date"; message: string } | null {
  if (end_date < start_date) return { field: "end_date", message: `Before start_date, ${start_date}` };
  // The day after is where the next term begins, and has to be a day.
  if (end_date >= MAX_DATE || end_date > lastDayAfterMonths(start_date, MAX_MONTHS))
    return { field: "end_date", message: "A term is at most 100 years" };
  return null;
}

export * as ContractTerm from "./term.rules.ts";
