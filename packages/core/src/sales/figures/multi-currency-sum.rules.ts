import { type Amount, currencyDecimals, Money } from "../../kernel/money.ts";

/**
 * Amounts of several currencies, in minor units, of which some are worth what they were on their day and the others what they are now. They
 * are converted exactly and rounded once, where a sum is shown: so rows come to their total as far as rounding goes, and a sum
 * of a million amounts is off by half a unit at most.
 */
export class MultiCurrencySum {
  /** `EUR` of what is open, `EUR 2026-11-20` of what was closed. */
  readonly #minor = new Map<string, bigint>();

  add(currency: string, day: string | undefined, minor: bigint): this {
    if (minor === 0n) return this;
    const key = day === undefined ? currency : `${currency} ${day}`;
    this.#minor.set(key, (this.#minor.get(key) ?? 0n) + minor);
    return this;
  }

  join(other: MultiCurrencySum, sign: 1n | -1n = 1n): this {
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
export type RateLookup = (currency: string, day: string | undefined) => Rate | undefined;

/** Decimal places that nothing is lost at: four of a currency, two of a percentage, twelve of a rate, and room for what is divided. */
const EXACT_DECIMALS = 30;

export interface ConvertedSum {
  /** In the tenant's currency, not rounded yet. */
  exact: Amount;
  /** What has no rate, in minor units of each currency. */
  unconverted: ReadonlyMap<string, bigint>;
}

/** What is in a purse is worth in a currency; `finer` is how many decimal places more its units have than those of their currency. */
export function convertSum(purse: MultiCurrencySum, into: string, rateOf: RateLookup, finer = 0): ConvertedSum {
  const known: Amount[] = [];
  const apart = new Map<string, bigint>();
  for (const { currency, day, minor } of purse.parts()) {
    const rate = currency === into ? { rate: "1", inverse: false } : rateOf(currency, day);
    if (rate) {
      const amount = Money.fromMinor(minor * 10n ** BigInt(EXACT_DECIMALS - currencyDecimals(currency) - finer), EXACT_DECIMALS);
      known.push(rate.inverse ? Money.divide(amount, rate.rate) : Money.multiply(amount, rate.rate));
    } else apart.set(currency, (apart.get(currency) ?? 0n) + minor);
  }
  return { exact: Money.sum(known, EXACT_DECIMALS), unconverted: apart };
}

/** As it is shown, rounded half up to the minor unit. */
export const roundAmount = (exact: Amount, currency: string, factor = "1"): Amount =>
  Money.convert(exact, factor, currencyDecimals(currency));

/** A sum without a rate as it is shown, in its own currency. */
export const presentUnconverted = (currency: string, minor: bigint, finer = 0): Amount =>
  Money.convert(Money.fromMinor(minor, currencyDecimals(currency) + finer), 1, currencyDecimals(currency));

/** One over another to four decimals, half up; 0 where there is nothing to divide by. */
export function computeRatio(part: Amount, whole: Amount): number {
  if (Money.isZero(whole)) return 0;
  return Number(Money.convert(Money.divide(Money.convert(part, 1, EXACT_DECIMALS), whole), 1, 4));
}

export * as MultiCurrencySums from "./multi-currency-sum.rules.ts";
