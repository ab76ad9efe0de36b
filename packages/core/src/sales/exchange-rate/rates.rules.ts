import type { Amount } from "../../kernel/amount.ts";
import { numberedId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { EXCHANGE_RATE } from "./exchange-rate.domain.ts";

/** Pure rules of exchange rates. */

export interface Pair {
  from: string;
  to: string;
}

/** The rate of a pair on a day, as it was found. */
export interface FoundRate {
  /** What one unit of `from` costs in `to`; of one that is `inverse`, what one unit of `to` costs in `from`. */
  rate: string;
  inverse: boolean;
  /** The day that the rate is of: that which was asked for, or one before it. */
  date: string;
}

export const pairCode = ({ from, to }: Pair): string => `${from}${to}`;

export const invertPair = ({ from, to }: Pair): Pair => ({ from: to, to: from });

const ALPHABET_SIZE = 26;

const currencyNumber = (code: string): number =>
  [...code].reduce((value, letter) => value * ALPHABET_SIZE + letter.charCodeAt(0) - 65, 0);

/**
 * A pair has one rate on a day, and the id says which: so two who write it at once meet in one record, and the rates of a pair lie in
 * the order of their days.
 */
export const rateId = ({ from, to, date }: Pair & { date: string }): string =>
  numberedId(EXCHANGE_RATE, Date.parse(date), currencyNumber(from) * ALPHABET_SIZE ** 3 + currencyNumber(to));

/** Rates may be agreed on for days to come. */
export const MAX_AHEAD_DAYS = 3653;

/** Days of which the rates of one pair are read together: behind a gap of more than this a new part begins. */
export const MAX_GAP_DAYS = 62;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days in parts that lie close together, each from its first day to its last. */
export function groupDays(days: readonly string[]): { first: string; last: string }[] {
  const parts: { first: string; last: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const open = parts.at(-1);
    if (open && Date.parse(day) - Date.parse(open.last) <= MAX_GAP_DAYS * DAY_MS) open.last = day;
    else parts.push({ first: day, last: day });
  }
  return parts;
}

/** The last of rates in the order of their days that is of the day, or of one before it. */
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
 * An amount of `from` in `to`, in the form of that, rounded once, half up. By an inverse rate it is divided: one over the rate would be
 * rounded before.
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
