import type { RateLookup } from "../../sales/figures/multi-currency-sum.rules.ts";

/**
 * Numbers and amounts of reports: whole numbers of 10^-30. Sums are exact and do not depend on the order of rows; results are rounded once,
 * half up (away from zero), when they are shown. An amount of four decimal places times a rate of twelve is exact at this precision.
 */
export type ExactNumber = bigint;

export const EXACT_DECIMALS = 30;
const UNIT = 10n ** BigInt(EXACT_DECIMALS);

const DECIMAL_PATTERN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** Parses a decimal text or a number; undefined for anything else. Digits beyond 30 decimal places are cut off. */
export function parseExact(value: unknown): ExactNumber | undefined {
  const [match, sign, whole = "", fraction = "", power = "0"] = DECIMAL_PATTERN.exec(String(value)) ?? [];
  if (match === undefined) return undefined;
  const places = EXACT_DECIMALS - fraction.length + Number(power);
  const digits = BigInt(whole + fraction);
  const exact = places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
  return sign === "-" ? -exact : exact;
}

/** Formats with exactly `places` decimal places, rounded half up. Zero has no sign. */
export function formatExact(exact: ExactNumber, places: number): string {
  const rounded = divideHalfUp(exact, 10n ** BigInt(EXACT_DECIMALS - places));
  const digits = String(rounded < 0n ? -rounded : rounded).padStart(places + 1, "0");
  const [whole, fraction] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  return `${rounded < 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${fraction}`}`;
}

/** Converts to a number of at most `places` decimal places, rounded half up. */
export const toNumber = (exact: ExactNumber, places: number): number => Number(formatExact(exact, places));

/** Rounds to `places` decimal places, half up. */
export const roundExact = (exact: ExactNumber, places: number): ExactNumber => {
  const unit = 10n ** BigInt(EXACT_DECIMALS - places);
  return divideHalfUp(exact, unit) * unit;
};

/** Divides whole numbers, rounded half up. The divisor must not be 0. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const [above, below] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * above + below) / (2n * below);
  return isNegative ? -quotient : quotient;
}

/** Divides two exact numbers, rounded half up at 30 decimal places; undefined if the divisor is 0. */
export const divideExact = (dividend: ExactNumber, divisor: ExactNumber): ExactNumber | undefined =>
  divisor === 0n ? undefined : divideHalfUp(dividend * UNIT, divisor);

export const multiplyExact = (a: ExactNumber, b: ExactNumber): ExactNumber => divideHalfUp(a * b, UNIT);

/** Returns a part as percent of a whole, rounded half up to two decimal places; null if the whole is 0. */
export const computePercent = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : Number(divideHalfUp(part * 10_000n, whole)) / 100;

/** Converts an amount at the rate of figures (sales/figures/convert-currency.ts). */
export function convertExact(amount: ExactNumber, { rate, inverse }: NonNullable<ReturnType<RateLookup>>): ExactNumber {
  const price = parseExact(rate);
  if (price === undefined || price === 0n) throw new RangeError(`Invalid exchange rate: ${rate}`);
  return inverse ? divideHalfUp(amount * UNIT, price) : multiplyExact(amount, price);
}
