import { formatDecimal, isDecimal, parseDecimal, readCurrencyDecimals } from "@crm/console/ui/kit/decimal.ts";
import { expect, it } from "vitest";

/** What users of each locale type, and what the field reads. */
it.each([
  ["en-US", "1234.5", "1234.5"],
  ["en-US", "1,234.50", "1234.50"],
  ["en-US", "1,234,567", "1234567"],
  ["en-US", "1,234", "1234"],
  ["en-US", "1,5", "1.5"],
  ["en-US", "0,285", "0.285"],
  ["de-DE", "0.285", "0.285"],
  ["en-US", "-0012", "-12"],
  ["en-US", "−3", "-3"],
  ["en-US", ".5", "0.5"],
  ["en-US", "123,456,789,012,345.67", "123456789012345.67"],
  ["en-IN", "12,34,567.8", "1234567.8"],
  ["de-DE", "1.234,56", "1234.56"],
  ["de-DE", "1.234", "1234"],
  ["de-DE", "1234.56", "1234.56"],
  ["de-DE", "0,5", "0.5"],
  ["de-CH", "1’234.50", "1234.50"],
  ["fr-FR", "1 234,5", "1234.5"],
  ["ar-EG", "١٬٢٣٤٫٥", "1234.5"],
  ["ar-AE", "1,234.5", "1234.5"],
])("%s reads %j as %s", (locale, text, value) => {
  expect(parseDecimal(text, locale)).toBe(value);
});

it.each([
  ["en-US", ""],
  ["en-US", "twelve"],
  ["en-US", "1.2.3"],
  ["en-US", "1,2,3"],
  ["en-US", "1,23,4.5"],
  ["de-DE", "1.23.4"],
  ["en-US", "1e5"],
  ["en-US", "12."],
  ["en-US", "Infinity"],
])("%s refuses %j", (locale, text) => {
  expect(parseDecimal(text, locale)).toBeUndefined();
});

it.each(["en-US", "de-DE", "de-CH", "fr-FR", "es-ES", "it-IT", "ar-AE", "ja-JP", "zh-CN", "zh-TW", "ko-KR"])(
  "reads in %s what it writes",
  (locale) => {
    for (const value of ["0", "-5", "0.07", "1234", "12345.6", "999999.99", "123456789012345.67", "-1000000"]) {
      if (!isDecimal(value)) throw new Error(`${value} is no decimal`);
      expect(parseDecimal(formatDecimal(value, locale), locale)).toBe(value);
    }
  },
);

it("writes each digit of an amount, with the decimals of the currency", () => {
  expect(formatDecimal("123456789012345.67", "en-US", 2)).toBe("123,456,789,012,345.67");
  expect(formatDecimal("5", "de-DE", readCurrencyDecimals("EUR"))).toBe("5,00");
  expect(formatDecimal("1.005", "en-US", 2)).toBe("1.005");
  expect(["JPY", "EUR", "KWD"].map(readCurrencyDecimals)).toEqual([0, 2, 3]);
});
