import { type Amount, currencyDecimals, Money } from "../../kernel/money.ts";

/**
 * A sum of amounts in several currencies, in minor units. Closed amounts keep their day, because they are converted at the rate of that
 * day; open amounts are converted at the latest rate. Amounts are converted exactly and rounded once, when a sum is shown. So rows add up
 * to their total except for rounding, and a sum of a million amounts is off by half a minor unit at most.
 */
export class MultiCurrencySum {
  /** Keys are `EUR` for open amounts, and `EUR 2026-11-20` for amounts closed on that day. */
  readonly #minor = new Map<string, bigint>();

  add(currency: string, day: string | undefined, minor: bigint): this {
    if (minor === 0n) return this;
    const key = day === undefined ? currency : `${currency} ${day}`;
    this.#minor.set(key, (this.#minor.get(key) ?? 0n) + minor);
    return this;
  }

  join(sum: MultiCurrencySum, sign: 1n | -1n = 1n): this {
    for (const { currency, day, minor } of sum.parts()) this.add(currency, day, sign * minor);
    return this;
  }

  /** The parts that are not 0. */
  parts(): { currency: string; day: string | undefined; minor: bigint }[] {
    return [...this.#minor].flatMap(([key, minor]) => {
      const [currency = "", day] = key.split(" ");
      return minor === 0n ? [] : [{ currency, day, minor }];
    });
  }
}

/** The price of one unit of a currency in another; if `inverse`, the price of one unit of the other currency in this one. */
interface Rate {
  rate: string;
  inverse: boolean;
}

/** Returns the rate of a currency into the tenant's: of a day, or the latest without one; undefined if there is none. */
export type RateLookup = (currency: string, day: string | undefined) => Rate | undefined;

/** Decimal places at which conversion is exact: four of a currency, two of a percentage, twelve of a rate, and reserve for divisions. */
const EXACT_DECIMALS = 30;

export interface ConvertedSum {
  /** In the tenant's currency, not rounded. */
  exact: Amount;
  /** Amounts without an exchange rate, in minor units by currency. */
  unconverted: ReadonlyMap<string, bigint>;
}

/** Converts a sum into a currency. `finer` is the number of extra decimal places of its units beyond those of the currency. */
export function convertSum(purse: MultiCurrencySum, into: string, findRate: RateLookup, finer = 0): ConvertedSum {
  const amounts: Amount[] = [];
  const apart = new Map<string, bigint>();
  for (const { currency, day, minor } of purse.parts()) {
    const rate = currency === into ? { rate: "1", inverse: false } : findRate(currency, day);
    if (rate) {
      const amount = Money.fromMinor(minor * 10n ** BigInt(EXACT_DECIMALS - currencyDecimals(currency) - finer), EXACT_DECIMALS);
      amounts.push(rate.inverse ? Money.divide(amount, rate.rate) : Money.multiply(amount, rate.rate));
    } else apart.set(currency, (apart.get(currency) ?? 0n) + minor);
  }
  return { exact: Money.sum(amounts, EXACT_DECIMALS), unconverted: apart };
}

/** Rounds an amount for display: half up, to the minor unit. */
export const roundAmount = (exact: Amount, currency: string, factor = "1"): Amount =>
  Money.convert(exact, factor, currencyDecimals(currency));

/** Formats a sum without an exchange rate, in its own currency. */
export const presentUnconverted = (currency: string, minor: bigint, finer = 0): Amount =>
  Money.convert(Money.fromMinor(minor, currencyDecimals(currency) + finer), 1, currencyDecimals(currency));

/** Divides two amounts, rounded half up to four decimals; 0 if the divisor is 0. */
export function computeRatio(part: Amount, divisor: Amount): number {
  if (Money.isZero(divisor)) return 0;
  return Number(Money.convert(Money.divide(Money.convert(part, 1, EXACT_DECIMALS), divisor), 1, 4));
}
