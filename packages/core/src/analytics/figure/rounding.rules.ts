import { type Amount, Money } from "../../kernel/money.ts";

/** Rounding of figures: half up, in exact decimal numbers. Pure. */

const EXACT_DECIMALS = 20;

/** Returns `part` × `factor` ÷ `divisor`, rounded to `decimals` places; null if the divisor is 0. Throws RangeError for fractions of whole numbers. */
export function divide(part: number | Amount, divisor: number, { factor = 1, decimals = 2 } = {}): number | null {
  if (divisor === 0) return null;
  const exact = Money.convert(Money.normalizeDecimal(part), factor, EXACT_DECIMALS);
  return Number(Money.convert(Money.divide(exact, divisor), 1, decimals));
}
