import { Definition } from "@crm/core/analytics/report/definition.ts";
import { divideHalfUp, formatExact, parseExact } from "@crm/core/analytics/report/exact-number.rules.ts";
import { createDayReader, toPeriod } from "@crm/core/analytics/report/period.rules.ts";
import { buildPlan } from "@crm/core/analytics/report/plan.rules.ts";
import { evaluateReport, type ReportResult } from "@crm/core/analytics/report/report.rules.ts";
import type { ReportRow } from "@crm/core/analytics/report/report-field.rules.ts";
import { describe, expect, it } from "vitest";
import { FIELDS, toExpression } from "./sample-source.ts";

describe("exact numbers", () => {
  it.each([
    ["0.1", 2, "0.10"],
    ["1e-7", 4, "0.0000"],
    ["1.5e3", 0, "1500"],
    ["2.005", 2, "2.01"],
    ["-2.005", 2, "-2.01"],
    ["-0.004", 2, "0.00"],
    [12345678901234567890n, 2, "12345678901234567890.00"],
  ])("show %s with %i places as %s", (value, places, shown) => {
    expect(formatExact(parseExact(value) ?? 0n, places)).toBe(shown);
  });

  it.each([
    [1n, 2n, 1n],
    [-1n, 2n, -1n],
    [1n, 3n, 0n],
    [-5n, -2n, 3n],
    [0n, -7n, 0n],
  ])("divide %s by %s to %s, halves away from zero", (dividend, divisor, quotient) => {
    expect(divideHalfUp(dividend, divisor)).toBe(quotient);
  });

  it.each(["", "abc", "1,5", null, "0x10", "NaN"])("are not parsed from %j", (value) => {
    expect(parseExact(value)).toBeUndefined();
  });
});

describe("periods", () => {
  it.each([
    ["2026-11-29", "week", "2026-W48"],
    ["2026-11-30", "week", "2026-W49"],
    ["2027-01-03", "week", "2026-W53"],
    ["2027-01-04", "week", "2027-W01"],
    ["2024-12-30", "week", "2025-W01"],
    ["9999-12-31", "week", "9999-W52"],
    ["2026-12-31", "quarter", "2026-Q4"],
    ["2026-04-01", "quarter", "2026-Q2"],
    ["2024-02-29", "month", "2024-02"],
    ["2024-02-29", "year", "2024"],
    ["2024-02-29", "day", "2024-02-29"],
  ] as const)("of %s by %s is %s", (day, by, period) => {
    expect(toPeriod(day, by)).toBe(period);
  });

  it.each([
    ["Europe/Berlin", "2026-11-29T23:30:00.000Z", "2026-11-30"],
    ["Pacific/Auckland", "2026-11-29T11:00:00.000Z", "2026-11-30"],
    ["America/New_York", "2026-11-01T03:59:59.999Z", "2026-10-31"],
    ["Asia/Kathmandu", "2026-11-29T18:15:00.000Z", "2026-11-30"],
    ["Asia/Kathmandu", "2026-11-29T18:14:59.999Z", "2026-11-29"],
    ["Pacific/Kiritimati", "9999-12-31T23:59:59.999Z", "9999-12-31"],
  ])("in %s contain %s in %s", (timezone, instant, day) => {
    const toDay = createDayReader(timezone);
    expect([toDay(instant), toDay(instant), toDay("2026-01-01")]).toEqual([day, day, "2026-01-01"]);
  });
});

describe("a definition is refused", () => {
  const count = { as: "n", do: "count" };
  it.each([
    [{}, "columns"],
    [{ columns: ["status"], measures: [count] }, "columns"],
    [{ columns: ["colour"] }, "columns[0]"],
    [{ columns: ["status", "status"] }, "columns[1]"],
    [{ columns: ["tags"], sort: [{ by: "tags" }] }, "sort[0].by"],
    [{ group_by: [{ field: "customer.colour" }] }, "group_by[0].field"],
    [{ group_by: [{ field: "status", by: "month" }] }, "group_by[0].by"],
    [{ group_by: [{ field: "created_at" }] }, "group_by[0].by"],
    [{ group_by: [{ field: "status", buckets: [1] }] }, "group_by[0].buckets"],
    [{ group_by: [{ field: "amount", buckets: [10, 10] }] }, "group_by[0].buckets"],
    [{ group_by: [{ field: "status" }, { field: "status" }] }, "group_by[1].field"],
    [{ measures: [count, count] }, "measures[1].as"],
    [{ group_by: [{ field: "status" }], measures: [{ as: "status", do: "count" }] }, "measures[0].as"],
    [{ measures: [{ as: "n", do: "count", field: "status" }] }, "measures[0].field"],
    [{ measures: [{ as: "n", do: "sum" }] }, "measures[0].field"],
    [{ measures: [{ as: "n", do: "sum", field: "status" }] }, "measures[0].field"],
    [{ measures: [{ as: "n", do: "avg", field: "close_date" }] }, "measures[0].field"],
    [{ measures: [{ as: "n", do: "avg", field: "close_date - status" }] }, "measures[0].field"],
    [{ measures: [{ as: "n", do: "rate" }] }, "measures[0].where"],
    [{ measures: [{ ...count, over: {} }] }, "measures[0].over"],
    [{ measures: [{ ...count, of: ["a", "+", "b"] }] }, "measures[0].of"],
    [{ measures: [{ as: "f", do: "formula" }] }, "measures[0].of"],
    [{ measures: [{ as: "f", do: "formula", of: ["n", "/", "n"] }, count] }, "measures[0].of[0]"],
    [
      {
        measures: [count, { as: "a", do: "sum", field: "amount" }, { as: "f", do: "formula", of: ["n", "+", "a"] }],
      },
      "measures[2].of",
    ],
    [{ measures: [count], sort: [{ by: "colour" }] }, "sort[0].by"],
    [{ measures: [count], chart: { kind: "bar", category: "status" } }, "chart.category"],
    [{ measures: [count], chart: { kind: "bar", series: ["m"] } }, "chart.series[0]"],
  ])("%j at %s", (definition, field) => {
    const { details } = buildPlan(Definition.parse(definition), FIELDS, new Map());
    expect(details.map((detail) => detail.field)).toContain(field);
  });
});

describe("a report", () => {
  const unconverted = new Set<string>();
  const context = {
    timezone: "UTC",
    currency: "EUR",
    findRate: () => undefined,
    onUnconverted: (currency: string, id: string) => unconverted.add(`${currency} ${id}`),
  };
  const evaluate = (definition: object, values: readonly object[], conditions = new Map()): ReportResult => {
    const rows = values.map((row, index): ReportRow => ({ id: `r${index}`, values: row as ReportRow["values"] }));
    const { plan, details } = buildPlan(Definition.parse(definition), FIELDS, conditions);
    expect(details).toEqual([]);
    return evaluateReport(plan, rows, context);
  };

  it("is in the order of the master data by which it groups or sorts, with unknown and empty values last", () => {
    const positions = new Map([
      ["Zürich", 0],
      ["Lima", 1],
      ["Aachen", 2],
    ]);
    const fields = new Map([...FIELDS, ["city", { name: "city", type: "text" as const, positions }]]);
    const rows = ["Aachen", "Bonn", null, "Lima", "Zürich"].map(
      (city, index): ReportRow => ({ id: `r${index}`, values: { city } }),
    );
    const listCities = (definition: object): unknown[] =>
      evaluateReport(buildPlan(Definition.parse(definition), fields, new Map()).plan, rows, context).rows.map(({ city }) => city);
    const count = { as: "n", do: "count" };
    expect(listCities({ group_by: [{ field: "city" }], measures: [count] })).toEqual(["Zürich", "Lima", "Aachen", "Bonn", null]);
    const byCity = { group_by: [{ field: "city" }], measures: [count], sort: [{ by: "city", order: "desc" }] };
    expect(listCities(byCity)).toEqual(["Bonn", "Aachen", "Lima", "Zürich", null]);
    expect(listCities({ columns: ["city"], sort: [{ by: "city" }] })).toEqual(["Zürich", "Lima", "Aachen", "Bonn", null]);
  });

  it("has totals over all rows, but no rows, if there are no records", () => {
    const measures = [
      { as: "n", do: "count" },
      { as: "sum", do: "sum", field: "amount" },
      { as: "avg", do: "avg", field: "score" },
      { as: "median", do: "median", field: "score" },
      { as: "share", do: "share" },
      { as: "per", do: "formula", of: ["sum", "/", "n"] },
    ];
    const empty = { n: 0, sum: "0.00", avg: null, median: null, share: null, per: null };
    expect(evaluate({ group_by: [{ field: "status" }], measures }, [])).toEqual({ rows: [], totals: empty, count: 0 });
    expect(evaluate({ measures }, [])).toEqual({ rows: [empty], totals: empty, count: 1 });
  });

  it("counts a record in each of its tags, and once in the totals", () => {
    const rows = [{ tags: ["vip", "a"] }, { tags: ["a"] }, { tags: [] }];
    const definition = {
      group_by: [{ field: "tags" }],
      measures: [
        { as: "n", do: "count" },
        { as: "part", do: "share" },
      ],
    };
    expect(evaluate(definition, rows)).toEqual({
      rows: [
        { tags: "a", n: 2, part: 66.67 },
        { tags: "vip", n: 1, part: 33.33 },
        { tags: null, n: 1, part: 33.33 },
      ],
      totals: { n: 3, part: 100 },
      count: 3,
    });
  });

  it("leaves out amounts without an exchange rate and names them", () => {
    const rows = [
      { amount: "5.00", currency: "EUR" },
      { amount: "7.00", currency: "XXX" },
    ];
    expect(evaluate({ measures: [{ as: "n", do: "sum", field: "amount" }] }, rows).totals).toEqual({ n: "5.00" });
    expect([...unconverted]).toEqual(["XXX r1"]);
  });

  it("has a rate that never exceeds its whole", () => {
    const conditions = new Map([
      ["measures[0].where", toExpression({ field: "status", operator: "eq", value: "WON" })],
      ["measures[0].over", toExpression({ field: "score", operator: "gte", value: "3" })],
    ]);
    const rows = [
      { status: "WON", score: 1 },
      { status: "WON", score: 3 },
      { status: "LOST", score: 4 },
      { status: "OPEN", score: 5 },
    ];
    const definition = { measures: [{ as: "rate", do: "rate", where: {}, over: {} }] };
    expect(evaluate(definition, rows, conditions).totals).toEqual({ rate: 33.33 });
  });

  it("keeps separate groups for texts that contain the separator of keys", () => {
    const rows = [
      { city: "a\u0000", status: "b" },
      { city: "a", status: "\u0000b" },
      { city: "a\u0001", status: "b" },
    ];
    const definition = { group_by: [{ field: "city" }, { field: "status" }], measures: [{ as: "n", do: "count" }] };
    expect(evaluate(definition, rows).count).toBe(3);
  });
});
