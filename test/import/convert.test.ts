import { type Conventions, type Converted, conventionsOf, convert, isDateFormat } from "@crm/core/import/convert.rules.ts";
import { type Field, type FieldType, fieldTypes } from "@crm/core/kernel/field.ts";
import { date, email, instant, money } from "@crm/core/kernel/schema.ts";
import type { Cell } from "@crm/core/sheet/cell.ts";
import fc from "fast-check";
import { DateTime, FixedOffsetZone, Settings } from "luxon";
import { afterEach, describe, expect, it } from "vitest";
import type { ZodType } from "zod";
import { sizeFrom } from "../sample.ts";

const plain: Conventions = { timezone: "Europe/Berlin", default_country: "DE" };
const field = (type: FieldType, values?: readonly string[]): Field => ({
  name: type,
  label: type,
  type,
  required: false,
  ...(values && { values }),
});

/** A reason is known by some words of it. */
const reason = (words: string) => ({ reason: expect.stringContaining(words) as string });
const value = (wanted: unknown) => ({ value: wanted });

type Case = readonly [cell: Cell, wanted: Converted, conventions?: Partial<Conventions>];

/** Whatever stands in a table is converted as the table says. */
function table(type: FieldType, cases: readonly Case[], values?: readonly string[]): void {
  it.each(cases.map((each) => [each] as const))(`${type}: %j`, ([cell, wanted, conventions]) => {
    expect(convert(field(type, values), cell, { ...plain, ...conventions })).toEqual(wanted);
  });
}

const comma = { decimal_mark: "," } as const;
const point = { decimal_mark: "." } as const;

describe("money", () => {
  table("money", [
    ["1234.56", value("1234.56")],
    ["1234,56", value("1234.56")],
    ["1.234,56 €", value("1234.56")],
    ["€ 1.234,56", value("1234.56")],
    ["€1,234.56", value("1234.56")],
    ["$1,234.56", value("1234.56")],
    ["US$ 1,234.56", value("1234.56")],
    ["1,234.56 USD", value("1234.56")],
    ["CHF 1'234.56", value("1234.56")],
    ["Fr. 1’234.50", value("1234.50")],
    ["1 234,56", value("1234.56")],
    ["1\u00a0234,56\u00a0zł", value("1234.56")],
    ["1\u202f234\u202f567,8 €", value("1234567.80")],
    ["R$ 1.234.567,89", value("1234567.89")],
    ["Rs.500", value("500.00")],
    ["₹12,34,567.00", value("1234567.00")],
    ["￥１２３４", value("1234.00")],
    ["50,- €", value("50.00")],
    ["50.–", value("50.00")],
    ["0", value("0.00")],
    ["0012.5", value("12.50")],
    [".5", value("0.50")],
    ["12,5", value("12.50"), comma],
    ["12,5", reason("decimals"), point],
    ["1234.50", reason("decimals"), comma],
    ["1,234", value("1234.00"), point],
    ["1,234", reason("two decimal places"), comma],
    ["1.234", value("1234.00"), comma],
    ["1,234", reason('"1,234" can be 1234 or 1.234')],
    ["1,234,567", value("1234567.00")],
    ["1.234.567", value("1234567.00")],
    ["1,234,567", reason("decimals"), comma],
    ["1,23,4", reason("Not an amount")],
    ["1.234,56.7", reason("Not an amount")],
    ["12 34", reason("Not an amount")],
    ["1234.500", value("1234.50")],
    ["1.239", reason("two decimal places"), point],
    ["(5.00)", reason("negative")],
    ["-5", reason("negative")],
    ["5.00-", reason("negative")],
    ["−5", reason("negative")],
    ["-0.00", value("0.00")],
    ["+5", value("5.00")],
    ["--5", reason("Not an amount")],
    ["(5", reason("Not an amount")],
    ["12345678901234", reason("Too large")],
    ["1234567890123", value("1234567890123.00")],
    ["10k", reason("Not an amount")],
    ["5²", reason("Not an amount")],
    ["12 %", reason("Not an amount")],
    ["5 constructor", reason("Not an amount"), { currency: "USD" }],
    ["ask me", reason("Not an amount")],
    ["5 €", reason("Is in EUR, not in USD"), { currency: "USD" }],
    ["5 £", reason("not in USD"), { currency: "USD" }],
    ["$5", value("5.00"), { currency: "CAD" }],
    ["5 EUR", value("5.00"), { currency: "EUR" }],
    ["", value(null)],
    [" \u00a0 ", value(null)],
    [["number", "1234.5"], value("1234.50"), comma],
    [["number", "19.989999999999998"], value("19.99")],
    [["number", "1.2E+3"], value("1200.00")],
    [["number", "12.345"], reason("two decimal places")],
    [["number", "1e999"], reason("Not an amount")],
    [["boolean", "true"], reason("boolean")],
    [["date", "2025-03-05"], reason("date")],
    [["error", "#DIV/0!"], reason("#DIV/0!")],
  ]);
});

describe("whole and other numbers", () => {
  table("integer", [
    ["12", value(12)],
    ["-12", value(-12)],
    ["12.0", value(12)],
    ["1,000", value(1000), point],
    ["1.000", value(1000), comma],
    ["1.000", value(1), point],
    ["1.000", reason("can be 1000 or 1: say decimal_mark")],
    ["10 000", value(10_000)],
    ["12.5", reason("whole")],
    ["9007199254740993", reason("Too large")],
    ["12 €", reason("Not a number")],
    ["1-2", reason("Not a number")],
    [["number", "2822"], value(2822)],
    [["number", "2.822E3"], value(2822)],
    [["number", "1.5"], reason("whole")],
    [["date", "2025-03-05"], reason("date")],
  ]);
  table("number", [
    ["1.5", value(1.5)],
    ["1,5", value(1.5)],
    ["-0,25", value(-0.25)],
    ["0.125", value(0.125)],
    ["1234.567", value(1234.567)],
    ["1 234,567", value(1234.567)],
    ["1.5E+3", value(1500)],
    ["1e-5", value(0.00001)],
    ["1e999", reason("Too large")],
    ["0x10", reason("Not a number")],
    ["Infinity", reason("Not a number")],
    ["NaN", reason("Not a number")],
    ["12.5%", reason("Not a number")],
    [["number", "0.30000000000000004"], value(0.3)],
    [["number", "-1.5E-7"], value(-0.00000015)],
  ]);
});

describe("dates", () => {
  const german = { date_format: "DD.MM.YYYY" };
  const us = { date_format: "MM/DD/YYYY" };
  table("date", [
    ["2025-03-05", value("2025-03-05")],
    ["2025/3/5", value("2025-03-05")],
    ["20250305", value("2025-03-05")],
    ["05.03.2025", value("2025-03-05")],
    ["5. 3. 2025", value("2025-03-05")],
    ["5.3.25", value("2025-03-05")],
    ["5.3.50", value("1950-03-05")],
    ["05.03.2025", value("2025-03-05"), german],
    ["03/04/2025", value("2025-04-03"), german],
    ["03/04/2025", value("2025-03-04"), us],
    ["2025-03-05", value("2025-03-05"), us],
    ["3/4/25", value("2025-04-03"), { date_format: "D/M/YY" }],
    ["25-03-04", value("2025-03-04"), { date_format: "YY-MM-DD" }],
    ["2025-04-03", value("2025-03-04"), { date_format: "YYYY-DD-MM" }],
    ["05032025", value("2025-03-05"), { date_format: "DDMMYYYY" }],
    ["050325", value("2025-03-05"), { date_format: "ddmmyy" }],
    ["20250305", value("2025-03-05"), german],
    ["03/04/2025", value("2025-04-03"), { date_format: "dd/MM/yyyy HH:mm" }],
    ["03/04/2025", reason("2025-04-03 or 2025-03-04: say date_format")],
    ["3-4-25", reason("say date_format")],
    ["25-03-04", reason("say date_format")],
    ["25/12/2025", value("2025-12-25")],
    ["12/25/2025", value("2025-12-25")],
    ["05/05/2025", value("2025-05-05")],
    ["25/12/2025", reason("Not a date written MM/DD/YYYY"), us],
    ["12/25/2025", reason("Not a date written DD.MM.YYYY"), german],
    ["2025-03-05", reason("none such as DD.MM.YYYY"), { date_format: "someday" }],
    ["31.02.2025", reason("No such day")],
    ["2025-02-29", reason("No such day")],
    ["2024-02-29", value("2024-02-29")],
    ["2025-13-01", reason("No such day")],
    ["0000-01-01", reason("No such day")],
    ["5 Mar 2025", value("2025-03-05")],
    ["5-Mar-25", value("2025-03-05")],
    ["Mar 5, 2025", value("2025-03-05")],
    ["March 5th, 2025", value("2025-03-05")],
    ["the 1st of May 2025", value("2025-05-01")],
    ["Wed, 5 Mar 2025", value("2025-03-05")],
    ["Mar 5 25", value("2025-03-05")],
    ["2025-Mar-05", value("2025-03-05")],
    ["5. März 2025", value("2025-03-05")],
    ["Mittwoch, 5. März 2025", value("2025-03-05")],
    ["31. Dez. 2025", value("2025-12-31")],
    ["1. Jänner 2025", value("2025-01-01")],
    ["1er août 2025", value("2025-08-01")],
    ["mardi 4 mars 2025", value("2025-03-04")],
    ["14 févr. 2025", value("2025-02-14")],
    ["5 de marzo de 2025", value("2025-03-05")],
    ["miércoles, 5 de marzo de 2025", value("2025-03-05")],
    ["9 ene 2025", value("2025-01-09")],
    ["20 settembre 2025", value("2025-09-20")],
    ["3 giugno 2025", value("2025-06-03")],
    ["1º de março de 2025", value("2025-03-01")],
    ["7 set 2025", value("2025-09-07")],
    ["5 mrt 2025", value("2025-03-05")],
    ["30 mei 2025", value("2025-05-30")],
    ["11 listopada 2025", value("2025-11-11")],
    ["3 paź 2025", value("2025-10-03")],
    ["25 lip 2025", value("2025-07-25")],
    ["2025年3月5日", value("2025-03-05")],
    ["30 Feb 2025", reason("No such day")],
    ["5 jui 2025", reason("Not a date")],
    ["Mar 2025", reason("Not a date")],
    ["soon", reason("Not a date")],
    ["12:30", reason("Not a date")],
    ["2025", reason("Not a date")],
    ["45721", reason("Not a date")],
    ["2025-03-05T23:30:00-05:00", value("2025-03-05")],
    ["05.03.2025 14:30", value("2025-03-05")],
    ["05.03.2025 25:30", reason("time of day")],
    [["number", "45721"], value("2025-03-05")],
    [["number", "45721.75"], value("2025-03-05")],
    [["number", "1"], value("1900-01-01")],
    [["number", "59"], value("1900-02-28")],
    [["number", "60"], reason("Not a date")],
    [["number", "61"], value("1900-03-01")],
    [["number", "2958465"], value("9999-12-31")],
    [["number", "2958466"], reason("Not a date")],
    [["number", "-1"], reason("Not a date")],
    [["number", "2025"], reason("2025 is a year")],
    [["number", "20250305"], value("2025-03-05")],
    [["date", "2025-03-05"], value("2025-03-05")],
    [["date", "2025-03-05T00:00:00"], value("2025-03-05")],
    [["boolean", "true"], reason("boolean")],
  ]);

  it.each(["DD.MM.YYYY", "MM/DD/YYYY", "D/M/YY", "YYYYMMDD", "yyyy-mm-dd", "dd MMM yyyy", "DD/MM/YYYY HH:mm:ss"])(
    "%s is a format of dates",
    (format) => expect(isDateFormat(format)).toBe(true),
  );
  it.each(["", "DD.MM", "MM.MM.YYYY", "YYYY", "DYM", "%d/%m/%Y", "D".repeat(1000), "MM/YYYY/DD"])("%s is none", (format) =>
    expect(isDateFormat(format)).toBe(false),
  );
});

describe("instants", () => {
  const utc = { timezone: "UTC" };
  table("instant", [
    ["2025-03-05T10:00:00Z", value("2025-03-05T10:00:00.000Z")],
    ["2025-03-05T10:00:00.123456+01:00", value("2025-03-05T09:00:00.123Z")],
    ["2025-03-05 10:00:00+0530", value("2025-03-05T04:30:00.000Z")],
    ["2025-03-05 10:00 -05", value("2025-03-05T15:00:00.000Z")],
    ["2025-03-05 10:00 UTC", value("2025-03-05T10:00:00.000Z")],
    ["2025-03-05 10:00", value("2025-03-05T09:00:00.000Z")],
    ["2025-07-05 10:00", value("2025-07-05T08:00:00.000Z")],
    ["2025-07-05 10:00", value("2025-07-05T10:00:00.000Z"), utc],
    ["2025-07-05", value("2025-07-04T22:00:00.000Z")],
    ["05.03.2025, 14:30:15", value("2025-03-05T13:30:15.000Z")],
    ["5 Mar 2025 2:30 PM", value("2025-03-05T13:30:00.000Z")],
    ["25/12/2025 12:00 a.m.", value("2025-12-24T23:00:00.000Z")],
    ["25/12/2025 12:00 pm", value("2025-12-25T11:00:00.000Z")],
    ["2025-03-05 13:00 pm", reason("time of day")],
    ["2025-03-05 10:60", reason("time of day")],
    ["2025-03-05 24:00", reason("time of day")],
    ["03/04/2025 10:00", reason("say date_format")],
    ["10:00", reason("Not a date")],
    // 30 March 2025 has no 02:30 in Berlin, and 26 October has two.
    ["2025-03-30 02:30", value("2025-03-30T01:30:00.000Z")],
    ["2025-10-26 02:30", value("2025-10-26T00:30:00.000Z")],
    ["9999-12-31T23:00:00-05:00", reason("No such time")],
    ["2025-03-05T10:00:00+25:00", reason("No such time")],
    ["0050-03-05T10:00:00Z", value("0050-03-05T10:00:00.000Z")],
    ["2025-04-06 01:45", value("2025-04-05T14:45:00.000Z"), { timezone: "Australia/Lord_Howe" }],
    ["2011-12-30 12:00", value("2011-12-30T22:00:00.000Z"), { timezone: "Pacific/Apia" }],
    ["2025-03-05 10:00", reason("No such time in Nowhere"), { timezone: "Nowhere" }],
    [["number", "45721.5"], value("2025-03-05T11:00:00.000Z")],
    [["number", "45721.333333333336"], value("2025-03-05T07:00:00.000Z")],
    [["date", "2025-03-05T10:00:00"], value("2025-03-05T09:00:00.000Z")],
    [["date", "2025-03-05"], value("2025-03-04T23:00:00.000Z")],
  ]);

  describe("do not depend on the season in which they are read", () => {
    afterEach(() => {
      Settings.now = () => Date.now();
    });
    it.each(["2025-01-15", "2025-07-15"])("%s", (today) => {
      Settings.now = () => Date.parse(today);
      expect(convert(field("instant"), "2025-10-26 02:30", plain)).toEqual(value("2025-10-26T00:30:00.000Z"));
      expect(convert(field("instant"), "2025-03-30 02:30", plain)).toEqual(value("2025-03-30T01:30:00.000Z"));
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
  table("boolean", [
    ...yes.map((cell): Case => [cell, value(true)]),
    ...no.map((cell): Case => [cell, value(false)]),
    ["perhaps", reason("Neither yes nor no")],
    ["2", reason("Neither yes nor no")],
    ["", value(null)],
    [["boolean", "true"], value(true)],
    [["boolean", "FALSE"], value(false)],
    [["boolean", "0"], value(false)],
    [["number", "1"], value(true)],
    [["number", "1.5"], reason("Neither yes nor no")],
    [["date", "2025-03-05"], reason("Neither yes nor no")],
  ]);
});

describe("choices", () => {
  const values = ["LOW", "MEDIUM", "VERY_HIGH", "Größer als 10"];
  table(
    "choice",
    [
      ["LOW", value("LOW")],
      [" low ", value("LOW")],
      ["Very High", value("VERY_HIGH")],
      ["very-high", value("VERY_HIGH")],
      ["grosser als 10", value("Größer als 10")],
      ["hi", reason("None of LOW, MEDIUM, VERY_HIGH")],
      ["", value(null)],
    ],
    values,
  );
  table(
    "choices",
    [
      ["low; very high", value(["LOW", "VERY_HIGH"])],
      ["low; Low", value(["LOW"])],
      ["low; huge", reason("None of LOW")],
    ],
    values,
  );
  table("choices", [
    ["a, b,c", value(["a", "b", "c"])],
    ["a;b ; ;c;", value(["a", "b", "c"])],
    ["a|b", value(["a", "b"])],
    ["Smith, Ltd; Jones", value(["Smith, Ltd", "Jones"])],
    ['"Smith; Ltd", Jones', value(["Smith; Ltd", "Jones"])],
    ['"say ""hi"", please", b', value(['say "hi", please', "b"])],
    ['6" pipe, hose', value(['6" pipe', "hose"])],
    ['"never closed, b', value(['"never closed', "b"])],
    ["one", value(["one"])],
    ["a, a", value(["a"])],
    [" ; ", value(null)],
    ["", value(null)],
    [["number", "7"], value(["7"])],
  ]);
});

describe("text and what is kept as text", () => {
  table("text", [
    ["  Ada ", value("Ada")],
    ["=1+1", value("=1+1")],
    ["@SUM(A1)", value("@SUM(A1)")],
    ["-5", value("-5")],
    ['="0151"', value('="0151"')],
    ["  one\n  two\n", value("  one\n  two\n")],
    ["Ada\n", value("Ada")],
    ["007", value("007")],
    ["\ud83d", reason("well-formed")],
    ["a\0b", reason("NUL")],
    ["👩‍🚀", value("👩‍🚀")],
    [["number", "491512345678"], value("491512345678")],
    [["number", "4.91512345678E+11"], value("491512345678")],
    [["number", "4.91512345678E11"], value("491512345678")],
    [["number", "12345678901234567890"], value("12345678901234567890")],
    [["number", "1E-7"], value("0.0000001")],
    [["number", "-1.50"], value("-1.5")],
    [["number", "1.5E+20"], value("150000000000000000000")],
    [["date", "2025-03-05"], value("2025-03-05")],
    [["date", "2025-03-05T00:00:00.000"], value("2025-03-05")],
    [["date", "2025-03-05T10:15:00"], value("2025-03-05T10:15:00")],
    [["boolean", "1"], value("true")],
    [["boolean", "FALSE"], value("false")],
    [["error", "#REF!"], reason("#REF!")],
  ]);
  table("master", [
    [" Web Site ", value("Web Site")],
    [["number", "7"], value("7")],
  ]);
  table("reference", [[" usr_1 ", value("usr_1")]]);
  table("url", [[" https://example.org/a?b=c ", value("https://example.org/a?b=c")]]);
  table("phone", [
    [" +49 (0)151 / 234 ", value("+49 (0)151 / 234")],
    ["+1-395-557-1028x208", value("+1-395-557-1028x208")],
    [["number", "491512345678"], value("491512345678")],
    [["number", "1.51234567E8"], value("151234567")],
    ["4,91512E+11", reason("rounded by a spreadsheet")],
  ]);
  table("email", [
    [" ada@example.org ", value("ada@example.org")],
    ["Ada Lovelace <ada@example.org>", value("ada@example.org")],
    ['"Lovelace, Ada" <Ada@example.org>', value("Ada@example.org")],
    ["mailto:ada@example.org", value("ada@example.org")],
    ["MAILTO:ada@example.org?subject=Hi", value("ada@example.org")],
    ["<mailto:ada@example.org>", value("ada@example.org")],
    ["ada@example", reason("Not an email address")],
    ["a@example.org; b@example.org", reason("Not an email address")],
    [["number", "5"], reason("Not an email address")],
  ]);
  table("json", [
    ['{"a": [1, {"b": null}]}', value({ a: [1, { b: null }] })],
    [' {"a": "{[\\"["} ', value({ a: '{["[' })],
    ["[1]", reason("Not a JSON object")],
    ["null", reason("Not a JSON object")],
    ["{a: 1}", reason("Not a JSON object")],
    ['{"a": "\\ud800"}', reason("well-formed")],
    ['{"a": "\\\\ud800"}', value({ a: "\\ud800" })],
    ['{"a": "\\u0000"}', reason("well-formed")],
    [`{"a":${"[".repeat(65)}${"]".repeat(65)}}`, reason("Nested too deeply")],
    [["number", "1"], reason("Not a JSON object")],
  ]);
});

describe("conventions are seen in samples", () => {
  const money = (...samples: Cell[]) => ({ field: field("money"), samples });
  const dates = (...samples: Cell[]) => ({ field: field("date"), samples });
  const seen = (...columns: { field: Field; samples: Cell[] }[]) => {
    const { decimal_mark, date_format } = conventionsOf(columns, {});
    return [decimal_mark, date_format];
  };

  it.each<[string, ReturnType<typeof seen>, (string | undefined)[]]>([
    ["nothing tells", seen(money("1,234", "1.234", "5"), dates("03/04/2025", "05/05/2025")), [undefined, undefined]],
    ["both marks tell", seen(money("1,234", "1.234,56 €")), [",", undefined]],
    ["two decimals tell", seen(money("1,234", "12.50")), [".", undefined]],
    ["three groups tell", seen(money("1,234,567")), [".", undefined]],
    ["samples that disagree", seen(money("1,5"), money("1.5")), [undefined, undefined]],
    ["number cells tell nothing", seen(money(["number", "1.5"])), [undefined, undefined]],
    ["texts tell nothing", seen({ field: field("text"), samples: ["1,5", "25/12/2025"] }), [undefined, undefined]],
    ["a day above twelve in front", seen(dates("03/04/2025", "25/12/2025")), [undefined, "DD/MM/YYYY"]],
    ["a day above twelve in the middle", seen(dates("3/4/25", "12-25-25 10:00")), [undefined, "MM/DD/YYYY"]],
    ["days that disagree", seen(dates("25/12/2025", "12/25/2025")), [undefined, undefined]],
  ])("%s", (_, conventions, wanted) => expect(conventions).toEqual(wanted));

  it("and what was given stands above them", () => {
    const given = {
      decimal_mark: ".",
      date_format: "MM/DD/YYYY",
      timezone: "Asia/Tokyo",
      default_country: "JP",
      currency: "JPY",
    } as const;
    expect(conventionsOf([money("1,5"), dates("25/12/2025")], given)).toEqual(given);
    expect(conventionsOf([], {})).toEqual({ timezone: "UTC", default_country: "US" });
  });

  it("so that other rows of the column read what can be read in two ways", () => {
    const conventions = conventionsOf([money("1,234", "999.50"), dates("03/04/2025", "31/01/2025")], {});
    expect(convert(field("money"), "1,234", conventions)).toEqual(value("1234.00"));
    expect(convert(field("date"), "03/04/2025", conventions)).toEqual(value("2025-04-03"));
  });
});

describe("whatever is written", () => {
  const days = fc
    .date({ min: new Date("1950-01-01"), max: new Date("2049-12-31"), noInvalidDate: true })
    .map((at) => DateTime.fromJSDate(at, { zone: "utc" }).startOf("day"));

  it("in money, in any convention, reads back", () => {
    const cents = fc.bigInt({ min: 0n, max: 999_999_999_999_999n });
    const groups = fc.constantFrom(["", "."], ["", ","], [",", "."], [".", ","], [" ", ","], ["'", "."], ["\u202f", ","]);
    const sides = fc.constantFrom(["", ""], ["$", ""], ["", " €"], ["EUR ", ""], ["", "\u00a0zł"], ["R$ ", ""]);
    fc.assert(
      fc.property(cents, groups, sides, fc.boolean(), (amount, [group = "", mark = "."], [before, after], told) => {
        const wanted = `${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`;
        const [whole = "", rest] = wanted.split(".");
        const written = `${before}${whole.replace(/\B(?=(\d{3})+$)/g, group)}${mark}${rest}${after}`;
        const conventions = told ? { ...plain, decimal_mark: mark as "." } : plain;
        expect(convert(field("money"), written, conventions)).toEqual({ value: wanted });
        expect(money().parse(wanted)).toBe(wanted);
      }),
      { numRuns: sizeFrom("CRM_RUNS", 100, 500) },
    );
  });

  it("as a date, in any format, reads back", () => {
    const formats = [
      ...["DD.MM.YYYY", "MM/DD/YYYY", "D/M/YY", "D/M/YYYY", "M-D-YY", "YYYYMMDD", "DDMMYYYY", "MMDDYY", "YYYY-MM-DD", "YY/MM/DD"],
      ...["YYYY-DD-MM", "YYYY.MM.DD", "DD MMM YYYY", "MMMM D, YYYY"],
    ];
    const locales = ["en", "de", "fr", "es", "it", "pt", "nl", "pl"];
    fc.assert(
      fc.property(days, fc.constantFrom(...formats), fc.constantFrom(...locales), (day, date_format, locale) => {
        const tokens = date_format.replace(/D+/, (token) => token.toLowerCase()).replace(/Y+/, (token) => token.toLowerCase());
        const written = day.setLocale(locale).toFormat(tokens.replace("MMM", "LLL").replace("LLLM", "MMMM"));
        expect(convert(field("date"), written, { ...plain, date_format }), written).toEqual({ value: day.toISODate() });
      }),
      { numRuns: sizeFrom("CRM_RUNS", 200, 1000) },
    );
  });

  it.each(["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv"])(
    "as a date with names of month and weekday in %s, reads back",
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
        const written = styles.map((style) => day.setLocale(locale).toFormat(style));
        expect(written.map((text) => [text, convert(field("date"), text, plain)])).toEqual(
          written.map((text) => [text, { value: day.toISODate() }]),
        );
      }
    },
  );

  it("as an instant with an offset reads back", () => {
    const at = fc.date({ min: new Date("1000-01-02"), max: new Date("9998-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(at, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, offset) => {
        const written = DateTime.fromJSDate(instant, { zone: FixedOffsetZone.instance(offset) }).toISO() ?? "";
        expect(convert(field("instant"), written, plain)).toEqual({ value: instant.toISOString() });
      }),
    );
  });

  it("as a local time reads back as that time, the first of two", () => {
    const at = fc.date({ min: new Date("1900-01-02"), max: new Date("2099-01-01"), noInvalidDate: true });
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "UTC",
    );
    fc.assert(
      fc.property(at, zones, (instant, timezone) => {
        const written = DateTime.fromJSDate(instant, { zone: timezone }).toFormat("yyyy-MM-dd HH:mm:ss.SSS");
        const converted = convert(field("instant"), written, { ...plain, timezone });
        const read = DateTime.fromISO("value" in converted ? String(converted.value) : "", { zone: timezone });
        expect(read.toFormat("yyyy-MM-dd HH:mm:ss.SSS")).toBe(written);
        expect(read.toMillis()).toBe(Math.min(...read.getPossibleOffsets().map((each) => each.toMillis())));
      }),
      { numRuns: sizeFrom("CRM_RUNS", 100, 500) },
    );
  });

  it("never throws, and gives what the schema takes or a reason", () => {
    const schemas: Partial<Record<FieldType, ZodType>> = {
      money: money(),
      date: date(),
      instant: instant(),
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
          const said = { ...(date_format && { date_format }), ...(decimal_mark && { decimal_mark: decimal_mark as "." }) };
          const converted = convert(field(type), cell, { timezone, default_country: "US", ...said });
          if ("reason" in converted) expect(converted.reason).not.toBe("");
          else if (converted.value !== null) expect(schemas[type]?.safeParse(converted.value).success ?? true).toBe(true);
        },
      ),
      { numRuns: sizeFrom("CRM_RUNS", 200, 5000) },
    );
  });
});
