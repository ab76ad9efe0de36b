import Big from "big.js";
import { AMOUNT_PATTERN, type Amount, currencyDecimals, DEFAULT_DECIMALS } from "./amount.ts";

/**
 * Money arithmetic. In requests, in storage and between functions, an amount is a decimal string with exactly as many decimal places as its
 * currency's minor unit (`"1200.00"` dollars, `"1200"` yen, `"-0.050"` dinars). All arithmetic is done in minor units: sums are exact,
 * other results are rounded by a named rounding mode, and no amount is ever a floating-point number. All amounts of one calculation have
 * one currency, which the record that holds them names.
 *
 * User input goes through `parse`, which returns a reason instead of throwing. All other functions throw RangeError for a text that is not
 * an amount, because that is a programming error.
 */

/**
 * A factor, percentage or weight: a decimal string or a whole number. Fractional numbers are refused because they may have been rounded.
 */
export type Decimal = string | number;

/**
 * Rounding modes. Negative amounts are rounded like positive ones: `half_up` rounds half a unit away from zero, `half_even` to the even
 * neighbour, `down` rounds towards zero, `up` away from it.
 */
export const roundings = ["half_up", "half_even", "down", "up"] as const;
export type Rounding = (typeof roundings)[number];

const roundingModes: Readonly<Record<Rounding, 0 | 1 | 2 | 3>> = {
  down: Big.roundDown,
  half_up: Big.roundHalfUp,
  half_even: Big.roundHalfEven,
  up: Big.roundUp,
};

export const zero = (places: number = DEFAULT_DECIMALS): Amount => new Big(0).toFixed(places);

export const countDecimals = (amount: Amount): number => parseAmount(amount)[1];

/** Converts an amount to minor units: `"12.50"` becomes 1250. */
export const toMinor = (amount: Amount): bigint =>
  BigInt(
    parseAmount(amount)[0]
      .times(`1e${countDecimals(amount)}`)
      .toFixed(),
  );

/** Converts minor units to an amount: 1250 with two decimal places becomes `"12.50"`. */
export const fromMinor = (minor: bigint, places: number = DEFAULT_DECIMALS): Amount =>
  toAmount(new Big(minor).times(`1e-${places}`), places);

/** Formats a decimal or number in plain digits, without exponent or redundant zeros: `1.5e3` becomes `"1500"`. */
export const normalizeDecimal = (value: Decimal): string => {
  const digits = new Big(value).toFixed();
  return digits === "-0" ? "0" : digits;
};

/** Converts a number to an amount, rounded from its decimal digits; for amounts that earlier releases stored as numbers. */
export const fromNumber = (value: number, places: number = DEFAULT_DECIMALS, rounding: Rounding = "half_up"): Amount =>
  toAmount(new Big(value), places, rounding);

/** Compares for sorting. Decimal places may differ: `"5"` equals `"5.00"`. */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => parseDecimal(a).cmp(parseDecimal(b));

export const isZero = (amount: Decimal): boolean => compare(amount, 0) === 0;
export const isNegative = (amount: Decimal): boolean => compare(amount, 0) < 0;

export const negate = (amount: Amount): Amount => {
  const [value, places] = parseAmount(amount);
  return toAmount(value.neg(), places);
};

export const add = (a: Amount, b: Amount): Amount => sum([a, b], countDecimals(a));

export const subtract = (from: Amount, amount: Amount): Amount => sum([from, negate(amount)], countDecimals(from));

/** Sums amounts; zero without any. Throws if an amount has other decimal places, because it has another currency. */
export function sum(amounts: Iterable<Amount>, places: number = DEFAULT_DECIMALS): Amount {
  let total = new Big(0);
  for (const amount of amounts) {
    const [value, decimals] = parseAmount(amount);
    if (decimals !== places) throw new RangeError(`${amount} has ${decimals} decimal places, not ${places}`);
    total = total.plus(value);
  }
  return toAmount(total, places);
}

/** Multiplies an amount by a factor, such as a price by a quantity, and rounds to the minor unit. */
export function multiply(amount: Amount, factor: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  return toAmount(value.times(parseDecimal(factor)), places, rounding);
}

/** Returns a percentage of an amount, rounded to the minor unit: `computePercent("200.00", "7.5")` is `"15.00"`. */
export function computePercent(amount: Amount, percent: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  return toAmount(value.times(parseDecimal(percent)).times("0.01"), places, rounding);
}

/**
 * Divides an amount by a divisor other than 0 and rounds to the minor unit: an average. To distribute an amount, use `allocate` or `split`.
 */
export function divide(amount: Amount, divisor: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  const divisorValue = parseDecimal(divisor);
  if (divisorValue.eq(0)) throw new RangeError("Division by zero");
  const Quotient = Big();
  Quotient.DP = places;
  Quotient.RM = roundingModes[rounding];
  return toAmount(new Quotient(value).div(divisorValue), places);
}

/**
 * Converts an amount to another currency with `places` decimal places (`currencyDecimals`), rounded once. `rate` is the price of one unit
 * of the amount's currency in the other currency, a decimal above 0.
 */
export const convert = (amount: Amount, rate: Decimal, places: number, rounding: Rounding = "half_up"): Amount =>
  toAmount(parseAmount(amount)[0].times(parseRate(rate)), places, rounding);

/** Like `convert`, with the inverse rate: the price of one unit of the other currency in the amount's own. */
export function convertBack(amount: Amount, rate: Decimal, places: number, rounding: Rounding = "half_up"): Amount {
  const Quotient = Big();
  Quotient.DP = places;
  Quotient.RM = roundingModes[rounding];
  return toAmount(new Quotient(parseAmount(amount)[0]).div(parseRate(rate)), places, rounding);
}

function parseRate(rate: Decimal): Big {
  const factor = parseDecimal(rate);
  if (!factor.gt(0)) throw new RangeError(`Exchange rate must be above 0: ${rate}`);
  return factor;
}

/** For integer division that drops the remainder. */
const IntegerBig = Big();
IntegerBig.DP = 0;
IntegerBig.RM = Big.roundDown;

/**
 * Distributes an amount by weights. The shares are in the order of the weights, and their sum is the amount, to the last minor unit. Each
 * share is rounded down; the remaining units go to the shares with the largest remainders, the first of equals first. The same input
 * therefore always gives the same shares, no share differs from its exact part by a whole unit, and a weight of 0 gets 0. A negative amount
 * is distributed like the positive one and negated. Weights must not be negative, and one must be above 0.
 */
export function allocate(amount: Amount, weights: readonly Decimal[]): Amount[] {
  const [value, places] = parseAmount(amount);
  const parts = weights.map(parseDecimal);
  if (parts.some((part) => part.lt(0))) throw new RangeError("Weights must not be below 0");
  const totalWeight = parts.reduce((total, part) => total.plus(part), new Big(0));
  if (totalWeight.eq(0)) throw new RangeError("Cannot allocate: at least one weight must be above 0");
  const units = value.abs().times(`1e${places}`);
  const shares = parts.map((part) => {
    const product = units.times(part);
    const share = new IntegerBig(product).div(totalWeight);
    return { share, rest: product.minus(share.times(totalWeight)) };
  });
  const allocatedUnits = shares.reduce((total, { share }) => total.plus(share), new Big(0));
  const remainingUnits = Number(units.minus(allocatedUnits).toFixed());
  // Sorting is stable: of equal remainders, the earlier one stays first.
  const next = [...shares].sort((a, b) => b.rest.cmp(a.rest)).slice(0, remainingUnits);
  const favoured = new Set(next);
  return shares.map((entry) => {
    const minor = favoured.has(entry) ? entry.share.plus(1) : entry.share;
    const share = minor.times(`1e-${places}`);
    return toAmount(value.lt(0) ? share.neg() : share, places);
  });
}

/** Splits an amount into equal parts. If it does not divide evenly, the first parts have one minor unit more. */
export function split(amount: Amount, parts: number): Amount[] {
  if (!Number.isSafeInteger(parts) || parts < 1) throw new RangeError(`Number of parts must be a whole number above 0: ${parts}`);
  return allocate(amount, new Array<number>(parts).fill(1));
}

/** Formats an amount for people: `€1,200.00`. An amount with more decimal places than its currency keeps all of them. */
export function format(amount: Amount, currency: string, locale = "en"): string {
  const [value, decimals] = parseAmount(amount);
  const usual = currencyDecimals(currency);
  const digits = value.round(usual, Big.roundDown).eq(value) ? usual : decimals;
  const style = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(locale, style).format(value.toFixed() as `${number}`);
}

/** Returns the value of an amount and its number of decimal places. */
function parseAmount(amount: Amount): [Big, number] {
  const match = AMOUNT_PATTERN.exec(amount);
  if (!match) throw new RangeError(`Invalid amount: ${JSON.stringify(amount)}`);
  return [new Big(amount), match[3]?.length ?? 0];
}

function parseDecimal(value: Decimal): Big {
  if (typeof value === "number" ? Number.isSafeInteger(value) : AMOUNT_PATTERN.test(value)) return new Big(value);
  throw new RangeError(`Must be a decimal string or a whole number: ${JSON.stringify(value)}`);
}

/** Rounds, and removes the sign of zero. */
function toAmount(value: Big, places: number, rounding: Rounding = "half_up"): Amount {
  const rounded = value.round(places, roundingModes[rounding]);
  return rounded.eq(0) ? zero(places) : rounded.toFixed(places);
}

export * from "./amount.ts";
export * as Money from "./money.ts";
