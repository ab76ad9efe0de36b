import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import type { Unit } from "../figure/figure.ts";

/** The values of targets. Pure. */

/** A decimal string with up to 13 digits before the point and four after it, or an equal number. */
export const targetValue = () =>
  z
    .preprocess(
      (value: string | number): unknown => (typeof value === "number" ? String(value) : value),
      z
        .string()
        .regex(/^\d{1,13}(\.\d{1,4})?$/, 'Must be a number of at least 0 with at most four decimal places, such as "1200.50"'),
    )
    .meta({ "x-type": "number", examples: ["1200.50"] });

/** Decimal places of the values of figures (figure.ts). Those of money depend on the currency. */
const PLACES: Readonly<Record<Exclude<Unit, "money">, number>> = {
  ...{ count: 0, percent: 2, ratio: 4, days: 4, months: 1, hours: 1, minutes: 1, rating: 2, points: 1, score: 2 },
};

interface ValueInput {
  value: string;
  currency: string | null;
}

/**
 * Returns a value with the decimal places of the unit, and its currency: that of the input or else `baseCurrency` for money, and null for
 * other units. Throws VALIDATION_ERROR on `field` or `currency`.
 */
export function normalizeTarget(unit: Unit, { value, currency }: ValueInput, baseCurrency: string, field = "value"): ValueInput {
  if (unit === "money") {
    const code = currency ?? baseCurrency;
    return { value: Money.toCurrencyPrecision(field, value, code), currency: code };
  }
  if (currency !== null) throw invalid("currency", "Only for figures that are money: leave it out");
  const places = PLACES[unit];
  const read = Money.parse(value.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""), places);
  if ("reason" in read) throw invalid(field, `Must have at most ${places} decimal places for this figure`);
  return { value: read.value, currency: null };
}
