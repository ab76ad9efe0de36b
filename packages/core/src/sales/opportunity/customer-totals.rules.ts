import { Money } from "../../kernel/money.ts";
import { type CounterSums, separateScope } from "../../storage/table/collection.ts";

/**
 * Totals of each customer's opportunities, in counters that the projector keeps: in the counter that lists of a customer's opportunities
 * use, and in one for each year of won opportunities. Amounts are in minor units by currency. They are split at nine digits, so that sums
 * of millions of the largest amounts are exact.
 */

interface CustomerTotals {
  customer_id: string | null;
  amount: string | null;
  currency: string;
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
}

/** The counter of a customer's opportunities. */
export const customerScope = (customer: string): string => separateScope("customer", customer);
/** The counter of opportunities that were won in a year, with a number for each day. */
export const wonScope = (customer: string, year: string): string => `won@${customer}@${year}`;

const HIGH_UNIT = 1_000_000_000n;

/** Returns what an opportunity adds to the counters of its customer. */
export function buildSums({ customer_id, amount, currency, is_closed, is_won, closed_date }: CustomerTotals): CounterSums {
  const state = is_closed ? (is_won ? "won" : undefined) : "open";
  const [year = "", month, day] = closed_date?.split("-") ?? [];
  return {
    scopes: state && customer_id !== null ? [customerScope(customer_id)] : [],
    counts: { ...(is_won ? { won: 1 } : {}), ...(state && amount !== null ? toAmountCounts(state, currency, amount) : {}) },
    ...(is_won && year && customer_id !== null
      ? { beside: { scopes: [wonScope(customer_id, year)], counts: { [`${month}-${day}`]: 1 } } }
      : {}),
  };
}

/** Splits an amount into the numbers that counters add up. */
export function toAmountCounts(state: "won" | "open", currency: string, amount: string): Record<string, number> {
  const minor = Money.toMinor(amount);
  const parts = { h: Number(minor / HIGH_UNIT), l: Number(minor % HIGH_UNIT) };
  return Object.fromEntries(Object.entries(parts).flatMap(([part, n]) => (n === 0 ? [] : [[`${state}.${currency}.${part}`, n]])));
}

export interface CurrencyAmounts {
  currency: string;
  won: string;
  open: string;
}

/** Returns the amounts of a customer's counter, sorted by currency code, without currencies whose amounts are zero. */
export function parseAmounts(counter: Readonly<Record<string, unknown>>): CurrencyAmounts[] {
  const minor = new Map<string, bigint>();
  for (const [name, value] of Object.entries(counter)) {
    const [, totalKey, part] = /^((?:won|open)\.[A-Z]{3})\.([hl])$/.exec(name) ?? [];
    if (totalKey) minor.set(totalKey, (minor.get(totalKey) ?? 0n) + BigInt(Number(value)) * (part === "h" ? HIGH_UNIT : 1n));
  }
  const currencies = [
    ...new Set([...minor].flatMap(([totalKey, sum]) => (sum === 0n ? [] : [totalKey.split(".")[1] as string]))),
  ].sort();
  const sum = (state: string, currency: string) =>
    Money.fromMinor(minor.get(`${state}.${currency}`) ?? 0n, Money.currencyDecimals(currency));
  return currencies.map((currency) => ({ currency, won: sum("won", currency), open: sum("open", currency) }));
}

/** Finds the latest day on which an opportunity was won, in the counters of the years. */
export function findLastWonDay(years: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const days = years.flatMap(({ sk, ...counter }) =>
    Object.entries(counter).flatMap(([day, count]) =>
      /^\d\d-\d\d$/.test(day) && Number(count) > 0 ? [`${String(sk).split("@")[2]}-${day}`] : [],
    ),
  );
  return days.sort().at(-1);
}

export * as CustomerTotals from "./customer-totals.rules.ts";
