import type { Field } from "../../../api/kind.ts";
import { formatMoney } from "../../../api/value-text.ts";

/** Writes how much an amount changes: `+1,800 EUR`. The sign stays before the amount from right to left. */
export const formatDifference = (amount: string, currency: string, locale: string, format?: Field["format"]): string =>
  `\u2066${amount.startsWith("-") ? "" : "+"}${formatMoney(amount, currency, locale, format)}\u2069`;
