import Big from "big.js";
import { AMOUNT_PATTERN, type Amount, currencyDecimals, DEFAULT_DECIMALS } from "./amount.ts";

/**
 * Money. On the wire, in store and between functions an amount is a decimal string in its one form: digits, and exactly as many
 * decimal places as its minor unit has (`"1200.00"` dollars, `"1200"` yen, `"-0.050"` dinars). Its last place is the unit that all
 * arithmetic is done in: sums are exact, what cannot be exact is rounded to that place by a rule with a name, and nothing is ever a
 * floating-point number. Amounts of one calculation are of one currency; the record that holds them says which.
 *
 * What people typed goes through `parse`, which gives a reason instead of throwing. Everything else throws RangeError for what
 * is no amount: that is a mistake in the program, not in the input.
 */

/** A factor, percentage or weight: a decimal string, or a whole number. Other numbers are refused: they may have been rounded. */
export type Decimal = string | number;

/**
 * How what lies between two minor units is rounded. Negative amounts are rounded like positive ones: `half_up` takes half a
 * unit away from zero and `half_even` to the even neighbour, `down` goes towards zero, `up` away from it.
 */
export const roundings = ["half_up", "half_even", "down", "up"] as const;
export type Rounding = (typeof roundings)[number];

const roundingModes: Readonly<Record<Rounding, 0 | 1 | 2 | 3>> = {
  down: Big.roundDown,
  half_up: Big.roundHalfUp,
  half_even: Big.roundHalfEven,
  up: Big.roundUp,
};

/** Nothing, with so many decimal places. */
export const zero = (places: number = DEFAULT_DECIMALS): Amount => new Big(0).toFixed(places);

/** How many decimal places an amount has. */
export const countDecimals = (amount: Amount): number => parseAmount(amount)[1];

/** `"12.50"` is 1250 minor units. */
export const toMinor = (amount: Amount): bigint =>
  BigInt(
    parseAmount(amount)[0]
      .times(`1e${countDecimals(amount)}`)
      .toFixed(),
  );

/** 1250 minor units of two decimal places are `"12.50"`. */
export const fromMinor = (minor: bigint, places: number = DEFAULT_DECIMALS): Amount =>
  toAmount(new Big(minor).times(`1e-${places}`), places);

/** A decimal or a number in plain digits: without exponent, without zeros that say nothing. `1.5e3` is `"1500"`. */
export const normalizeDecimal = (value: Decimal): string => {
  const digits = new Big(value).toFixed();
  return digits === "-0" ? "0" : digits;
};

/** Any number as an amount, rounded from the digits that it is written with; for what was stored as a number in earlier times. */
export const fromNumber = (value: number, places: number = DEFAULT_DECIMALS, rounding: Rounding = "half_up"): Amount =>
  toAmount(new Big(value), places, rounding);

/** Less than 0, 0 or more than 0, as sorting wants it. Decimal places need not be the same: `"5"` is `"5.00"`. */
export const compare = (one: Decimal, other: Decimal): -1 | 0 | 1 => parseDecimal(one).cmp(parseDecimal(other));

export const isZero = (amount: Decimal): boolean => compare(amount, 0) === 0;
export const isNegative = (amount: Decimal): boolean => compare(amount, 0) < 0;

export const negate = (amount: Amount): Amount => {
  const [value, places] = parseAmount(amount);
  return toAmount(value.neg(), places);
};

export const add = (one: Amount, other: Amount): Amount => sum([one, other], countDecimals(one));

export const subtract = (from: Amount, amount: Amount): Amount => sum([from, negate(amount)], countDecimals(from));

/** All amounts together; without any, zero. Those with other decimal places are refused: they are of another currency. */
export function sum(amounts: Iterable<Amount>, places: number = DEFAULT_DECIMALS): Amount {
  let total = new Big(0);
  for (const amount of amounts) {
    const [value, own] = parseAmount(amount);
    if (own !== places) throw new RangeError(`${amount} has ${own} decimal places, not ${places}`);
    total = total.plus(value);
  }
  return toAmount(total, places);
}

/** An amount times a factor, rounded to its minor unit: a price times a quantity. */
export function multiply(amount: Amount, factor: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  return toAmount(value.times(parseDecimal(factor)), places, rounding);
}

/** So many percent of an amount, rounded to its minor unit: `percentOf("200.00", "7.5")` is `"15.00"`. */
export function computePercent(amount: Amount, percent: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  return toAmount(value.times(parseDecimal(percent)).times("0.01"), places, rounding);
}

/**
 * An amount over a divisor other than 0, rounded to its minor unit: an average. To share an amount out, `allocate` or `split`
 * it.
 */
export function divide(amount: Amount, divisor: Decimal, rounding: Rounding = "half_up"): Amount {
  const [value, places] = parseAmount(amount);
  const by = parseDecimal(divisor);
  if (by.eq(0)) throw new RangeError("Division by zero");
  const Quotient = Big();
  Quotient.DP = places;
  Quotient.RM = roundingModes[rounding];
  return toAmount(new Quotient(value).div(by), places);
}

/**
 * An amount in another currency, of `places` decimal places (`digitsOf` it), rounded once: `rate` is what one unit of the amount's
 * currency costs in the other, as a decimal above 0.
 */
export const convert = (amount: Amount, rate: Decimal, places: number, rounding: Rounding = "half_up"): Amount =>
  toAmount(parseAmount(amount)[0].times(parseRate(rate)), places, rounding);

/** As `convert`, by the rate the other way: what one unit of the other currency costs in the amount's own. */
export function convertBack(amount: Amount, rate: Decimal, places: number, rounding: Rounding = "half_up"): Amount {
  const Quotient = Big();
  Quotient.DP = places;
  Quotient.RM = roundingModes[rounding];
  return toAmount(new Quotient(parseAmount(amount)[0]).div(parseRate(rate)), places, rounding);
}

function parseRate(rate: Decimal): Big {
  const factor = parseDecimal(rate);
  if (!factor.gt(0)) throw new RangeError(`Not an exchange rate: ${rate}`);
  return factor;
}

/** Whole numbers divided, the rest left aside. */
const IntegerBig = Big();
IntegerBig.DP = 0;
IntegerBig.RM = Big.roundDown;

/**
 * An amount shared out by weights, in their order; the shares together are the amount, to the last minor unit. Each has its part
 * rounded down, and the units that are left go to those who lost most by that, the first of equals first; so the same input always
 * gives the same shares, none differs from its exact part by a whole unit, and who weighs nothing gets nothing. Of a negative
 * amount the shares are those of the positive one, negated. Weights are not below 0, and one is above.
 */
export function allocate(amount: Amount, weights: readonly Decimal[]): Amount[] {
  const [value, places] = parseAmount(amount);
  const parts = weights.map(parseDecimal);
  if (parts.some((part) => part.lt(0))) throw new RangeError("A weight below 0");
  const whole = parts.reduce((total, part) => total.plus(part), new Big(0));
  if (whole.eq(0)) throw new RangeError("Nothing to allocate by: no weight is above 0");
  const units = value.abs().times(`1e${places}`);
  const shares = parts.map((part) => {
    const product = units.times(part);
    const share = new IntegerBig(product).div(whole);
    return { share, rest: product.minus(share.times(whole)) };
  });
  const given = shares.reduce((total, { share }) => total.plus(share), new Big(0));
  const left = Number(units.minus(given).toFixed());
  // Sorting is stable: of equal rests the earlier one stays first.
  const next = [...shares].sort((one, other) => other.rest.cmp(one.rest)).slice(0, left);
  const favoured = new Set(next);
  return shares.map((each) => {
    const minor = favoured.has(each) ? each.share.plus(1) : each.share;
    const share = minor.times(`1e-${places}`);
    return toAmount(value.lt(0) ? share.neg() : share, places);
  });
}

/** An amount in so many equal parts, of which the first have a minor unit more where it does not divide evenly. */
export function split(amount: Amount, parts: number): Amount[] {
  if (!Number.isSafeInteger(parts) || parts < 1) throw new RangeError(`Not a number of parts: ${parts}`);
  return allocate(amount, new Array<number>(parts).fill(1));
}

/** As people read it: `€1,200.00`. An amount in parts that its currency does not have keeps all its places. */
export function format(amount: Amount, currency: string, locale = "en"): string {
  const [value, own] = parseAmount(amount);
  const usual = currencyDecimals(currency);
  const digits = value.round(usual, Big.roundDown).eq(value) ? usual : own;
  const style = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(locale, style).format(value.toFixed() as `${number}`);
}

/** An amount, and how many decimal places it has. */
function parseAmount(amount: Amount): [Big, number] {
  const found = AMOUNT_PATTERN.exec(amount);
  if (!found) throw new RangeError(`Not an amount: ${JSON.stringify(amount)}`);
  return [new Big(amount), found[3]?.length ?? 0];
}

function parseDecimal(value: Decimal): Big {
  if (typeof value === "number" ? Number.isSafeInteger(value) : AMOUNT_PATTERN.test(value)) return new Big(value);
  throw new RangeError(`Not a decimal string or a whole number: ${JSON.stringify(value)}`);
}

/** Rounded, and zero without a sign. */
function toAmount(value: Big, places: number, rounding: Rounding = "half_up"): Amount {
  const rounded = value.round(places, roundingModes[rounding]);
  return rounded.eq(0) ? zero(places) : rounded.toFixed(places);
}

export * from "./amount.ts";
export * as Money from "./money.ts";
