import { invalid } from "./error.ts";

/**
 * The form of an amount, without the arithmetic (see money.ts): what a schema has to know to read one, and all that most functions
 * carry of money.
 */
export type Amount = string;

/** Decimal places of the fields that `schema.money()` declares, whatever their currency. */
export const DEFAULT_DECIMALS = 2;

/** Digits before the point of an amount that is taken from outside. Sums may be longer. */
export const MAX_WHOLE_DIGITS = 13;

/**
 * What ISO 4217 (list one, amendment 176 and later) gives other than two decimal places. Not from `Intl`: it follows CLDR,
 * which has what is customary in cash, such as none for the forint, the rupiah and the Iraqi dinar, where ISO and banks have 2,
 * 2 and 3. `test/kernel/money.test.ts` compares the table with the list itself.
 */
const DECIMALS_BY_CODES: readonly (readonly [places: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const decimalsByCode = new Map(
  DECIMALS_BY_CODES.flatMap(([places, codes]) => codes.split(" ").map((code) => [code, places] as const)),
);

/** Decimal places of a currency, by its code in ISO 4217; 2 for currencies that are not in the list, such as those of the past. */
export const currencyDecimals = (currency: string): number => decimalsByCode.get(currency) ?? DEFAULT_DECIMALS;

/** Sign, digits before the point and behind it. */
export const AMOUNT_PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

export type ParsedAmount = { value: Amount } | { reason: string };

/** An amount in its form, from a decimal in plain digits with as many decimal places or fewer: `"7.5"` becomes `"7.50"`. */
export function parse(text: string, places: number = DEFAULT_DECIMALS): ParsedAmount {
  const [match, sign = "", digits = "", fraction = ""] = AMOUNT_PATTERN.exec(text) ?? [];
  if (match === undefined) return { reason: "Not an amount" };
  if (fraction.length > places) return { reason: TOO_PRECISE_MESSAGES[places] ?? "Has too many decimal places" };
  const whole = digits.replace(/^0+(?=\d)/, "");
  if (whole.length > MAX_WHOLE_DIGITS) return { reason: "Too large an amount" };
  const value = places === 0 ? whole : `${whole}.${fraction.padEnd(places, "0")}`;
  return { value: /[1-9]/.test(value) ? sign + value : value };
}

/**
 * An amount of a currency in its form, from one with any number of decimal places: `"1200.00"` yen is `"1200"`. What is finer than the
 * minor unit of the currency is a VALIDATION_ERROR on `field`.
 */
export function toCurrencyPrecision<A extends Amount | null>(field: string, amount: A, currency: string): A {
  if (amount === null) return amount;
  const places = currencyDecimals(currency);
  const [whole = "", fraction = ""] = amount.split(".");
  const said = fraction.replace(/0+$/, "");
  const read = parse(said === "" ? whole : `${whole}.${said}`, places);
  if ("reason" in read) throw invalid(field, `Not an amount of ${currency}: ${read.reason.toLowerCase()}`);
  return read.value as A;
}

const TOO_PRECISE_MESSAGES = [
  "Has decimal places",
  "Has more than one decimal place",
  "Has more than two decimal places",
  "Has more than three decimal places",
  "Has more than four decimal places",
];
