import { Money } from "../../kernel/money.ts";
import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";

/** Pure rules of a sale (docs/commerce/sales.md). */

interface Closing {
  is_won: boolean | null;
  closed_date: string | null;
}

/** Returns the day of an order's revenue: when its opportunity was won, or else when the order was confirmed. */
export const findSaleDay = (confirmed_day: string, opportunity: Closing | undefined): string =>
  (opportunity?.is_won ? opportunity.closed_date : null) ?? confirmed_day;

export interface SaleRevenue {
  /** The confirmed orders of the sale. */
  orderCount: number;
  /** What was paid less what was given back, by currency. */
  amounts: { currency: string; amount: string }[];
}

/** Returns the revenue of a sale from the counter of its orders. */
export const parseSaleRevenue = (counter: Readonly<Record<string, unknown>>): SaleRevenue => ({
  orderCount: Number(counter.confirmed ?? 0),
  amounts: [...CustomerTotals.parseMinorUnits(counter, "revenue")]
    .filter(([, minor]) => minor !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, minor]) => ({ currency, amount: Money.fromMinor(minor, Money.currencyDecimals(currency)) })),
});
