import { type Amount, Money } from "../../kernel/money.ts";

/** Formats numbers, amounts and days for a language. Decimals are strings and formatted digit by digit, never as floating-point numbers. */
export interface LocaleFormat {
  readonly language: string;
  number(decimal: string): string;
  /** Formats `"7.5"` as `7,5 %`. */
  percent(decimal: string): string;
  money(amount: Amount, currency: string): string;
  /** Formats a day, YYYY-MM-DD, with the name of its month, in the Gregorian calendar. */
  day(day: string): string;
  /** Formats a number of days: `5 days`. */
  days(count: number): string;
  /** Formats how far ahead a day is: `today`, `tomorrow`, `in 5 days`. */
  daysAhead(count: number): string;
  /** Returns the name of a country by its ISO 3166-1 code; other texts stay as they are. */
  country(code: string): string;
}

/** Marks a decimal string for `Intl`, which reads it exactly. */
const asNumeric = (decimal: string): `${number}` => decimal as `${number}`;

export function createLocaleFormat(language: string): LocaleFormat {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
  const percents = new Intl.NumberFormat(language, { style: "unit", unit: "percent", maximumFractionDigits: 20 });
  const days = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" });
  const counts = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" });
  const distances = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const countries = new Intl.DisplayNames(language, { type: "region" });
  return {
    language,
    number: (decimal) => numbers.format(asNumeric(decimal)),
    percent: (decimal) => percents.format(asNumeric(decimal)),
    money: (amount, currency) => Money.format(amount, currency, language),
    day: (day) => days.format(new Date(`${day}T00:00:00Z`)),
    days: (count) => counts.format(count),
    daysAhead: (count) => distances.format(count, "day"),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}
