import { type Amount, Money } from "../../kernel/money.ts";
import { daysBetween } from "../../kernel/time-zone.ts";

/** Pure rules: how long what customers owe is overdue. */

type Bucket = "not_due" | "days_1_to_30" | "days_31_to_60" | "days_61_to_90" | "over_90_days";

/** Returns the bucket of a due date. An invoice is overdue from the day after its due date. */
function findBucket(due_date: string, today: string): Bucket {
  const days = daysBetween(due_date, today);
  if (days <= 0) return "not_due";
  if (days <= 30) return "days_1_to_30";
  if (days <= 60) return "days_31_to_60";
  return days <= 90 ? "days_61_to_90" : "over_90_days";
}

interface OpenInvoice {
  customer_id: string;
  currency: string;
  due_date: string | null;
  open_amount: Amount;
}

type AgeingRow = Record<Bucket, Amount> & {
  customer_id: string;
  currency: string;
  open_amount: Amount;
  invoice_count: number;
};

/** Sums open invoices by customer and currency, in the order of the invoices. */
export function sumAgeing(invoices: readonly OpenInvoice[], today: string): AgeingRow[] {
  const groups = Map.groupBy(invoices, ({ customer_id, currency }) => `${customer_id} ${currency}`);
  return [...groups.values()].map((group) => {
    const { customer_id, currency } = group[0] as OpenInvoice;
    const places = Money.currencyDecimals(currency);
    const sum = (open: readonly OpenInvoice[]): Amount =>
      Money.sum(
        open.map(({ open_amount }) => open_amount),
        places,
      );
    const sumBucket = (bucket: Bucket): Amount =>
      sum(group.filter(({ due_date }) => findBucket(due_date ?? today, today) === bucket));
    return {
      customer_id,
      currency,
      open_amount: sum(group),
      not_due: sumBucket("not_due"),
      days_1_to_30: sumBucket("days_1_to_30"),
      days_31_to_60: sumBucket("days_31_to_60"),
      days_61_to_90: sumBucket("days_61_to_90"),
      over_90_days: sumBucket("over_90_days"),
      invoice_count: group.length,
    };
  });
}
