import { invalid } from "./error.ts";

/**
 * An amount of money as a decimal string. This file has no arithmetic (see money.ts), so that schemas and most functions do not load it.
 */
export type Amount = string;

/** Decimal places of the fields that `schema.money()` declares without a currency. */
export const DEFAULT_DECIMALS = 2;

/** Maximum digits before the point in an amount from input. Sums may be longer. */
export const MAX_WHOLE_DIGITS = 13;

/**
 * The currencies of ISO 4217 (list one, amendment 176 and later) that do not have two decimal places. `Intl` cannot replace this table. It
 * follows CLDR, which gives customary cash amounts: none for the forint, the rupiah and the Iraqi dinar, where ISO and banks have 2, 2 and
 * 3. `test/kernel/money.test.ts` compares the table with the ISO list.
 */
const DECIMALS_BY_CODES: readonly (readonly [places: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const decimalsByCode = new Map(
  DECIMALS_BY_CODES.flatMap(([places, codes]) => codes.split(" ").map((code) => [code, places] as const)),
);

/** Returns the decimal places of a currency by its ISO 4217 code; 2 for currencies that are not in the list, such as former ones. */
export const currencyDecimals = (currency: string): number => decimalsByCode.get(currency) ?? DEFAULT_DECIMALS;

/** Groups: sign, digits before the point, digits after the point. */
export const AMOUNT_PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

export type ParsedAmount = { value: Amount } | { reason: string };

/** Parses a decimal in plain digits and pads it to `places` decimal places: `"7.5"` becomes `"7.50"`. */
export function parse(text: string, places: number = DEFAULT_DECIMALS): ParsedAmount {
  const [match, sign = "", digits = "", fraction = ""] = AMOUNT_PATTERN.exec(text) ?? [];
  if (match === undefined) return { reason: "Is not a decimal number" };
  if (fraction.length > places) return { reason: TOO_PRECISE_MESSAGES[places] ?? "Has too many decimal places" };
  const wholeDigits = digits.replace(/^0+(?=\d)/, "");
  if (wholeDigits.length > MAX_WHOLE_DIGITS) return { reason: "Is too large" };
  const value = places === 0 ? wholeDigits : `${wholeDigits}.${fraction.padEnd(places, "0")}`;
  return { value: /[1-9]/.test(value) ? sign + value : value };
}

/**
 * Converts an amount with any number of decimal places to those of its currency: `"1200.00"` yen becomes `"1200"`. Throws VALIDATION_ERROR
 * on `field` if the amount has a fraction of the currency's minor unit.
 */
export function toCurrencyPrecision<A extends Amount | null>(field: string, amount: A, currency: string): A {
  if (amount === null) return amount;
  const places = currencyDecimals(currency);
  const [wholeDigits = "", fraction = ""] = amount.split(".");
  const fractionDigits = fraction.replace(/0+$/, "");
  const read = parse(fractionDigits === "" ? wholeDigits : `${wholeDigits}.${fractionDigits}`, places);
  if ("reason" in read) throw invalid(field, `Invalid ${currency} amount: ${read.reason.toLowerCase()}`);
  return read.value as A;
}

const TOO_PRECISE_MESSAGES = [
  "Has decimal places",
  "Has more than one decimal place",
  "Has more than two decimal places",
  "Has more than three decimal places",
  "Has more than four decimal places",
];
