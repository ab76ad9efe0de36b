import Big from "big.js";

/** Pure rules: arithmetic of quantities, decimal strings without redundant zeros. */

export const addQuantity = (a: string, b: string): string => new Big(a).plus(b).toFixed();

export const subtractQuantity = (from: string, quantity: string): string => new Big(from).minus(quantity).toFixed();
