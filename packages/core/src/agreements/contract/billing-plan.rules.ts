import { earlierInstant, laterInstant } from "../../kernel/interval.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { addMonths } from "../../kernel/month.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { countWholeMonths, measureTerm, type Term } from "./term.rules.ts";

/**
 * Pure rules: when which part of a contract's value is due (docs/agreements/renewals.md, Instalments).
 *
 * A period is billed on its first day. Whole periods cost the same, however many days their months have. A shortened last period costs its days
 * divided by the days of a whole one. Amounts are in minor units of the currency and are allocated by largest remainder: they add up to the value,
 * and two whole periods differ by at most one minor unit.
 */

export const billingFrequencies = ["MONTHLY", "QUARTERLY", "ANNUALLY", "ONE_TIME"] as const;
export type BillingFrequency = (typeof billingFrequencies)[number];

const monthsPerPeriod: Readonly<Record<Exclude<BillingFrequency, "ONE_TIME">, number>> = {
  MONTHLY: 1,
  QUARTERLY: 3,
  ANNUALLY: 12,
};

export interface Instalment {
  /** Counts from 1. */
  number: number;
  due_date: string;
  period_start: string;
  /** The last day that the instalment covers. */
  period_end: string;
  amount: Amount;
}

export interface BilledTerm extends Term {
  /** With the decimals of its currency. */
  contract_value: Amount;
  billing_frequency: BillingFrequency;
  /** The first day of the first term, if this is a later term. Periods keep its day of the month. */
  anchor?: string;
}

interface Period extends Term {
  /** `days` of the period, out of the `whole` days that a full period would have. */
  days: number;
  fullDays: number;
}

/** Number of days from one day to another, both included. */
const countDays = (from: string, to: string): number => daysBetween(from, to) + 1;

/** Returns the periods of a term in order and without gaps. */
function buildPeriods({ start_date, end_date, billing_frequency, anchor = start_date }: BilledTerm): Period[] {
  if (billing_frequency === "ONE_TIME") return [{ start_date, end_date, days: 1, fullDays: 1 }];
  const step = monthsPerPeriod[billing_frequency];
  const length = measureTerm({ start_date, end_date }, anchor);
  // A term that does not begin on a boundary of the anchor uses its own first day as the anchor.
  const first = countWholeMonths(anchor, start_date);
  const begin = (index: number): string =>
    first === null ? addMonths(start_date, index * step) : addMonths(anchor, first + index * step);
  const maxPeriods = "months" in length ? Math.ceil(length.months / step) : Number.POSITIVE_INFINITY;
  const periods: Period[] = [];
  for (let index = 0; index < maxPeriods && begin(index) <= end_date; index++) {
    const full = addDays(begin(index + 1), -1);
    const fullDays = countDays(begin(index), full);
    // In a term of whole months, the last period always ends with the term, even if that month is too short for the anchor's day.
    const end = index === maxPeriods - 1 || full > end_date ? end_date : full;
    periods.push({
      start_date: begin(index),
      end_date: end,
      days: Math.min(countDays(begin(index), end), fullDays),
      fullDays,
    });
  }
  return periods;
}

/**
 * Allocates an amount to periods: whole periods get equal shares, shortened ones a share by days. Only the first and the last period can be
 * shortened.
 */
function allocateAmount(amount: Amount, periods: readonly Period[]): Amount[] {
  const [first, last] = [periods[0] as Period, periods.at(-1) as Period];
  const unit = first.fullDays * last.fullDays;
  return Money.allocate(
    amount,
    periods.map(({ days, fullDays }) => (days === fullDays ? unit : (days * unit) / fullDays)),
  );
}

const toInstalment = ({ start_date, end_date }: Period, number: number, amount: Amount): Instalment => ({
  number,
  due_date: start_date,
  period_start: start_date,
  period_end: end_date,
  amount,
});

/** Returns all instalments of a term in order; they add up to its value. */
export function buildPlan(billed: BilledTerm): Instalment[] {
  const periods = buildPeriods(billed);
  const amounts = allocateAmount(billed.contract_value, periods);
  return periods.map((period, index) => toInstalment(period, index + 1, amounts[index] as Amount));
}

/**
 * Returns the instalments after the figures changed on the day `from`. Instalments that were due before that day stay, and the rest of the new value
 * is allocated to the remaining periods. If no period remains, the rest is due on that day, or on the last day of the term if that is earlier, but
 * never before the last due date. A negative rest is a credit and is allocated in the same way.
 */
export function replan(before: readonly Instalment[], billed: BilledTerm, from: string): Instalment[] {
  const earlierInstalments = before.filter(({ due_date }) => due_date < from);
  const last = earlierInstalments.at(-1);
  if (!last) return buildPlan(billed);
  const paid = Money.sum(
    earlierInstalments.map(({ amount }) => amount),
    Money.countDecimals(billed.contract_value),
  );
  const rest = Money.subtract(billed.contract_value, paid);
  const periods = buildPeriods(billed).flatMap((period) => {
    if (period.end_date <= last.period_end) return [];
    // If the frequency has changed, the first new period begins on the day after the last paid one.
    const start_date = period.start_date > last.period_end ? period.start_date : addDays(last.period_end, 1);
    return [{ ...period, start_date, days: Math.min(countDays(start_date, period.end_date), period.days) }];
  });
  if (periods.length === 0 && Money.isZero(rest)) return earlierInstalments;
  const due = laterInstant(earlierInstant(from, billed.end_date), last.due_date);
  const remainingPeriods =
    periods.length > 0 ? periods : [{ start_date: due, end_date: laterInstant(due, billed.end_date), days: 1, fullDays: 1 }];
  const amounts = allocateAmount(rest, remainingPeriods);
  return [
    ...earlierInstalments,
    ...remainingPeriods.map((period, index) =>
      toInstalment(period, earlierInstalments.length + index + 1, amounts[index] as Amount),
    ),
  ];
}

export * as BillingPlan from "./billing-plan.rules.ts";
