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
  /** When an order of the opportunity was first confirmed. */
  ordered_at?: string | null;
}

/** The counter of a customer's opportunities. */
export const customerScope = (customer: string): string => separateScope("customer", customer);
/** The counter of opportunities that were won in a year, with a number for each day. */
export const wonScope = (customer: string, year: string): string => `won@${customer}@${year}`;

const HIGH_UNIT = 1_000_000_000n;

/** Returns what an opportunity adds to the counters of its customer. */
export function buildSums({
  customer_id,
  amount,
  currency,
  is_closed,
  is_won,
  closed_date,
  ordered_at,
}: CustomerTotals): CounterSums {
  const state = is_closed ? (is_won ? "won" : undefined) : "open";
  const [year = "", month, day] = closed_date?.split("-") ?? [];
  // Its orders state the revenue of the sale, so what is counted as won is counted as ordered too, and subtracted there.
  const isOrdered = is_won === true && Boolean(ordered_at);
  return {
    scopes: state && customer_id !== null ? [customerScope(customer_id)] : [],
    counts: {
      ...(is_won ? { won: 1 } : {}),
      ...(state && amount !== null ? toAmountCounts(state, currency, amount) : {}),
      ...(isOrdered ? { ordered: 1 } : {}),
      ...(isOrdered && amount !== null ? toAmountCounts("ordered", currency, amount) : {}),
    },
    ...(is_won && year && customer_id !== null
      ? {
          beside: {
            scopes: [wonScope(customer_id, year)],
            counts: { [`${month}-${day}`]: 1, ...(isOrdered ? { [`${month}-${day}.${ORDERED}`]: 1 } : {}) },
          },
        }
      : {}),
  };
}

const ORDERED = "ordered";

/** Splits an amount into the numbers that counters add up. An amount may be below 0. */
export function toAmountCounts(name: string, currency: string, amount: string): Record<string, number> {
  const minor = Money.toMinor(amount);
  const parts = { h: Number(minor / HIGH_UNIT), l: Number(minor % HIGH_UNIT) };
  return Object.fromEntries(Object.entries(parts).flatMap(([part, n]) => (n === 0 ? [] : [[`${name}.${currency}.${part}`, n]])));
}

export interface CurrencyAmounts {
  currency: string;
  won: string;
  open: string;
}

type Counter = Readonly<Record<string, unknown>>;

/** Returns the sums of a counter in minor units, by currency, for one name of amounts. */
export function parseMinorUnits(counter: Counter, amountName: string): Map<string, bigint> {
  const minor = new Map<string, bigint>();
  for (const [name, value] of Object.entries(counter)) {
    const [, prefix, currency, part] = /^([a-z]+)\.([A-Z]{3})\.([hl])$/.exec(name) ?? [];
    if (prefix !== amountName || !currency) continue;
    minor.set(currency, (minor.get(currency) ?? 0n) + BigInt(Number(value)) * (part === "h" ? HIGH_UNIT : 1n));
  }
  return minor;
}

/** Returns the amounts of a customer's counter, sorted by currency code, without currencies whose amounts are zero. */
export function parseAmounts(counter: Counter): CurrencyAmounts[] {
  const [won, open] = [parseMinorUnits(counter, "won"), parseMinorUnits(counter, "open")];
  const currencies = [...new Set([...won, ...open].flatMap(([currency, sum]) => (sum === 0n ? [] : [currency])))].sort();
  const toAmount = (minor: ReadonlyMap<string, bigint>, currency: string) =>
    Money.fromMinor(minor.get(currency) ?? 0n, Money.currencyDecimals(currency));
  return currencies.map((currency) => ({ currency, won: toAmount(won, currency), open: toAmount(open, currency) }));
}

/** Returns the days on which an opportunity was won, in order, from the counters of the years. */
export function listWonDays(years: readonly Counter[], { unordered = false } = {}): string[] {
  const days = years.flatMap(({ sk, ...counter }) =>
    Object.entries(counter).flatMap(([day, count]) => {
      const ordered = unordered ? Number(counter[`${day}.${ORDERED}`] ?? 0) : 0;
      return /^\d\d-\d\d$/.test(day) && Number(count) > ordered ? [`${String(sk).split("@")[2]}-${day}`] : [];
    }),
  );
  return days.sort();
}

export * as CustomerTotals from "./customer-totals.rules.ts";
