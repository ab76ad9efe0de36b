import { earlierInstant, laterInstant } from "../../kernel/interval.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { addMonths, countWholeMonths, measureTerm, type Term } from "./term.rules.ts";

/**
 * When which part of a contract's value is due (docs/agreements/renewals.md, Instalments; seed 001, contracts.billing_frequency). Pure.
 *
 * A period is billed on its first day. Whole periods cost the same, whatever their months have of days. A last one that is broken off costs
 * its days over those that it would have had. Amounts are in minor units of the currency and are shared out by largest remainder,
 * so they add up to the value, and of two whole periods none costs more than one minor unit more than the other.
 */

export const billingFrequencies = ["MONTHLY", "QUARTERLY", "ANNUALLY", "ONE_TIME"] as const;
export type BillingFrequency = (typeof billingFrequencies)[number];

const monthsPerPeriod: Readonly<Record<Exclude<BillingFrequency, "ONE_TIME">, number>> = {
  MONTHLY: 1,
  QUARTERLY: 3,
  ANNUALLY: 12,
};

export interface Instalment {
  /** From 1 on. */
  number: number;
  due_date: string;
  period_start: string;
  /** The last day that is paid for. */
  period_end: string;
  amount: Amount;
}

export interface BilledTerm extends Term {
  /** In the form of its currency. */
  contract_value: Amount;
  billing_frequency: BillingFrequency;
  /** The day on which the first term began, where this is a later one: periods keep to its day of the month. */
  anchor?: string;
}

interface Period extends Term {
  /** Its days over those of a whole one. */
  days: number;
  whole: number;
}

/** Days from one to another, both counted. */
const countDays = (from: string, to: string): number => daysBetween(from, to) + 1;

/** Periods of a term, in their order, without a gap. */
function buildPeriods({ start_date, end_date, billing_frequency, anchor = start_date }: BilledTerm): Period[] {
  if (billing_frequency === "ONE_TIME") return [{ start_date, end_date, days: 1, whole: 1 }];
  const step = monthsPerPeriod[billing_frequency];
  const length = measureTerm({ start_date, end_date }, anchor);
  // Where a term does not begin on a boundary of the anchor, its own first day is the anchor.
  const first = countWholeMonths(anchor, start_date);
  const begin = (at: number): string =>
    first === null ? addMonths(start_date, at * step) : addMonths(anchor, first + at * step);
  const most = "months" in length ? Math.ceil(length.months / step) : Number.POSITIVE_INFINITY;
  const periods: Period[] = [];
  for (let at = 0; at < most && begin(at) <= end_date; at++) {
    const full = addDays(begin(at + 1), -1);
    const whole = countDays(begin(at), full);
    // Of whole months the last period goes as far as the term, also where that ends a month too short for the anchor's day.
    const end = at === most - 1 || full > end_date ? end_date : full;
    periods.push({ start_date: begin(at), end_date: end, days: Math.min(countDays(begin(at), end), whole), whole });
  }
  return periods;
}

/** Shares of an amount by periods: whole ones alike, broken ones by their days. Only the first and the last are ever broken. */
function allocateAmount(amount: Amount, periods: readonly Period[]): Amount[] {
  const [first, last] = [periods[0] as Period, periods.at(-1) as Period];
  const unit = first.whole * last.whole;
  return Money.allocate(
    amount,
    periods.map(({ days, whole }) => (days === whole ? unit : (days * unit) / whole)),
  );
}

const toInstalment = ({ start_date, end_date }: Period, number: number, amount: Amount): Instalment => ({
  number,
  due_date: start_date,
  period_start: start_date,
  period_end: end_date,
  amount,
});

/** All instalments of a term, in their order; together they are its value. */
export function buildPlan(billed: BilledTerm): Instalment[] {
  const periods = buildPeriods(billed);
  const amounts = allocateAmount(billed.contract_value, periods);
  return periods.map((period, at) => toInstalment(period, at + 1, amounts[at] as Amount));
}

/**
 * The instalments after figures have changed from a day on: those due before that day stay as they were, and what the value now
 * leaves is shared out over the periods from there. Where none is left, what remains is due on that day, or on the last of the term if
 * that is earlier, and not before what was due. What is below zero is a credit, shared out in the same way.
 */
export function replan(before: readonly Instalment[], billed: BilledTerm, from: string): Instalment[] {
  const kept = before.filter(({ due_date }) => due_date < from);
  const last = kept.at(-1);
  if (!last) return buildPlan(billed);
  const paid = Money.sum(
    kept.map(({ amount }) => amount),
    Money.countDecimals(billed.contract_value),
  );
  const rest = Money.subtract(billed.contract_value, paid);
  const periods = buildPeriods(billed).flatMap((period) => {
    if (period.end_date <= last.period_end) return [];
    // Of another frequency than before, the first period begins where what is paid for ends.
    const start_date = period.start_date > last.period_end ? period.start_date : addDays(last.period_end, 1);
    return [{ ...period, start_date, days: Math.min(countDays(start_date, period.end_date), period.days) }];
  });
  if (periods.length === 0 && Money.isZero(rest)) return kept;
  const due = laterInstant(earlierInstant(from, billed.end_date), last.due_date);
  const left =
    periods.length > 0 ? periods : [{ start_date: due, end_date: laterInstant(due, billed.end_date), days: 1, whole: 1 }];
  const amounts = allocateAmount(rest, left);
  return [...kept, ...left.map((period, at) => toInstalment(period, kept.length + at + 1, amounts[at] as Amount))];
}

export * as BillingPlan from "./billing-plan.rules.ts";
