import Big from "big.js";
import { type Amount, currencyDecimals } from "./amount.ts";
import { Money } from "./money.ts";

/** Pure rules: the total of a line. They need no schemas, so the console computes with the same code. */

export interface PricedLine {
  quantity: string;
  unit_price: Amount | null;
  discount_percent: string;
}

/**
 * Computes the total of a line: unit_price × quantity × (100 − discount_percent) / 100, rounded once, half up, to the currency's minor
 * unit. Null without a price.
 */
export function computeTotal({ quantity, unit_price, discount_percent }: PricedLine, currency: string): Amount | null {
  if (unit_price === null) return null;
  const exact = new Big(unit_price).times(quantity).times(new Big(100).minus(discount_percent)).div(100);
  const places = currencyDecimals(currency);
  const rounded = exact.round(places, Big.roundHalfUp);
  return rounded.eq(0) ? Money.zero(places) : rounded.toFixed(places);
}

/** Sums the lines that have a price; null if none has. */
export function sumLines(lines: readonly { total_price: Amount | null }[], currency: string): Amount | null {
  const totals = lines.flatMap(({ total_price }) => total_price ?? []);
  return totals.length === 0 ? null : Money.sum(totals, currencyDecimals(currency));
}
