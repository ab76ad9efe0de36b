import { readFileSync } from "node:fs";
import { type CellType, createCellWriter, isFixedCell, isNumericCell } from "@crm/core/analytics/report/cell-text.rules.ts";
import { divideWidth, needsMoreThan } from "@crm/core/analytics/report/column-width.rules.ts";
import { describeConditions, listConditions } from "@crm/core/analytics/report/condition-text.rules.ts";
import { translationsFor } from "@crm/core/analytics/report/i18n.ts";
import { drawReportChart, PAPER_THEME, type ReportTable } from "@crm/core/analytics/report/report-chart.rules.ts";
import { writeRunDocument } from "@crm/core/analytics/report/run-document.ts";
import { languages } from "@crm/core/kernel/language.ts";
import type { OutputCell } from "@crm/core/lib/spreadsheet/table-writer.ts";
import type { WhereClause } from "@crm/core/storage/read/where-clause.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

const writer = (language: string, timezone = "Europe/Berlin") => createCellWriter(language, timezone, translationsFor(language));

describe("the text of a cell", () => {
  it.each<[string, OutputCell, CellType, string]>([
    ["en", "1234.50", { type: "money", currency: "EUR" }, "€1,234.50"],
    ["de", "-99999999999.99", { type: "money", currency: "EUR" }, "-99.999.999.999,99 €"],
    ["de", "12345678901234567.89", { type: "money", currency: "EUR" }, "12.345.678.901.234.567,89 €"],
    ["ja", "1200", { type: "money", currency: "JPY" }, "￥1,200"],
    ["de", "1200.50", { type: "money" }, "1.200,50"],
    ["de", 0.5, { type: "number" }, "0,5"],
    ["fr", "66.67", { type: "percent" }, "66,67 %"],
    ["de", "2026-11", { type: "period", by: "month" }, "November 2026"],
    ["ja", "2026-11", { type: "period", by: "month" }, "2026年11月"],
    ["en", "2026-Q4", { type: "period", by: "quarter" }, "2026-Q4"],
    ["en", "2026-W48", { type: "period", by: "week" }, "2026-W48"],
    ["en", "2026-11-23", { type: "period", by: "day" }, "Nov 23, 2026"],
    ["de", "9999-12-31", { type: "date" }, "31.12.9999"],
    ["de", "2026-07-01T22:30:00.000Z", { type: "instant" }, "02.07.2026, 00:30"],
    ["de", true, { type: "boolean" }, "Ja"],
    ["ar", false, { type: "boolean" }, "لا"],
    ["en", "=1+1", { type: "text" }, "=1+1"],
    ["en", null, { type: "money", currency: "EUR" }, "–"],
    ["en", "", { type: "text" }, "–"],
    ["en", "many", { type: "number" }, "many"],
  ])("%s: %j is as the language writes it", (language, cell, type, text) => {
    expect(
      writer(language)
        .write(cell, type)
        .replaceAll(/[\u00a0\u202f]/g, " "),
    ).toBe(text);
  });

  it("tells numbers, which are on the right, and texts, which may break", () => {
    const types = ["money", "count", "date", "instant", "text", "period"] as const;
    expect(types.map((type) => [isNumericCell({ type }), isFixedCell({ type })])).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  it("has words in each language", () => {
    const names = Object.keys(translationsFor("en")).sort();
    for (const language of languages) {
      const words = translationsFor(language);
      expect(Object.keys(words).sort()).toEqual(names);
      expect(Object.values(words).every((word) => word.length > 0)).toBe(true);
      expect(words.chart_part).toMatch(/\{shown\}.*\{count\}|\{count\}.*\{shown\}/);
    }
  });
});

describe("the widths of columns", () => {
  const text = (letters: number, head = "Name") => ({ head, texts: ["x".repeat(letters)], isFixed: false });
  const number = (letters: number, head = "n") => ({ head, texts: ["9".repeat(letters)], isFixed: true });

  it.each([
    ["a long text and a number", [text(80), number(10)], 480],
    ["numbers alone", [number(3), number(12)], 480],
    ["more than there is room", Array.from({ length: 12 }, () => number(20)), 480],
    ["empty columns", [{ head: "", texts: [], isFixed: false }], 300],
  ])("of %s fill the table", (_, columns, width) => {
    const widths = divideWidth(columns, width);
    expect(widths.reduce((sum, part) => sum + part, 0)).toBeCloseTo(width);
    expect(widths.every((part) => part > 0)).toBe(true);
  });

  it("leave numbers whole, and heads too", () => {
    const [name = 0, amount = 0] = divideWidth([text(200), number(18, "Expected revenue")], 300);
    expect(amount).toBeGreaterThan(18 * 5);
    expect(name).toBeGreaterThan(amount);
  });

  it.each([
    [[text(10), number(8)], false],
    [[text(200), number(18), number(18)], false],
    [Array.from({ length: 6 }, () => number(18)), true],
    [[text(30), text(30), text(30), text(30)], true],
  ])("decide how the paper lies", (columns, isWide) => {
    expect(needsMoreThan(columns, 440)).toBe(isWide);
  });
});

describe("conditions in words", () => {
  const leaf = (field: string, operator: string, given: unknown) =>
    ({ parameter: {}, typed: [field, operator, given], path: [], value: given }) as unknown as WhereClause;
  const names = { label: (field: string) => field.toUpperCase(), value: (_: string, value: string) => `‹${value}›` };

  it.each<[string, WhereClause, string[]]>([
    ["a value", leaf("a", "eq", "x"), ["A = ‹x›"]],
    ["a list", leaf("a", "in", ["x", "y"]), ["A = ‹x›, ‹y›"]],
    ["no value", leaf("a", "is_null", true), ["A is empty"]],
    ["any value", leaf("a", "is_null", "false"), ["A is not empty"]],
    ["a beginning", leaf("a", "prefix", "x"), ["A begins with “‹x›”"]],
    ["a part of a list", leaf("a", "has", "x"), ["A contains “‹x›”"]],
    ["a part of a text", leaf("a", "contains", "x"), ["A contains “‹x›”"]],
    ["without a part", leaf("a", "not_contains", "x"), ["A does not contain “‹x›”"]],
    ["none of a list", leaf("a", "not_in", ["x", "y"]), ["A ≠ ‹x›, ‹y›"]],
    ["yes", leaf("a", "ne", true), ["A ≠ Yes"]],
    ["several that must all hold", { and: [leaf("a", "gte", 1), leaf("a", "lt", 9)] }, ["A ≥ ‹1›", "A < ‹9›"]],
    [
      "one of several",
      { or: [leaf("a", "gt", 1), { and: [leaf("b", "lte", 2), leaf("c", "eq", 3)] }] },
      ["A > ‹1› or (B ≤ ‹2› and C = ‹3›)"],
    ],
  ])("name %s", (_, where, texts) => {
    expect(describeConditions(where, names, translationsFor("en"))).toEqual(texts);
  });

  it("are all listed", () => {
    const where = { or: [leaf("a", "gt", 1), { and: [leaf("b", "lte", 2), leaf("c", "eq", 3)] }] };
    expect(listConditions(where).map(({ typed: [field] }) => field)).toEqual(["a", "b", "c"]);
  });
});

describe("the chart of a report", () => {
  const columns: ReportTable["columns"] = [
    { name: "stage", label: "Stage", isGroup: true, cell: { type: "text" } },
    { name: "day.month", label: "Day", isGroup: true, cell: { type: "period", by: "month" } },
    { name: "n", label: "N", isGroup: false, cell: { type: "count" } },
    { name: "last", label: "Last", isGroup: false, cell: { type: "date" } },
    { name: "won", label: "Won", isGroup: false, cell: { type: "money", currency: "EUR" } },
  ];
  const rows: ReportTable["rows"] = [
    ["New", "2026-01", 3, "2026-01-02", "10.00"],
    ["New", "2026-02", 1, "2026-02-02", "5.00"],
    ["Old", "2026-01", 2, null, null],
  ];
  const place = { title: "T", width: 480, direction: "ltr", otherLabel: "Other" } as const;
  type Chart = Parameters<typeof drawReportChart>[0];
  const draw = (definition: Chart, table: ReportTable = { columns, rows }) =>
    drawReportChart(definition, table, writer("en"), place);
  const listMarks = (drawn: ReturnType<typeof draw>) =>
    (drawn?.picture.children ?? []).flatMap((child) => {
      if (typeof child === "string" || !("data-row" in child.attributes)) return [];
      const [title] = child.children;
      return typeof title === "object" ? title.children.join("") : [];
    });

  it.each<[string, Chart, string[]]>([
    [
      "each row with all numbers",
      { kind: "stacked" },
      [
        "New · January 2026, N: 3",
        "New · February 2026, N: 1",
        "Old · January 2026, N: 2",
        "New · January 2026, Won: 10",
        "New · February 2026, Won: 5",
      ],
    ],
    [
      "the named grouping first",
      { kind: "bar", category: "day.month", series: ["won"] },
      ["January 2026 · New, Won: €10.00", "February 2026 · New, Won: €5.00"],
    ],
    [
      "a split as series",
      { kind: "line", category: "day.month", split: "stage", series: ["n"] },
      ["January 2026, New: 3", "February 2026, New: 1", "January 2026, Old: 2"],
    ],
  ])("shows %s", (_, definition, marks) => {
    expect(listMarks(draw(definition))).toEqual(marks);
  });

  it("keeps both values of two groups with the same name", () => {
    const twice: ReportTable["rows"] = [rows[0] ?? [], rows[0] ?? []];
    expect(listMarks(draw({ kind: "bar", split: "stage", series: ["n"] }, { columns, rows: twice }))).toHaveLength(2);
  });

  it.each<[string, ReportTable]>([
    ["groupings", { columns: columns.slice(2), rows: [[1, null, "2"]] }],
    ["numbers", { columns: columns.slice(0, 2), rows: [["New", "2026-01"]] }],
    ["rows", { columns, rows: [] }],
  ])("is left out without %s", (_, table) => {
    expect(draw({ kind: "bar" }, table)).toBeUndefined();
  });

  it.each([
    ["funnel", 30],
    ["line", 400],
    ["donut", 500],
  ] as const)("says how many rows a %s shows", (kind, shown) => {
    const many = Array.from({ length: 500 }, (_, index) => [`Stage ${index}`, "2026-01", index, null, null]);
    expect(draw({ kind, series: ["n"] }, { columns, rows: many })).toMatchObject({ shown, count: 500 });
  });

  it("has the colors of the console", () => {
    const sheet = readFileSync("packages/console/src/theme.css", "utf8");
    const read = (name: string) => new RegExp(`--color-chart-${name}: light-dark\\((#\\w+),`).exec(sheet)?.[1];
    expect([...PAPER_THEME.series, PAPER_THEME.other]).toEqual(["1", "2", "3", "4", "5", "6", "other"].map(read));
  });
});

describe("a PDF", () => {
  it("of too many rows is refused, and names the other formats", async () => {
    async function* none(): AsyncGenerator<OutputCell[]> {
      yield* [];
    }
    const write = (row_count: number, limit?: number) =>
      writeRunDocument(partOf({ row_count }), partOf({ plan: { limit } }), [], none(), async () => undefined);
    await expect(write(1001)).rejects.toThrow(
      "The result has 1001 rows, and a PDF at most 1000: export the report as xlsx or csv",
    );
    await expect(write(1_000_000, 1001)).rejects.toMatchObject({ code: "RULE_VIOLATION" });
  });
});
