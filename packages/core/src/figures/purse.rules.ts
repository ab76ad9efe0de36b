import { type Amount, digitsOf, Money } from "../kernel/money.ts";

/**
 * Amounts of several currencies, in minor units, of which some are worth what they were on their day and the others what they are now. They
 * are converted exactly and rounded once, where a sum is shown: so rows come to their total as far as rounding goes, and a sum
 * of a million amounts is off by half a unit at most.
 */
export class Purse {
  /** `EUR` of what is open, `EUR 2026-11-20` of what was closed. */
  readonly #minor = new Map<string, bigint>();

  add(currency: string, day: string | undefined, minor: bigint): this {
    if (minor === 0n) return this;
    const key = day === undefined ? currency : `${currency} ${day}`;
    this.#minor.set(key, (this.#minor.get(key) ?? 0n) + minor);
    return this;
  }

  join(other: Purse, sign: 1n | -1n = 1n): this {
    for (const { currency, day, minor } of other.parts()) this.add(currency, day, sign * minor);
    return this;
  }

  parts(): { currency: string; day: string | undefined; minor: bigint }[] {
    return [...this.#minor].map(([key, minor]) => {
      const [currency = "", day] = key.split(" ");
      return { currency, day, minor };
    });
  }
}

/** What one unit of a currency costs in another; `inverse` where it is what one of the other costs in this. */
export interface Rate {
  rate: string;
  inverse: boolean;
}

/** The rate of a currency into the tenant's on a day, or of now; undefined where there is none. */
export type RateOf = (currency: string, day: string | undefined) => Rate | undefined;

/** Decimal places that nothing is lost at: four of a currency, two of a percentage, twelve of a rate, and room for what is divided. */
const EXACT = 30;

export interface Worth {
  /** In the tenant's currency, not rounded yet. */
  exact: Amount;
  /** What has no rate, in minor units of each currency. */
  apart: ReadonlyMap<string, bigint>;
}

/** What is in a purse is worth in a currency; `finer` is how many decimal places more its units have than those of their currency. */
export function worthOf(purse: Purse, into: string, rateOf: RateOf, finer = 0): Worth {
  const known: Amount[] = [];
  const apart = new Map<string, bigint>();
  for (const { currency, day, minor } of purse.parts()) {
    const rate = currency === into ? { rate: "1", inverse: false } : rateOf(currency, day);
    if (rate) {
      const amount = Money.fromMinor(minor * 10n ** BigInt(EXACT - digitsOf(currency) - finer), EXACT);
      known.push(rate.inverse ? Money.divide(amount, rate.rate) : Money.multiply(amount, rate.rate));
    } else apart.set(currency, (apart.get(currency) ?? 0n) + minor);
  }
  return { exact: Money.sum(known, EXACT), apart };
}

/** As it is shown, rounded half up to the minor unit. */
export const rounded = (exact: Amount, currency: string, factor = "1"): Amount =>
  Money.convert(exact, factor, digitsOf(currency));

/** A sum without a rate as it is shown, in its own currency. */
export const shownApart = (currency: string, minor: bigint, finer = 0): Amount =>
  Money.convert(Money.fromMinor(minor, digitsOf(currency) + finer), 1, digitsOf(currency));

/** One over another to four decimals, half up; 0 where there is nothing to divide by. */
export function ratio(part: Amount, whole: Amount): number {
  if (Money.isZero(whole)) return 0;
  return Number(Money.convert(Money.divide(Money.convert(part, 1, EXACT), whole), 1, 4));
}

export * as Purses from "./purse.rules.ts";
