import type { Schemas } from "@crm/sdk/index.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { addDecimals, type Decimal } from "../../../ui/kit/decimal.ts";

export type AgeingRow = Schemas.CurrencyAgeing;

/** How long an amount is overdue. */
export const buckets = ["not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90_days"] as const;

export const nameBuckets = (t: Translate): Readonly<Record<(typeof buckets)[number], string>> => ({
  not_due: t("Not due"),
  days_1_to_30: t("1 to 30 days"),
  days_31_to_60: t("31 to 60 days"),
  days_61_to_90: t("61 to 90 days"),
  over_90_days: t("Over 90 days"),
});

/** Adds the rows of one currency. The sum has no customer. */
export function sumAgeingRows(rows: readonly AgeingRow[]): AgeingRow {
  const add = (name: (typeof buckets)[number] | "open_amount"): Decimal => addDecimals(rows.map((row) => row[name] as Decimal));
  return {
    customer_id: "",
    customer_name: null,
    currency: rows[0]?.currency ?? "",
    open_amount: add("open_amount"),
    not_due: add("not_due"),
    days_1_to_30: add("days_1_to_30"),
    days_31_to_60: add("days_31_to_60"),
    days_61_to_90: add("days_61_to_90"),
    over_90_days: add("over_90_days"),
    invoice_count: rows.reduce((sum, { invoice_count }) => sum + invoice_count, 0),
  };
}

interface CurrencyGroup {
  readonly currency: string;
  readonly rows: readonly AgeingRow[];
}

/** Groups rows by currency, the most frequent one first, and in each the largest open amount first. */
export const groupByCurrency = (rows: readonly AgeingRow[]): CurrencyGroup[] =>
  [...Map.groupBy(rows, ({ currency }) => currency)]
    .map(([currency, group]) => ({ currency, rows: group.toSorted((a, b) => Number(b.open_amount) - Number(a.open_amount)) }))
    .toSorted((a, b) => b.rows.length - a.rows.length || (a.currency < b.currency ? -1 : 1));
