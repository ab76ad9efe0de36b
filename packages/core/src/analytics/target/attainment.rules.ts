import { type Amount, Money } from "../../kernel/money.ts";

/** How far a value has come towards its target (docs/analytics/targets.md). Pure. */

interface Attainment {
  /** Value ÷ target × 100, with two decimals, half up; null without a value, or if the target is 0. */
  percent: string | null;
  /** Target − value: what is still missing; negative beyond the target. */
  gap: string | null;
}

const EXACT_DECIMALS = 20;
const toExact = (value: Amount | number): Amount => Money.convert(Money.normalizeDecimal(value), 1, EXACT_DECIMALS);

/** Compares a value with its target. The gap has the decimal places of the target. */
export function computeAttainment(value: Amount | number | null, target: Amount): Attainment {
  if (value === null) return { percent: null, gap: null };
  const [reached, whole] = [toExact(value), toExact(target)];
  return {
    percent: Money.isZero(whole) ? null : Money.convert(Money.divide(Money.convert(reached, 100, EXACT_DECIMALS), whole), 1, 2),
    gap: Money.convert(Money.subtract(whole, reached), 1, Math.max(Money.countDecimals(target), countPlaces(value))),
  };
}

const countPlaces = (value: Amount | number): number => Money.countDecimals(Money.normalizeDecimal(value));
