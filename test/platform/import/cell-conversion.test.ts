import { type Field, type FieldType, fieldTypes } from "@crm/core/kernel/field.ts";
import { date, email, money } from "@crm/core/kernel/schema.ts";
import type { Cell } from "@crm/core/lib/spreadsheet/cell.ts";
import {
  type Conventions,
  type ConvertedCell,
  convert,
  inferConventions,
  isDateFormat,
} from "@crm/core/platform/import/convert.rules.ts";
import fc from "fast-check";
import { DateTime, FixedOffsetZone, Settings } from "luxon";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { resolveTestSize } from "../../support/sample.ts";

const plainConventions: Conventions = { timezone: "Europe/Berlin", default_country: "DE" };
const buildField = (type: FieldType, values?: readonly string[]): Field => ({
  name: type,
  label: type,
  type,
  required: false,
  ...(values && { values }),
});

/** Expects a reason that contains these words. */
const expectedReason = (words: string) => ({ reason: expect.stringContaining(words) as string });
const expectedValue = (expected: unknown) => ({ value: expected });

type ConversionCase = readonly [cell: Cell, wanted: ConvertedCell, conventions?: Partial<Conventions>];

/** Tests the conversion of each cell. */
function testConversions(type: FieldType, cases: readonly ConversionCase[], values?: readonly string[]): void {
  it.each(cases.map((conversionCase) => [conversionCase] as const))(`${type}: %j`, ([cell, expected, conventions]) => {
    expect(convert(buildField(type, values), cell, { ...plainConventions, ...conventions })).toEqual(expected);
  });
}

const decimalComma = { decimal_mark: "," } as const;
const decimalPoint = { decimal_mark: "." } as const;

describe("money", () => {
  testConversions("money", [
    ["1234.56", expectedValue("1234.56")],
    ["1234,56", expectedValue("1234.56")],
    ["1.234,56 €", expectedValue("1234.56")],
    ["€ 1.234,56", expectedValue("1234.56")],
    ["€1,234.56", expectedValue("1234.56")],
    ["$1,234.56", expectedValue("1234.56")],
    ["US$ 1,234.56", expectedValue("1234.56")],
    ["1,234.56 USD", expectedValue("1234.56")],
    ["CHF 1'234.56", expectedValue("1234.56")],
    ["Fr. 1’234.50", expectedValue("1234.50")],
    ["1 234,56", expectedValue("1234.56")],
    ["1\u00a0234,56\u00a0zł", expectedValue("1234.56")],
    ["1\u202f234\u202f567,8 €", expectedValue("1234567.80")],
    ["R$ 1.234.567,89", expectedValue("1234567.89")],
    ["Rs.500", expectedValue("500.00")],
    ["₹12,34,567.00", expectedValue("1234567.00")],
    ["￥１２３４", expectedValue("1234.00")],
    ["50,- €", expectedValue("50.00")],
    ["50.–", expectedValue("50.00")],
    ["0", expectedValue("0.00")],
    ["0012.5", expectedValue("12.50")],
    [".5", expectedValue("0.50")],
    ["12,5", expectedValue("12.50"), decimalComma],
    ["12,5", expectedReason("decimals"), decimalPoint],
    ["1234.50", expectedReason("decimals"), decimalComma],
    ["1,234", expectedValue("1234.00"), decimalPoint],
    ["1,234", expectedReason("two decimal places"), decimalComma],
    ["1.234", expectedValue("1234.00"), decimalComma],
    ["1,234", expectedReason('"1,234" can be 1234 or 1.234')],
    ["1,234,567", expectedValue("1234567.00")],
    ["1.234.567", expectedValue("1234567.00")],
    ["1,234,567", expectedReason("decimals"), decimalComma],
    ["1,23,4", expectedReason("Must be an amount")],
    ["1.234,56.7", expectedReason("Must be an amount")],
    ["12 34", expectedReason("Must be an amount")],
    ["1234.500", expectedValue("1234.50")],
    ["1.239", expectedReason("two decimal places"), decimalPoint],
    ["(5.00)", expectedReason("negative")],
    ["-5", expectedReason("negative")],
    ["5.00-", expectedReason("negative")],
    ["−5", expectedReason("negative")],
    ["-0.00", expectedValue("0.00")],
    ["+5", expectedValue("5.00")],
    ["--5", expectedReason("Must be an amount")],
    ["(5", expectedReason("Must be an amount")],
    ["12345678901234", expectedReason("Is too large")],
    ["1234567890123", expectedValue("1234567890123.00")],
    ["10k", expectedReason("Must be an amount")],
    ["5²", expectedReason("Must be an amount")],
    ["12 %", expectedReason("Must be an amount")],
    ["5 constructor", expectedReason("Must be an amount"), { currency: "USD" }],
    ["ask me", expectedReason("Must be an amount")],
    ["5 €", expectedReason("Must be in USD, but is in EUR"), { currency: "USD" }],
    ["5 £", expectedReason("Must be in USD"), { currency: "USD" }],
    ["$5", expectedValue("5.00"), { currency: "CAD" }],
    ["5 EUR", expectedValue("5.00"), { currency: "EUR" }],
    ["", expectedValue(null)],
    [" \u00a0 ", expectedValue(null)],
    [["number", "1234.5"], expectedValue("1234.50"), decimalComma],
    [["number", "19.989999999999998"], expectedValue("19.99")],
    [["number", "1.2E+3"], expectedValue("1200.00")],
    [["number", "12.345"], expectedReason("two decimal places")],
    [["number", "1e999"], expectedReason("Must be an amount")],
    [["boolean", "true"], expectedReason("boolean")],
    [["date", "2025-03-05"], expectedReason("date")],
    [["error", "#DIV/0!"], expectedReason("#DIV/0!")],
  ]);
});

describe("whole and decimal numbers", () => {
  testConversions("integer", [
    ["12", expectedValue(12)],
    ["-12", expectedValue(-12)],
    ["12.0", expectedValue(12)],
    ["1,000", expectedValue(1000), decimalPoint],
    ["1.000", expectedValue(1000), decimalComma],
    ["1.000", expectedValue(1), decimalPoint],
    ["1.000", expectedReason("can be 1000 or 1: set decimal_mark")],
    ["10 000", expectedValue(10_000)],
    ["12.5", expectedReason("whole")],
    ["9007199254740993", expectedReason("The number is too large")],
    ["12 €", expectedReason("Must be a number")],
    ["1-2", expectedReason("Must be a number")],
    [["number", "2822"], expectedValue(2822)],
    [["number", "2.822E3"], expectedValue(2822)],
    [["number", "1.5"], expectedReason("whole")],
    [["date", "2025-03-05"], expectedReason("date")],
  ]);
  testConversions("number", [
    ["1.5", expectedValue(1.5)],
    ["1,5", expectedValue(1.5)],
    ["-0,25", expectedValue(-0.25)],
    ["0.125", expectedValue(0.125)],
    ["1234.567", expectedValue(1234.567)],
    ["1 234,567", expectedValue(1234.567)],
    ["1.5E+3", expectedValue(1500)],
    ["1e-5", expectedValue(0.00001)],
    ["1e999", expectedReason("The number is too large")],
    ["0x10", expectedReason("Must be a number")],
    ["Infinity", expectedReason("Must be a number")],
    ["NaN", expectedReason("Must be a number")],
    ["12.5%", expectedReason("Must be a number")],
    [["number", "0.30000000000000004"], expectedValue(0.3)],
    [["number", "-1.5E-7"], expectedValue(-0.00000015)],
  ]);
});

describe("dates", () => {
  const german = { date_format: "DD.MM.YYYY" };
  const us = { date_format: "MM/DD/YYYY" };
  testConversions("date", [
    ["2025-03-05", expectedValue("2025-03-05")],
    ["2025/3/5", expectedValue("2025-03-05")],
    ["20250305", expectedValue("2025-03-05")],
    ["05.03.2025", expectedValue("2025-03-05")],
    ["5. 3. 2025", expectedValue("2025-03-05")],
    ["5.3.25", expectedValue("2025-03-05")],
    ["5.3.50", expectedValue("1950-03-05")],
    ["05.03.2025", expectedValue("2025-03-05"), german],
    ["03/04/2025", expectedValue("2025-04-03"), german],
    ["03/04/2025", expectedValue("2025-03-04"), us],
    ["2025-03-05", expectedValue("2025-03-05"), us],
    ["3/4/25", expectedValue("2025-04-03"), { date_format: "D/M/YY" }],
    ["25-03-04", expectedValue("2025-03-04"), { date_format: "YY-MM-DD" }],
    ["2025-04-03", expectedValue("2025-03-04"), { date_format: "YYYY-DD-MM" }],
    ["05032025", expectedValue("2025-03-05"), { date_format: "DDMMYYYY" }],
    ["050325", expectedValue("2025-03-05"), { date_format: "ddmmyy" }],
    ["20250305", expectedValue("2025-03-05"), german],
    ["03/04/2025", expectedValue("2025-04-03"), { date_format: "dd/MM/yyyy HH:mm" }],
    ["03/04/2025", expectedReason("2025-04-03 or 2025-03-04: set date_format")],
    ["3-4-25", expectedReason("set date_format")],
    ["25-03-04", expectedReason("set date_format")],
    ["25/12/2025", expectedValue("2025-12-25")],
    ["12/25/2025", expectedValue("2025-12-25")],
    ["05/05/2025", expectedValue("2025-05-05")],
    ["25/12/2025", expectedReason("Must be a date written as MM/DD/YYYY"), us],
    ["12/25/2025", expectedReason("Must be a date written as DD.MM.YYYY"), german],
    ["2025-03-05", expectedReason("must be a format such as DD.MM.YYYY"), { date_format: "someday" }],
    ["31.02.2025", expectedReason("The day does not exist")],
    ["2025-02-29", expectedReason("The day does not exist")],
    ["2024-02-29", expectedValue("2024-02-29")],
    ["2025-13-01", expectedReason("The day does not exist")],
    ["0000-01-01", expectedReason("The day does not exist")],
    ["5 Mar 2025", expectedValue("2025-03-05")],
    ["5-Mar-25", expectedValue("2025-03-05")],
    ["Mar 5, 2025", expectedValue("2025-03-05")],
    ["March 5th, 2025", expectedValue("2025-03-05")],
    ["the 1st of May 2025", expectedValue("2025-05-01")],
    ["Wed, 5 Mar 2025", expectedValue("2025-03-05")],
    ["Mar 5 25", expectedValue("2025-03-05")],
    ["2025-Mar-05", expectedValue("2025-03-05")],
    ["5. März 2025", expectedValue("2025-03-05")],
    ["Mittwoch, 5. März 2025", expectedValue("2025-03-05")],
    ["31. Dez. 2025", expectedValue("2025-12-31")],
    ["1. Jänner 2025", expectedValue("2025-01-01")],
    ["1er août 2025", expectedValue("2025-08-01")],
    ["mardi 4 mars 2025", expectedValue("2025-03-04")],
    ["14 févr. 2025", expectedValue("2025-02-14")],
    ["5 de marzo de 2025", expectedValue("2025-03-05")],
    ["miércoles, 5 de marzo de 2025", expectedValue("2025-03-05")],
    ["9 ene 2025", expectedValue("2025-01-09")],
    ["20 settembre 2025", expectedValue("2025-09-20")],
    ["3 giugno 2025", expectedValue("2025-06-03")],
    ["1º de março de 2025", expectedValue("2025-03-01")],
    ["7 set 2025", expectedValue("2025-09-07")],
    ["5 mrt 2025", expectedValue("2025-03-05")],
    ["30 mei 2025", expectedValue("2025-05-30")],
    ["11 listopada 2025", expectedValue("2025-11-11")],
    ["3 paź 2025", expectedValue("2025-10-03")],
    ["25 lip 2025", expectedValue("2025-07-25")],
    ["2025年3月5日", expectedValue("2025-03-05")],
    ["30 Feb 2025", expectedReason("The day does not exist")],
    ["5 jui 2025", expectedReason("Must be a date")],
    ["Mar 2025", expectedReason("Must be a date")],
    ["soon", expectedReason("Must be a date")],
    ["12:30", expectedReason("Must be a date")],
    ["2025", expectedReason("Must be a date")],
    ["45721", expectedReason("Must be a date")],
    ["2025-03-05T23:30:00-05:00", expectedValue("2025-03-05")],
    ["05.03.2025 14:30", expectedValue("2025-03-05")],
    ["05.03.2025 25:30", expectedReason("time of day")],
    [["number", "45721"], expectedValue("2025-03-05")],
    [["number", "45721.75"], expectedValue("2025-03-05")],
    [["number", "1"], expectedValue("1900-01-01")],
    [["number", "59"], expectedValue("1900-02-28")],
    [["number", "60"], expectedReason("Must be a date")],
    [["number", "61"], expectedValue("1900-03-01")],
    [["number", "2958465"], expectedValue("9999-12-31")],
    [["number", "2958466"], expectedReason("Must be a date")],
    [["number", "-1"], expectedReason("Must be a date")],
    [["number", "2025"], expectedReason("2025 is a year")],
    [["number", "20250305"], expectedValue("2025-03-05")],
    [["date", "2025-03-05"], expectedValue("2025-03-05")],
    [["date", "2025-03-05T00:00:00"], expectedValue("2025-03-05")],
    [["boolean", "true"], expectedReason("boolean")],
  ]);

  it.each(["DD.MM.YYYY", "MM/DD/YYYY", "D/M/YY", "YYYYMMDD", "yyyy-mm-dd", "dd MMM yyyy", "DD/MM/YYYY HH:mm:ss"])(
    "%s is a date format",
    (format) => expect(isDateFormat(format)).toBe(true),
  );
  it.each(["", "DD.MM", "MM.MM.YYYY", "YYYY", "DYM", "%d/%m/%Y", "D".repeat(1000), "MM/YYYY/DD"])("%s is none", (format) =>
    expect(isDateFormat(format)).toBe(false),
  );
});

describe("instants", () => {
  const utc = { timezone: "UTC" };
  testConversions("instant", [
    ["2025-03-05T10:00:00Z", expectedValue("2025-03-05T10:00:00.000Z")],
    ["2025-03-05T10:00:00.123456+01:00", expectedValue("2025-03-05T09:00:00.123Z")],
    ["2025-03-05 10:00:00+0530", expectedValue("2025-03-05T04:30:00.000Z")],
    ["2025-03-05 10:00 -05", expectedValue("2025-03-05T15:00:00.000Z")],
    ["2025-03-05 10:00 UTC", expectedValue("2025-03-05T10:00:00.000Z")],
    ["2025-03-05 10:00", expectedValue("2025-03-05T09:00:00.000Z")],
    ["2025-07-05 10:00", expectedValue("2025-07-05T08:00:00.000Z")],
    ["2025-07-05 10:00", expectedValue("2025-07-05T10:00:00.000Z"), utc],
    ["2025-07-05", expectedValue("2025-07-04T22:00:00.000Z")],
    ["05.03.2025, 14:30:15", expectedValue("2025-03-05T13:30:15.000Z")],
    ["5 Mar 2025 2:30 PM", expectedValue("2025-03-05T13:30:00.000Z")],
    ["25/12/2025 12:00 a.m.", expectedValue("2025-12-24T23:00:00.000Z")],
    ["25/12/2025 12:00 pm", expectedValue("2025-12-25T11:00:00.000Z")],
    ["2025-03-05 13:00 pm", expectedReason("time of day")],
    ["2025-03-05 10:60", expectedReason("time of day")],
    ["2025-03-05 24:00", expectedReason("time of day")],
    ["03/04/2025 10:00", expectedReason("set date_format")],
    ["10:00", expectedReason("Must be a date")],
    // On 30 March 2025, 02:30 does not exist in Berlin; on 26 October it occurs twice.
    ["2025-03-30 02:30", expectedValue("2025-03-30T01:30:00.000Z")],
    ["2025-10-26 02:30", expectedValue("2025-10-26T00:30:00.000Z")],
    ["9999-12-31T23:00:00-05:00", expectedReason("The time does not exist")],
    ["2025-03-05T10:00:00+25:00", expectedReason("The time does not exist")],
    ["0050-03-05T10:00:00Z", expectedValue("0050-03-05T10:00:00.000Z")],
    ["2025-04-06 01:45", expectedValue("2025-04-05T14:45:00.000Z"), { timezone: "Australia/Lord_Howe" }],
    ["2011-12-30 12:00", expectedValue("2011-12-30T22:00:00.000Z"), { timezone: "Pacific/Apia" }],
    ["2025-03-05 10:00", expectedReason("The time does not exist in Nowhere"), { timezone: "Nowhere" }],
    [["number", "45721.5"], expectedValue("2025-03-05T11:00:00.000Z")],
    [["number", "45721.333333333336"], expectedValue("2025-03-05T07:00:00.000Z")],
    [["date", "2025-03-05T10:00:00"], expectedValue("2025-03-05T09:00:00.000Z")],
    [["date", "2025-03-05"], expectedValue("2025-03-04T23:00:00.000Z")],
  ]);

  describe("do not depend on the season in which they are read", () => {
    afterEach(() => {
      Settings.now = () => Date.now();
    });
    it.each(["2025-01-15", "2025-07-15"])("%s", (today) => {
      Settings.now = () => Date.parse(today);
      expect(convert(buildField("instant"), "2025-10-26 02:30", plainConventions)).toEqual(
        expectedValue("2025-10-26T00:30:00.000Z"),
      );
      expect(convert(buildField("instant"), "2025-03-30 02:30", plainConventions)).toEqual(
        expectedValue("2025-03-30T01:30:00.000Z"),
      );
    });
  });
});

describe("booleans", () => {
  const yes = [
    "true",
    "TRUE",
    "yes",
    "Y",
    "ja",
    "oui",
    "sí",
    "si",
    "x",
    "1",
    "on",
    "да",
    "是",
    "tak",
    "sim",
    "evet",
    "✓",
    " Yes ",
  ];
  const no = ["false", "no", "N", "nein", "non", "0", "off", "нет", "否", "não", "hayır", "いいえ"];
  testConversions("boolean", [
    ...yes.map((cell): ConversionCase => [cell, expectedValue(true)]),
    ...no.map((cell): ConversionCase => [cell, expectedValue(false)]),
    ["perhaps", expectedReason("Must be yes or no")],
    ["2", expectedReason("Must be yes or no")],
    ["", expectedValue(null)],
    [["boolean", "true"], expectedValue(true)],
    [["boolean", "FALSE"], expectedValue(false)],
    [["boolean", "0"], expectedValue(false)],
    [["number", "1"], expectedValue(true)],
    [["number", "1.5"], expectedReason("Must be yes or no")],
    [["date", "2025-03-05"], expectedReason("Must be yes or no")],
  ]);
});

describe("choices", () => {
  const values = ["LOW", "MEDIUM", "VERY_HIGH", "Größer als 10"];
  testConversions(
    "choice",
    [
      ["LOW", expectedValue("LOW")],
      [" low ", expectedValue("LOW")],
      ["Very High", expectedValue("VERY_HIGH")],
      ["very-high", expectedValue("VERY_HIGH")],
      ["grosser als 10", expectedValue("Größer als 10")],
      ["hi", expectedReason("Must be one of LOW, MEDIUM, VERY_HIGH")],
      ["", expectedValue(null)],
    ],
    values,
  );
  testConversions(
    "choices",
    [
      ["low; very high", expectedValue(["LOW", "VERY_HIGH"])],
      ["low; Low", expectedValue(["LOW"])],
      ["low; huge", expectedReason("Must be one of LOW")],
    ],
    values,
  );
  testConversions("choices", [
    ["a, b,c", expectedValue(["a", "b", "c"])],
    ["a;b ; ;c;", expectedValue(["a", "b", "c"])],
    ["a|b", expectedValue(["a", "b"])],
    ["Smith, Ltd; Jones", expectedValue(["Smith, Ltd", "Jones"])],
    ['"Smith; Ltd", Jones', expectedValue(["Smith; Ltd", "Jones"])],
    ['"say ""hi"", please", b', expectedValue(['say "hi", please', "b"])],
    ['6" pipe, hose', expectedValue(['6" pipe', "hose"])],
    ['"never closed, b', expectedValue(['"never closed', "b"])],
    ["one", expectedValue(["one"])],
    ["a, a", expectedValue(["a"])],
    [" ; ", expectedValue(null)],
    ["", expectedValue(null)],
    [["number", "7"], expectedValue(["7"])],
  ]);
});

describe("text and values stored as text", () => {
  testConversions("text", [
    ["  Ada ", expectedValue("Ada")],
    ["=1+1", expectedValue("=1+1")],
    ["@SUM(A1)", expectedValue("@SUM(A1)")],
    ["-5", expectedValue("-5")],
    ['="0151"', expectedValue('="0151"')],
    ["  one\n  two\n", expectedValue("  one\n  two\n")],
    ["Ada\n", expectedValue("Ada")],
    ["007", expectedValue("007")],
    ["\ud83d", expectedReason("well-formed")],
    ["a\0b", expectedReason("NUL")],
    ["👩‍🚀", expectedValue("👩‍🚀")],
    [["number", "491512345678"], expectedValue("491512345678")],
    [["number", "4.91512345678E+11"], expectedValue("491512345678")],
    [["number", "4.91512345678E11"], expectedValue("491512345678")],
    [["number", "12345678901234567890"], expectedValue("12345678901234567890")],
    [["number", "1E-7"], expectedValue("0.0000001")],
    [["number", "-1.50"], expectedValue("-1.5")],
    [["number", "1.5E+20"], expectedValue("150000000000000000000")],
    [["date", "2025-03-05"], expectedValue("2025-03-05")],
    [["date", "2025-03-05T00:00:00.000"], expectedValue("2025-03-05")],
    [["date", "2025-03-05T10:15:00"], expectedValue("2025-03-05T10:15:00")],
    [["boolean", "1"], expectedValue("true")],
    [["boolean", "FALSE"], expectedValue("false")],
    [["error", "#REF!"], expectedReason("#REF!")],
  ]);
  testConversions("master", [
    [" Web Site ", expectedValue("Web Site")],
    [["number", "7"], expectedValue("7")],
  ]);
  testConversions("reference", [[" usr_1 ", expectedValue("usr_1")]]);
  testConversions("url", [[" https://example.org/a?b=c ", expectedValue("https://example.org/a?b=c")]]);
  testConversions("phone", [
    [" +49 (0)151 / 234 ", expectedValue("+49 (0)151 / 234")],
    ["+1-395-557-1028x208", expectedValue("+1-395-557-1028x208")],
    [["number", "491512345678"], expectedValue("491512345678")],
    [["number", "1.51234567E8"], expectedValue("151234567")],
    ["4,91512E+11", expectedReason("rounded by a spreadsheet")],
  ]);
  testConversions("email", [
    [" ada@example.org ", expectedValue("ada@example.org")],
    ["Ada Lovelace <ada@example.org>", expectedValue("ada@example.org")],
    ['"Lovelace, Ada" <Ada@example.org>', expectedValue("Ada@example.org")],
    ["mailto:ada@example.org", expectedValue("ada@example.org")],
    ["MAILTO:ada@example.org?subject=Hi", expectedValue("ada@example.org")],
    ["<mailto:ada@example.org>", expectedValue("ada@example.org")],
    ["ada@example", expectedReason("Must be a valid email address")],
    ["a@example.org; b@example.org", expectedReason("Must be a valid email address")],
    [["number", "5"], expectedReason("Must be a valid email address")],
  ]);
  testConversions("json", [
    ['{"a": [1, {"b": null}]}', expectedValue({ a: [1, { b: null }] })],
    [' {"a": "{[\\"["} ', expectedValue({ a: '{["[' })],
    ["[1]", expectedReason("Must be a JSON object")],
    ["null", expectedReason("Must be a JSON object")],
    ["{a: 1}", expectedReason("Must be a JSON object")],
    ['{"a": "\\ud800"}', expectedReason("well-formed")],
    ['{"a": "\\\\ud800"}', expectedValue({ a: "\\ud800" })],
    ['{"a": "\\u0000"}', expectedReason("NUL")],
    [`{"a":${"[".repeat(65)}${"]".repeat(65)}}`, expectedReason("Nested too deeply")],
    [["number", "1"], expectedReason("Must be a JSON object")],
  ]);
});

describe("conventions inferred from samples", () => {
  const money = (...samples: Cell[]) => ({ field: buildField("money"), samples });
  const dates = (...samples: Cell[]) => ({ field: buildField("date"), samples });
  const seen = (...columns: { field: Field; samples: Cell[] }[]) => {
    const { decimal_mark, date_format } = inferConventions(columns, {});
    return [decimal_mark, date_format];
  };

  it.each<[string, ReturnType<typeof seen>, (string | undefined)[]]>([
    ["nothing tells", seen(money("1,234", "1.234", "5"), dates("03/04/2025", "05/05/2025")), [undefined, undefined]],
    ["both marks tell", seen(money("1,234", "1.234,56 €")), [",", undefined]],
    ["two decimals tell", seen(money("1,234", "12.50")), [".", undefined]],
    ["three groups tell", seen(money("1,234,567")), [".", undefined]],
    ["samples that disagree", seen(money("1,5"), money("1.5")), [undefined, undefined]],
    ["number cells tell nothing", seen(money(["number", "1.5"])), [undefined, undefined]],
    ["texts tell nothing", seen({ field: buildField("text"), samples: ["1,5", "25/12/2025"] }), [undefined, undefined]],
    ["a day above twelve in front", seen(dates("03/04/2025", "25/12/2025")), [undefined, "DD/MM/YYYY"]],
    ["a day above twelve in the middle", seen(dates("3/4/25", "12-25-25 10:00")), [undefined, "MM/DD/YYYY"]],
    ["days that disagree", seen(dates("25/12/2025", "12/25/2025")), [undefined, undefined]],
  ])("%s", (_, conventions, expected) => expect(conventions).toEqual(expected));

  it("are overridden by given ones", () => {
    const overrides = {
      decimal_mark: ".",
      date_format: "MM/DD/YYYY",
      timezone: "Asia/Tokyo",
      default_country: "JP",
      currency: "JPY",
    } as const;
    expect(inferConventions([money("1,5"), dates("25/12/2025")], overrides)).toEqual(overrides);
    expect(inferConventions([], {})).toEqual({ timezone: "UTC", default_country: "US" });
  });

  it("apply to ambiguous rows of the column", () => {
    const conventions = inferConventions([money("1,234", "999.50"), dates("03/04/2025", "31/01/2025")], {});
    expect(convert(buildField("money"), "1,234", conventions)).toEqual(expectedValue("1234.00"));
    expect(convert(buildField("date"), "03/04/2025", conventions)).toEqual(expectedValue("2025-04-03"));
  });
});

describe("values in any notation", () => {
  const days = fc
    .date({ min: new Date("1950-01-01"), max: new Date("2049-12-31"), noInvalidDate: true })
    .map((jsDate) => DateTime.fromJSDate(jsDate, { zone: "utc" }).startOf("day"));

  it("of money are read back in any convention", () => {
    const cents = fc.bigInt({ min: 0n, max: 999_999_999_999_999n });
    const groups = fc.constantFrom(["", "."], ["", ","], [",", "."], [".", ","], [" ", ","], ["'", "."], ["\u202f", ","]);
    const sides = fc.constantFrom(["", ""], ["$", ""], ["", " €"], ["EUR ", ""], ["", "\u00a0zł"], ["R$ ", ""]);
    fc.assert(
      fc.property(cents, groups, sides, fc.boolean(), (amount, [group = "", mark = "."], [before, after], hasDecimalMark) => {
        const expected = `${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`;
        const [integerPart = "", rest] = expected.split(".");
        const text = `${before}${integerPart.replace(/\B(?=(\d{3})+$)/g, group)}${mark}${rest}${after}`;
        const conventions = hasDecimalMark ? { ...plainConventions, decimal_mark: mark as "." } : plainConventions;
        expect(convert(buildField("money"), text, conventions)).toEqual({ value: expected });
        expect(money().parse(expected)).toBe(expected);
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 100, 500) },
    );
  });

  it("of a date are read back in any format", () => {
    const formats = [
      ...["DD.MM.YYYY", "MM/DD/YYYY", "D/M/YY", "D/M/YYYY", "M-D-YY", "YYYYMMDD", "DDMMYYYY", "MMDDYY", "YYYY-MM-DD", "YY/MM/DD"],
      ...["YYYY-DD-MM", "YYYY.MM.DD", "DD MMM YYYY", "MMMM D, YYYY"],
    ];
    const locales = ["en", "de", "fr", "es", "it", "pt", "nl", "pl"];
    fc.assert(
      fc.property(days, fc.constantFrom(...formats), fc.constantFrom(...locales), (day, date_format, locale) => {
        const tokens = date_format.replace(/D+/, (token) => token.toLowerCase()).replace(/Y+/, (token) => token.toLowerCase());
        const text = day.setLocale(locale).toFormat(tokens.replace("MMM", "LLL").replace("LLLM", "MMMM"));
        expect(convert(buildField("date"), text, { ...plainConventions, date_format }), text).toEqual({
          value: day.toISODate(),
        });
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 200, 1000) },
    );
  });

  it.each(["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv"])(
    "of a date with names of months and weekdays in %s are read back",
    (locale) => {
      const styles = [
        "d MMMM yyyy",
        "d. MMM yyyy",
        "cccc, d MMMM yyyy",
        "ccc d LLLL yyyy",
        "d-MMM-yy",
        "MMM d, yyyy",
        "DD",
        "DDDD",
      ];
      for (let day = DateTime.utc(2025); day.year === 2025; day = day.plus({ days: 1 })) {
        const dayTexts = styles.map((style) => day.setLocale(locale).toFormat(style));
        expect(dayTexts.map((text) => [text, convert(buildField("date"), text, plainConventions)])).toEqual(
          dayTexts.map((text) => [text, { value: day.toISODate() }]),
        );
      }
    },
  );

  it("of a date-time with an offset are read back", () => {
    const instants = fc.date({ min: new Date("1000-01-02"), max: new Date("9998-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, offset) => {
        const text = DateTime.fromJSDate(instant, { zone: FixedOffsetZone.instance(offset) }).toISO() ?? "";
        expect(convert(buildField("instant"), text, plainConventions)).toEqual({ value: instant.toISOString() });
      }),
    );
  });

  it("of a local time are read back as the first of two possible instants", () => {
    const instants = fc.date({ min: new Date("1900-01-02"), max: new Date("2099-01-01"), noInvalidDate: true });
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "UTC",
    );
    fc.assert(
      fc.property(instants, zones, (instant, timezone) => {
        const text = DateTime.fromJSDate(instant, { zone: timezone }).toFormat("yyyy-MM-dd HH:mm:ss.SSS");
        const converted = convert(buildField("instant"), text, { ...plainConventions, timezone });
        const read = DateTime.fromISO("value" in converted ? String(converted.value) : "", { zone: timezone });
        expect(read.toFormat("yyyy-MM-dd HH:mm:ss.SSS")).toBe(text);
        expect(read.toMillis()).toBe(Math.min(...read.getPossibleOffsets().map((offset) => offset.toMillis())));
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 100, 500) },
    );
  });

  it("never throw, and give a valid value or a reason", () => {
    const schemas: Partial<Record<FieldType, z.ZodType>> = {
      money: money(),
      date: date(),
      // The schema of the record checks the bounds of instants.
      instant: z.iso.datetime(),
      email: email(),
    };
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."0123456789.,'-+/()$€ :TZeE\"{}[];|@<>xmar") }),
      fc.constantFrom(
        "9".repeat(400),
        "{".repeat(100_000),
        '{"a'.repeat(50_000),
        '"'.repeat(50_000),
        " ,".repeat(50_000),
        "a@".repeat(50_000),
      ),
    );
    const types = fc.constantFrom("number", "boolean", "date", "error");
    const cells: fc.Arbitrary<Cell> = fc.oneof(texts, fc.tuple(types, texts) as fc.Arbitrary<Cell>);
    const formats = fc.constantFrom(undefined, "DD.MM.YYYY", "MM/DD/YY", "YYYYMMDD", "nonsense");
    const marks = fc.constantFrom(undefined, ".", ",");
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "Nowhere");
    fc.assert(
      fc.property(
        fc.constantFrom(...fieldTypes),
        cells,
        formats,
        marks,
        zones,
        (type, cell, date_format, decimal_mark, timezone) => {
          const conventions = { ...(date_format && { date_format }), ...(decimal_mark && { decimal_mark: decimal_mark as "." }) };
          const converted = convert(buildField(type), cell, { timezone, default_country: "US", ...conventions });
          if ("reason" in converted) expect(converted.reason).not.toBe("");
          else if (converted.value !== null) expect(schemas[type]?.safeParse(converted.value).success ?? true).toBe(true);
        },
      ),
      { numRuns: resolveTestSize("CRM_RUNS", 200, 5000) },
    );
  });
});
