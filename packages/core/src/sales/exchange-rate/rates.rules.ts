import type { Amount } from "../../kernel/amount.ts";
import { numberedId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { EXCHANGE_RATE } from "./exchange-rate.kind.ts";

/** Pure rules of exchange rates. */

export interface Pair {
  from: string;
  to: string;
}

/** The rate that was found for a pair and day. */
export interface FoundRate {
  /** The price of one unit of `from` in `to`; if `inverse`, the price of one unit of `to` in `from`. */
  rate: string;
  inverse: boolean;
  /** The day of the rate: the requested day, or an earlier one. */
  date: string;
}

export const pairCode = ({ from, to }: Pair): string => `${from}${to}`;

export const invertPair = ({ from, to }: Pair): Pair => ({ from: to, to: from });

const ALPHABET_SIZE = 26;

const currencyNumber = (code: string): number =>
  [...code].reduce((value, letter) => value * ALPHABET_SIZE + letter.charCodeAt(0) - 65, 0);

/**
 * Returns the id of the rate of a pair on a day. It is derived from both, so that concurrent writes meet in one record and the rates of a
 * pair sort by day.
 */
export const rateId = ({ from, to, date }: Pair & { date: string }): string =>
  numberedId(EXCHANGE_RATE, Date.parse(date), currencyNumber(from) * ALPHABET_SIZE ** 3 + currencyNumber(to));

/** Rates may be set at most ten years ahead. */
export const MAX_AHEAD_DAYS = 3653;

/** The largest gap between two days whose rates are read in one range. */
const MAX_GAP_DAYS = 62;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Groups days into ranges, from the first to the last day of each, without gaps of more than MAX_GAP_DAYS. */
export function groupDays(days: readonly string[]): { first: string; last: string }[] {
  const parts: { first: string; last: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const open = parts.at(-1);
    if (open && Date.parse(day) - Date.parse(open.last) <= MAX_GAP_DAYS * DAY_MS) open.last = day;
    else parts.push({ first: day, last: day });
  }
  return parts;
}

/** Finds the rate of the day, or the latest one before it. `rates` must be sorted by day. */
export function findLatestRate<R extends { date: string }>(rates: readonly R[], day: string): R | undefined {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rates[middle] as R).date <= day) low = middle + 1;
    else high = middle;
  }
  return rates[low - 1];
}

/**
 * Converts an amount from `from` to `to`, with the decimals of `to`, rounded once, half up. An inverse rate divides the amount: computing
 * one over the rate would round twice.
 */
export function convert(
  amount: Amount,
  from: string,
  to: string,
  { rate, inverse }: Pick<FoundRate, "rate" | "inverse">,
): Amount {
  const places = Money.currencyDecimals(to);
  if (from === to) return Money.convert(amount, "1", places);
  return (inverse ? Money.convertBack : Money.convert)(amount, rate, places);
}
