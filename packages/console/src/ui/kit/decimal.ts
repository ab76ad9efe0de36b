import { numberFormat } from "../i18n/formatters.ts";

/** Decimal numbers as strings, as the API has them. A `Number` cannot hold 15 digits and cents. */
export type Decimal = `${number}`;

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

export const isDecimal = (text: string): text is Decimal => DECIMAL.test(text);

interface Symbols {
  readonly group: string;
  readonly point: string;
}

function readSymbols(locale: string): Symbols {
  const parts = numberFormat(locale, { numberingSystem: "latn" }).formatToParts(1_234_567.8);
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { group: find("group"), point: find("decimal") || "." };
}

/** Arabic and Persian digits, and the signs that go with them, in their Latin form. */
const toLatin = (text: string): string =>
  text
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replaceAll("٫", ".")
    .replaceAll("٬", "")
    .replaceAll(/[−–]/g, "-");

/** Groups as in 1,234,567 and, in India, 12,34,567. The first has no leading zero: 0,285 has a decimal point. */
const GROUPS = /^[1-9]\d{0,2}(?:\D\d{2,3})*\D\d{3}$/;

/**
 * Reads a number as a user of a locale writes it. Returns undefined for what is no number. A single sign that cannot be between groups is the decimal
 * point: a German user who types `1234.56` does not mean 123,456.
 */
export function parseDecimal(text: string, locale: string): Decimal | undefined {
  const { group, point } = readSymbols(locale);
  // Spaces, and the apostrophe of Switzerland, are only ever between groups. Arabic numbers have marks of direction.
  const compact = toLatin(text).replaceAll(/[\s'’\u200e\u200f\u061c\u2066-\u2069]/g, "");
  const [, sign = "", number = ""] = /^(-?)([\d.,]*\d)$/.exec(compact) ?? [];
  if (number === "") return undefined;
  const signs = number.match(/[.,]/g) ?? [];
  const last = signs.at(-1);
  const isLastPoint =
    last !== undefined &&
    signs.filter((candidate) => candidate === last).length === 1 &&
    (last === point || last !== group || !GROUPS.test(number) || signs.length > 1);
  const end = isLastPoint && last !== undefined ? number.lastIndexOf(last) : number.length;
  const [whole, fraction] = [number.slice(0, end), number.slice(end + 1)];
  if (/[.,]/.test(whole) && !(GROUPS.test(whole) && new Set(whole.match(/[.,]/g)).size === 1)) return undefined;
  const digits = whole.replaceAll(/[.,]/g, "").replace(/^0+(?=\d)/, "") || "0";
  const value = `${sign}${digits}${fraction === "" ? "" : `.${fraction}`}`;
  return isDecimal(value) ? value : undefined;
}

/** Writes a decimal for a locale, without rounding it. */
export function formatDecimal(value: Decimal, locale: string, minDecimals = 0): string {
  const decimals = value.split(".")[1]?.length ?? 0;
  return numberFormat(locale, {
    minimumFractionDigits: Math.max(minDecimals, decimals),
    maximumFractionDigits: Math.max(minDecimals, decimals),
  }).format(value);
}

/** Formats an amount for an overview: a whole one has no decimals. */
export const formatShortAmount = (value: Decimal, locale: string, decimals: number): string =>
  /^-?\d+(?:\.0*)?$/.test(value)
    ? formatDecimal(value.replace(/\.0*$/, "") as Decimal, locale)
    : formatDecimal(value, locale, decimals);

/** The decimals of a currency: two for EUR, none for JPY. */
export const readCurrencyDecimals = (currency: string): number =>
  numberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

const readDecimals = (value: string): number => value.split(".")[1]?.length ?? 0;

/** Adds decimals exactly. */
export function addDecimals(values: readonly Decimal[]): Decimal {
  const decimals = Math.max(0, ...values.map(readDecimals));
  const total = values.reduce(
    (sum, value) => sum + BigInt(value.replace(".", "") + "0".repeat(decimals - readDecimals(value))),
    0n,
  );
  const sign = total < 0n ? "-" : "";
  const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${sign}${whole}${decimals === 0 ? "" : `.${digits.slice(-decimals)}`}` as Decimal;
}
