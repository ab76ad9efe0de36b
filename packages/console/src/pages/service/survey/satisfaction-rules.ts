import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { readDay } from "../../../ui/i18n/time.ts";

/** Reports of satisfaction (docs/service/surveys.md, "Figures"). Pure. */

interface SatisfactionNumbers {
  readonly answers: number;
  /** The number of ratings of 1, 2, 3, 4 and 5. */
  readonly ratings: readonly number[];
  readonly mean: string | null;
  /** The share of the ratings 4 and 5, from 0 to 1. */
  readonly csat: string | null;
  readonly nps: number | null;
}

export interface SatisfactionRow extends SatisfactionNumbers {
  readonly key: string;
  readonly label: string | null;
}

export interface SatisfactionReport {
  readonly rows: readonly SatisfactionRow[];
  readonly totals: SatisfactionNumbers;
}

/** The ratings, the best first. */
export const listRatings = (ratings: readonly number[]): { readonly rating: number; readonly count: number }[] =>
  ratings.map((count, index) => ({ rating: index + 1, count })).reverse();

/** The first day of the month eleven months before, so that a report has twelve months: a report has at most 366 days. */
export function startOfYearBefore(now: string, timeZone: string): string {
  const [year = 0, month = 1] = readDay(now, timeZone).split("-").map(Number);
  return new Date(Date.UTC(year, month - 12, 1)).toISOString().slice(0, 10);
}

/** Writes a month: `2026-11` is "Nov 2026". */
export const formatMonth = (month: string, locale: string): string =>
  dateFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));
