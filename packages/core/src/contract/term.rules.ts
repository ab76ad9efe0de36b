import { dayAfter, daysBetween, startOfDay } from "../kernel/zone.ts";

/**
 * How long a contract runs (docs/renewals.md, Days). Pure; days are `YYYY-MM-DD`, and the last day of a term belongs to it.
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
export type Length = { months: number } | { days: number };

/** The longest term, a hundred years: no plan has more instalments than this. */
export const MOST_MONTHS = 1200;

/** The latest day that can be written. */
const LATEST = "9999-12-31";

const monthOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const dayOf = (day: string): number => Number(day.slice(8));

/** How many days a month has, counted from the year 0. */
const daysIn = (month: number): number => {
  const [year, number] = [Math.floor(month / 12), (month % 12) + 1];
  if (number === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
};

const written = (month: number, day: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** The day `months` after another, or the last of that month where it is shorter. After the year 9999 it is the last day there is. */
export function monthsAfter(day: string, months: number): string {
  const month = monthOf(day) + months;
  if (month > monthOf(LATEST)) return LATEST;
  return written(month, Math.min(dayOf(day), daysIn(month)));
}

const isLastOfMonth = (day: string): boolean => dayOf(day) === daysIn(monthOf(day));

/** The months from an anchor to a day that is a boundary of it, or null where it is none. */
export function boundary(anchor: string, day: string): number | null {
  const months = monthOf(day) - monthOf(anchor);
  return monthsAfter(anchor, months) === day ? months : null;
}

/** The last day of a term of so many months. */
export const endAfter = (start_date: string, months: number): string => dayAfter(monthsAfter(start_date, months), -1);

/** The last day of a term of a length. */
export const endOfLength = (start_date: string, length: Length): string =>
  "months" in length ? endAfter(start_date, length.months) : dayAfter(start_date, length.days - 1);

/** How long a term is. `anchor` is the day on which the first term began, where this is a later one. */
export function lengthOf({ start_date, end_date }: Term, anchor: string = start_date): Length {
  const over = dayAfter(end_date, 1);
  const [from, to] = [boundary(anchor, start_date), boundary(anchor, over)];
  if (from !== null && to !== null && to > from) return { months: to - from };
  const own = boundary(start_date, over);
  if (own !== null && own > 0) return { months: own };
  const months = monthOf(end_date) - monthOf(start_date);
  if (months > 0 && isLastOfMonth(end_date) && dayOf(start_date) > dayOf(end_date)) return { months };
  return { days: daysBetween(start_date, end_date) + 1 };
}

/** Whole months of a term, or null where it is none. */
export function monthsOf(term: Term, anchor?: string): number | null {
  const length = lengthOf(term, anchor);
  return "months" in length ? length.months : null;
}

/**
 * The term after another: it begins the day after, and is as long. As long as the terms before kept to the anchor, so does this one; after an
 * end that was set by hand, months are counted from where it begins.
 */
export function nextTerm(term: Term, anchor: string = term.start_date, length: Length = lengthOf(term, anchor)): Term {
  const start_date = dayAfter(term.end_date, 1);
  const at = boundary(anchor, start_date);
  const end_date = at !== null && "months" in length ? endAfter(anchor, at + length.months) : endOfLength(start_date, length);
  return { start_date, end_date };
}

/** The instant at which a day is over in a time zone: the first that no longer belongs to it. */
export const overAt = (zone: string, day: string): string => startOfDay(zone, dayAfter(day, 1));

/** The last millisecond of a day in a time zone. */
export const lastMomentOf = (zone: string, day: string): string => new Date(Date.parse(overAt(zone, day)) - 1).toISOString();

/** The day on which notice is due: so many days before the last one, and not before the term's first. */
export function noticeDay({ start_date, end_date }: Term, notice_days: number): string {
  const day = dayAfter(end_date, -notice_days);
  return day < start_date ? start_date : day;
}

/** What is wrong with a term, or null. */
export function wrongIn({ start_date, end_date }: Term): { field: "end_date"; message: string } | null {
  if (end_date < start_date) return { field: "end_date", message: `Before start_date, ${start_date}` };
  // The day after is where the next term begins, and has to be a day.
  if (end_date >= LATEST || end_date > endAfter(start_date, MOST_MONTHS))
    return { field: "end_date", message: "A term is at most 100 years" };
  return null;
}

export * as ContractTerm from "./term.rules.ts";
