import { type Amount, Money } from "../../kernel/money.ts";
import { addMonths, toMonthNumber } from "../../kernel/month.ts";
import type { DayRange } from "../../kernel/period.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";

/** Periods of comparison, and the change between two of them (docs/analytics/figures.md). Pure. */

export const comparisons = ["previous_period", "previous_year"] as const;
export type Comparison = (typeof comparisons)[number];

/** Returns the days with which a period is compared. */
export const findComparedRange = ({ from, to }: DayRange, comparison: Comparison): DayRange => {
  if (comparison === "previous_year") return { from: moveMonths(from, -12), to: moveMonths(to, -12) };
  if (!isWholeMonths({ from, to })) {
    const end = addDays(from, -1);
    return { from: addDays(end, -daysBetween(from, to)), to: end };
  }
  const months = countMonths(from, to);
  return { from: moveMonths(from, -months), to: addDays(from, -1) };
};

const isWholeMonths = ({ from, to }: DayRange): boolean => from.endsWith("-01") && addDays(to, 1).endsWith("-01");

const countMonths = (from: string, to: string): number => toMonthNumber(to) - toMonthNumber(from) + 1;

/** Moves a day by months. A day that the other month lacks becomes its last day. The first month of the year 0 is the earliest. */
export const moveMonths = (day: string, months: number): string => addMonths(day, Math.max(months, -toMonthNumber(day)));

const EXACT_DECIMALS = 20;

/** Returns the change in percent of the previous value, with two decimals, half up; null without a previous value, or if it is 0. */
export function computeChange(value: Amount | number | null, previous: Amount | number | null): string | null {
  if (value === null || previous === null) return null;
  const toExact = (amount: Amount | number): Amount => Money.convert(Money.normalizeDecimal(amount), 1, EXACT_DECIMALS);
  const before = toExact(previous);
  if (Money.isZero(before)) return null;
  const difference = Money.subtract(toExact(value), before);
  const size = Money.isNegative(before) ? Money.negate(before) : before;
  return Money.convert(Money.divide(Money.convert(difference, 100, EXACT_DECIMALS), size), 1, 2);
}
