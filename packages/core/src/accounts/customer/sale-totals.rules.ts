import { Money } from "../../kernel/money.ts";
import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";
import { type CounterSums, separateScope } from "../../storage/table/collection.ts";

/**
 * Totals of each customer's sales. A sale is an order that was confirmed, or a won opportunity without such an order (docs/commerce/sales.md).
 * Orders are counted like opportunities: in the counter that lists of a customer's orders use, and in one for each year of orders. Pure.
 */

/** The fields of an order that are counted. */
export interface CountedOrder {
  customer_id: string;
  sale_id: string;
  currency: string;
  /** The day of `confirmed_at` in the tenant's time zone at that time; null for a draft. */
  confirmed_day: string | null;
  status: string;
  payment_state: string;
  first_paid_at: string | null;
  net_payment: string;
  balance: string;
}

/** The counter of the orders that a customer confirmed in a year, with a number for each day. */
export const orderedScope = (customer: string, year: string): string => `ordered@${customer}@${year}`;

/** An order counts as paid if it was ever paid in full, and is neither cancelled nor wholly refunded. */
const isCountedAsPaid = ({
  first_paid_at,
  status,
  payment_state,
}: Pick<CountedOrder, "first_paid_at" | "status" | "payment_state">): boolean =>
  first_paid_at !== null && status !== "CANCELLED" && payment_state !== "REFUNDED";

/** Returns what an order adds to the counters of its customer and of its sale. A draft adds nothing. */
export function buildSaleSums(order: CountedOrder): CounterSums {
  const { customer_id, sale_id, currency, confirmed_day, net_payment, balance } = order;
  if (confirmed_day === null) return { scopes: [], counts: {} };
  const [year = "", month, day] = confirmed_day.split("-");
  return {
    scopes: [CustomerTotals.customerScope(customer_id), separateScope("sale", sale_id)],
    counts: {
      confirmed: 1,
      ...(isCountedAsPaid(order) ? { paid: 1 } : {}),
      ...CustomerTotals.toAmountCounts("revenue", currency, net_payment),
      ...(Money.compare(balance, 0) > 0 ? CustomerTotals.toAmountCounts("owed", currency, balance) : {}),
    },
    ...(order.status === "CANCELLED"
      ? {}
      : { beside: { scopes: [orderedScope(customer_id, year)], counts: { [`${month}-${day}`]: 1 } } }),
  };
}

type Counter = Readonly<Record<string, unknown>>;

/** The counters of a customer: of opportunities, of orders, and of the years of both. */
export interface SaleCounters {
  opportunities: Counter;
  orders: Counter;
  wonYears: readonly Counter[];
  orderedYears: readonly Counter[];
}

interface CurrencySales {
  currency: string;
  /** The sum of the sales. Below 0 if more was given back than paid. */
  lifetime_value: string;
  /** What the customer still owes for orders. */
  open_balance: string;
}

interface Sales {
  /** Orders that count as paid, and won opportunities without an order. */
  paid_orders_count: number;
  /** By currency, sorted, without currencies whose amounts are zero. */
  amounts: CurrencySales[];
  /** The days of orders that are not cancelled and of won opportunities without an order, in order. */
  days: string[];
}

/** Computes the sales of a customer from its counters. */
export function computeSales({ opportunities, orders, wonYears, orderedYears }: SaleCounters): Sales {
  const lifetime = new Map(CustomerTotals.parseMinorUnits(opportunities, "won"));
  const add = (units: ReadonlyMap<string, bigint>, sign: 1n | -1n): void => {
    for (const [currency, minor] of units) lifetime.set(currency, (lifetime.get(currency) ?? 0n) + sign * minor);
  };
  add(CustomerTotals.parseMinorUnits(opportunities, "ordered"), -1n);
  add(CustomerTotals.parseMinorUnits(orders, "revenue"), 1n);
  const owed = CustomerTotals.parseMinorUnits(orders, "owed");
  const currencies = [...new Set([...lifetime, ...owed].flatMap(([currency, minor]) => (minor === 0n ? [] : [currency])))];
  const toAmount = (minor: ReadonlyMap<string, bigint>, currency: string) =>
    Money.fromMinor(minor.get(currency) ?? 0n, Money.currencyDecimals(currency));
  return {
    paid_orders_count: count(opportunities.won) - count(opportunities.ordered) + count(orders.paid),
    amounts: currencies.sort().map((currency) => ({
      currency,
      lifetime_value: toAmount(lifetime, currency),
      open_balance: toAmount(owed, currency),
    })),
    days: [...CustomerTotals.listWonDays(wonYears, { unordered: true }), ...CustomerTotals.listWonDays(orderedYears)].sort(),
  };
}

const count = (value: unknown): number => Number(value ?? 0);
