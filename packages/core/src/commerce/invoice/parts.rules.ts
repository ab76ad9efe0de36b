import Big from "big.js";
import { type Amount, Money } from "../../kernel/money.ts";
import { addQuantity, subtractQuantity } from "../order/quantity.rules.ts";

/**
 * Pure rules: parts of lines. Parts of one line add up to the line, to the last minor unit: each part is rounded, and the part that completes
 * the line takes the rest.
 */

/** A quantity of a line with its amounts. */
export interface Part {
  quantity: string;
  /** Before discounts. */
  gross_amount: Amount;
  /** After discounts, before tax. */
  net_amount: Amount;
  tax_amount: Amount;
}

const amountFields = ["gross_amount", "net_amount", "tax_amount"] as const;

const mapAmounts = (compute: (field: (typeof amountFields)[number]) => Amount) => ({
  gross_amount: compute("gross_amount"),
  net_amount: compute("net_amount"),
  tax_amount: compute("tax_amount"),
});

/** Returns what is left of a line after the parts that were taken. */
export const subtractPart = (whole: Part, taken: Part | null): Part =>
  taken === null
    ? whole
    : {
        quantity: subtractQuantity(whole.quantity, taken.quantity),
        ...mapAmounts((field) => Money.subtract(whole[field], taken[field])),
      };

/** Returns the sum of two parts; null if nothing is left. */
export const addPart = (taken: Part | null, part: Part): Part =>
  taken === null
    ? part
    : { quantity: addQuantity(taken.quantity, part.quantity), ...mapAmounts((field) => Money.add(taken[field], part[field])) };

/** Returns what remains taken if a part is given back; null if nothing is. */
export function releasePart(taken: Part | null, part: Part): Part | null {
  if (taken === null) return null;
  const rest = subtractPart(taken, part);
  return isEmptyPart(rest) ? null : rest;
}

export const isEmptyPart = (part: Part): boolean =>
  Money.isZero(part.quantity) && amountFields.every((field) => Money.isZero(part[field]));

/** Returns the amounts of a further quantity of a line. The quantity must be at most what is left. */
export function takePart(whole: Part, taken: Part | null, quantity: string): Part {
  const rest = subtractPart(whole, taken);
  if (Money.compare(quantity, rest.quantity) >= 0) return rest;
  return {
    quantity,
    ...mapAmounts((field) => {
      const places = Money.countDecimals(whole[field]);
      const share = new Big(whole[field]).times(quantity).div(whole.quantity).round(places, Big.roundHalfUp).toFixed(places);
      return Money.compare(share, rest[field]) > 0 ? rest[field] : share;
    }),
  };
}
