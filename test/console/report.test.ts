import type { Field, Kind } from "@crm/console/api/kind.ts";
import { listSharings } from "@crm/console/api/sharing.ts";
import { buildRowsSearch } from "@crm/console/pages/analytics/report/open-rows.ts";
import { buildTiming, describeTiming, listFormats } from "@crm/console/pages/analytics/report/report-text.ts";
import {
  buildChartTable,
  buildCrossTable,
  fillPeriods,
  joinValues,
  suggestChart,
} from "@crm/console/records/report/chart-rows.ts";
import { buildConditions, changeConditions, readConditions } from "@crm/console/records/report/conditions.ts";
import {
  changeMeasure,
  type Definition,
  findFreeName,
  hasSuggestedName,
  isCompleteMeasure,
  type Measure,
  omitIncomplete,
  parseName,
  placeErrors,
  readMeasureField,
  removeMeasure,
} from "@crm/console/records/report/definition.ts";
import { isNumericColumn, listResultColumns } from "@crm/console/records/report/report-columns.ts";
import { joinRelated, listRelatedSources, listReportFields } from "@crm/console/records/report/report-source.ts";
import { formatPeriod, formatResultValue, parseBucket } from "@crm/console/records/report/result-text.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const options = { t, locale: "en", timeZone: "UTC", currency: "EUR" };

const field = (name: string, type: Field["type"], more: Partial<Field> = {}): Field => ({
  ...{ name, label: name.replaceAll("_", " "), type, multiple: false, required: false, read_only: false, custom: false },
  ...{ visible: true, creatable: true, editable: true },
  ...more,
});
const filter = (name: string, type: Field["type"], operators: readonly string[], of = name): Kind["filters"][number] => ({
  ...{ name, field: of, type, plain: true, operators: [...operators] },
});

const stages = [
  { id: "mst_1", code: "new", name: "New" },
  { id: "mst_2", code: "won", name: "Won" },
];
const deal = partOf<Kind>({
  ...{ kind: "opportunity", path: "/api/v1/opportunities", label: "Opportunity", labels: "Opportunities", title: "{name}" },
  fields: [
    field("name", "text"),
    field("stage_id", "master", { master: "stage", choices: stages }),
    field("amount", "money", { currency_field: "currency" }),
    field("currency", "text"),
    field("probability", "integer", { format: "percent" }),
    field("close_date", "date"),
    field("created_at", "instant"),
    field("created_day", "text"),
    field("customer_id", "reference", { record: "customer" }),
    field("owner_id", "reference", { record: "user" }),
    field("updated_by", "reference", { record: "user" }),
    field("related_to_id", "reference", { type_field: "related_to_type" }),
    field("tags", "text", { multiple: true, format: "tags" }),
    field("secret", "text", { visible: false }),
    field("updated_at", "instant"),
  ],
  filters: [
    filter("owner", "reference", ["eq", "in", "is_null"], "owner_id"),
    filter("owner_id", "reference", ["eq", "in", "is_null"]),
    filter("name", "text", ["eq", "prefix"]),
    filter("stage_id", "master", ["eq", "ne", "in"]),
    filter("amount", "money", ["eq", "gte", "lt", "is_null"]),
    filter("probability", "integer", ["eq", "gte", "lt"]),
    filter("close_date", "date", ["eq", "gte", "lte", "is_null"]),
    filter("created_at", "instant", ["eq", "gte", "lte"]),
    filter("customer_id", "reference", ["eq", "is_null"]),
    filter("related_to_id", "reference", ["eq"]),
    filter("tags", "text", ["has", "is_null"]),
    filter("secret", "text", ["eq"]),
    filter("updated_at", "instant", ["eq"]),
  ],
  row: ["name", "stage_id", "amount", "currency", "close_date", "customer_id", "owner_id", "tags"],
  expand: [
    { name: "customer", field: "customer_id" },
    { name: "user", field: "owner_id" },
    { name: "owner", field: "owner_id" },
    { name: "updated_by", field: "updated_by" },
  ],
});
const customer = partOf<Kind>({
  kind: "customer",
  fields: [field("industry_id", "master"), field("revenue", "money", { currency_field: "currency" })],
  filters: [filter("industry_id", "master", ["eq", "in"]), filter("industry", "master", ["eq"], "industry_id")],
});

const source = joinRelated(deal, [{ source: { name: "customer", label: "Customer", kind: "customer" }, kind: customer }]);
const fields = new Map(source.fields.map((entry) => [entry.name, entry]));
const naming = { fields, records: "opportunities", t, toNoun: (label: string): string => label };
const columnsOf = (definition: Definition) => listResultColumns(definition, naming);

describe("the fields of a report", () => {
  it("are those of the list's filters and of related records, each once", () => {
    expect(listReportFields(source, "en").map(({ name }) => name)).toEqual([
      ...["amount", "close_date", "created_at", "customer_id", "name", "owner_id", "probability", "stage_id", "tags"],
      "customer.industry_id",
    ]);
    expect(fields.get("customer.revenue")).toMatchObject({
      label: "Customer: revenue",
      currency_field: "customer.currency",
    });
  });

  it("come from related records that the reader may read and that rows name", () => {
    const kinds = [{ kind: "customer" }, { kind: "user" }];
    expect(listRelatedSources(deal, kinds).map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "customer: customer",
      "owner: user",
    ]);
    expect(listRelatedSources(deal, [{ kind: "user" }]).map(({ name }) => name)).toEqual(["owner"]);
  });
});

describe("the conditions of a report", () => {
  const gte = { field: "created_at", operator: "gte", values: ["this_year"] } as const;
  const lte = { field: "created_at", operator: "lte", values: ["today"] } as const;
  it.each([
    ["none", [], undefined],
    ["two of a field", [gte, lte], { created_at: { gte: "this_year", lte: "today" } }],
    ["a list", [{ field: "stage_id", operator: "in", values: ["new", "won"] }], { stage_id: { in: ["new", "won"] } }],
    ["an empty value", [{ field: "amount", operator: "is_null", values: ["false"] }], { amount: { is_null: false } }],
    ["one that is not complete", [{ field: "name", operator: "eq", values: [""] }], undefined],
    [
      "a related record beside the own fields",
      [gte, { field: "customer.industry_id", operator: "eq", values: ["tech"] }],
      { created_at: { gte: "this_year" }, "customer.industry_id": { eq: "tech" } },
    ],
    [
      "the same operator twice",
      [
        { field: "tags", operator: "has", values: ["a"] },
        { field: "tags", operator: "has", values: ["b"] },
      ],
      { tags: { has: "a" }, and: [{ tags: { has: "b" } }] },
    ],
  ] as const)("of %s have the grammar of lists", (_, conditions, where) => {
    expect(buildConditions(conditions)).toEqual(where);
  });

  it("are about open records once the report is grouped by the field of the board", () => {
    const board = { field: "stage_id", open: { is_closed: { eq: false } } };
    const filters = ["stage_id", "is_closed"].map((name) => ({ name, field: name, type: "text", plain: true, operators: [] }));
    const leads = { board, filters } as unknown as Parameters<typeof changeConditions>[0];
    const after = [{ field: "stage_id" }];
    const stage = { stage_id: { eq: "new" } };
    expect(changeConditions(leads, undefined, { after })).toEqual({ where: { is_closed: { eq: "false" } } });
    expect(changeConditions(leads, stage, { after })).toEqual({ where: { ...stage, is_closed: { eq: "false" } } });
    expect(changeConditions(leads, undefined, { before: after, after })).toEqual({});
    expect(changeConditions(leads, undefined, { after: [{ field: "owner_id" }] })).toEqual({});
    expect(changeConditions(leads, { is_closed: true }, { after })).toEqual({});
  });

  it("are filters again, as long as there are no alternatives", () => {
    expect(readConditions({ created_at: { gte: "this_year", lte: "today" } }, source)).toEqual([gte, lte]);
    expect(readConditions({ or: [{ name: "a" }, { name: "b" }] }, source)).toBeUndefined();
    expect(readConditions(undefined, source)).toEqual([]);
  });
});

describe("a definition", () => {
  it.each([
    [{ as: "n", do: "count" }, true],
    [{ as: "n", do: "sum" }, false],
    [{ as: "n", do: "sum", field: "" }, false],
    [{ as: "n", do: "avg", field: "close_date - created_day" }, true],
    [{ as: "n", do: "avg", field: "close_date - ?" }, false],
    [{ as: "n", do: "avg", field: "? - ?" }, false],
    [{ as: "n", do: "share" }, true],
    [{ as: "n", do: "rate" }, false],
    [{ as: "n", do: "rate", where: { is_won: true } }, true],
    [{ as: "n", do: "formula" }, false],
    [{ as: "n", do: "formula", of: ["a", "/", ""] }, false],
    [{ as: "n", do: "formula", of: ["a", "/", "b"] }, true],
  ] as readonly [Measure, boolean][])("has the figure %j: %s", (measure, isComplete) => {
    expect(isCompleteMeasure(measure)).toBe(isComplete);
  });

  it("is evaluated without what is not complete, and errors are at the user's positions", () => {
    const { definition, positions } = omitIncomplete({
      columns: ["name"],
      group_by: [{ field: "" }, { field: "stage_id" }],
      measures: [
        { as: "sum", do: "sum", field: "" },
        { as: "count", do: "count" },
        { as: "both", do: "formula", of: ["sum", "/", "count"] },
      ],
      sort: [
        { by: "sum", order: "desc" },
        { by: "count", order: "asc" },
      ],
      chart: { kind: "bar", category: "close_date.month", series: ["sum", "count"] },
    });
    expect(definition).toEqual({
      group_by: [{ field: "stage_id" }],
      measures: [{ as: "count", do: "count" }],
      sort: [{ by: "count", order: "asc" }],
      chart: { kind: "bar", series: ["count"] },
    });
    expect(
      placeErrors(
        { "definition.group_by[0].field": "a", "definition.measures[0].where.x": "b", "definition.where.name": "c", kind: "d" },
        positions,
      ),
    ).toEqual({ "group_by[1].field": "a", "measures[1].where.x": "b", "where.name": "c", kind: "d" });
  });

  it.each([
    ["Won amount", "won_amount"],
    ["  Größe 2 ", "gro_e_2"],
    ["2026 deals", "deals"],
    ["件数", undefined],
    ["", undefined],
  ])("names the figure %j %s", (text, name) => {
    expect(parseName(text)).toBe(name);
  });

  it("keeps names of figures unique and follows a new one", () => {
    const measures: Measure[] = [
      { as: "sum_amount", do: "sum", field: "amount" },
      { as: "won", do: "count", where: { is_won: true } },
      { as: "formula", do: "formula", of: ["sum_amount", "/", "won"] },
    ];
    const parts = {
      measures,
      sort: [{ by: "sum_amount", order: "desc" as const }],
      chart: { kind: "bar" as const, series: ["sum_amount"] },
    };
    const changed = changeMeasure(parts, 0, { as: "sum_amount", do: "avg", field: "amount" });
    expect(changed.measures?.map(({ as }) => as)).toEqual(["avg_amount", "won", "formula"]);
    expect(changed.measures?.[2]?.of).toEqual(["avg_amount", "/", "won"]);
    expect(changed.sort).toEqual([{ by: "avg_amount", order: "desc" }]);
    expect(changed.chart?.series).toEqual(["avg_amount"]);
    expect(changeMeasure(parts, 1, { as: "won", do: "sum", field: "amount" }).measures?.[1]?.as).toBe("won");
    expect(changeMeasure(parts, 1, { as: "sum_amount", do: "count" }).measures?.[1]?.as).toBe("sum_amount_2");
    expect(removeMeasure(parts, 0)).toMatchObject({ sort: [], chart: { kind: "bar", series: [] } });
    expect(findFreeName("count", ["count", "count_2"])).toBe("count_3");
    expect(measures.map(hasSuggestedName)).toEqual([true, false, true]);
    expect(readMeasureField("close_date - created_day")).toEqual({ field: "close_date", since: "created_day" });
  });
});

describe("the columns of a result", () => {
  it("say what figures compute, in their units", () => {
    const columns = columnsOf({
      group_by: [{ field: "close_date", by: "quarter" }, { field: "customer.industry_id" }, { field: "amount", buckets: ["10"] }],
      measures: [
        { as: "sum_amount", do: "sum", field: "amount" },
        { as: "count", do: "count", where: { name: "x" } },
        { as: "won_share", do: "share" },
        { as: "avg_days_close_date", do: "avg", field: "close_date - created_day" },
        { as: "max_created_at", do: "max", field: "created_at" },
        { as: "per_deal", do: "formula", of: ["sum_amount", "/", "count"] },
        { as: "ratio", do: "formula", of: ["sum_amount", "/", "sum_amount"] },
      ],
    });
    expect(columns.map(({ label, value }) => `${label}: ${value.type}`)).toEqual([
      "close date by Quarter: period",
      "Customer: industry id: field",
      "amount: bucket",
      "Sum of amount: money",
      "Number of opportunities (filtered): count",
      "Won share: percent",
      "Average of days from created day to close date: days",
      "Largest created at: instant",
      "Per deal: money",
      "Ratio: number",
    ]);
    expect(columns.map(isNumericColumn)).toEqual([false, false, false, true, true, true, true, false, true, true]);
  });

  it.each([
    ["2026-11-27", "day", "Nov 27, 2026"],
    ["2026-W48", "week", "Week of Nov 23, 2026"],
    ["2026-11", "month", "Nov 2026"],
    ["2026-Q4", "quarter", "Q4 2026"],
    ["2026", "year", "2026"],
  ] as const)("write the period %s by %s as %s", (value, by, text) => {
    expect(formatPeriod(value, by, options)).toBe(text);
  });

  it.each([
    ["< 1000", { to: "1000" }],
    ["1000 to < 5000.50", { from: "1000", to: "5000.50" }],
    ["≥ -5", { from: "-5" }],
    ["other", {}],
  ])("read the limits of %j", (text, limits) => {
    expect(parseBucket(text)).toEqual(limits);
  });

  it.each([
    [{ group_by: [{ field: "stage_id" }] }, { stage_id: "mst_2" }, "Won"],
    [{ group_by: [{ field: "stage_id" }] }, { stage_id: null }, "No value"],
    [{ group_by: [{ field: "customer_id" }] }, { customer_id: "cus_1" }, "Kelp Ltd"],
    [{ group_by: [{ field: "amount", buckets: ["1000"] }] }, { amount: "≥ 1000" }, "\u20681,000 EUR\u2069 and more"],
    [{ columns: ["amount", "currency"] }, { amount: "12.50", currency: "USD" }, "\u206812.50 USD\u2069"],
    [{ columns: ["tags"] }, { tags: ["a", "b"] }, "a, b"],
    [{ measures: [{ as: "r", do: "rate" }] }, { r: 12.5 }, "12.5%"],
    [{ measures: [{ as: "a", do: "avg", field: "amount" }] }, { a: "1234.50" }, "\u20681,234.50 EUR\u2069"],
    [{ measures: [{ as: "p", do: "avg", field: "probability" }] }, { p: 20 }, "20%"],
    [{ measures: [{ as: "a", do: "sum", field: "amount" }] }, { a: null }, "–"],
  ] as readonly [Definition, Record<string, unknown>, string][])("of %j write %j as %s", (definition, row, text) => {
    const [column] = columnsOf(definition);
    expect(column && formatResultValue(column, row, new Map([["cus_1", "Kelp Ltd"]]), options)).toBe(text);
  });
});

describe("the picture of a report", () => {
  it.each([
    [["2026-11", "2027-02"], "month", ["2026-11", "2026-12", "2027-01", "2027-02"]],
    [["2027-Q1", "2026-Q3"], "quarter", ["2026-Q3", "2026-Q4", "2027-Q1"]],
    [["2026-W52", "2027-W01"], "week", ["2026-W52", "2026-W53", "2027-W01"]],
    [["2026-02-28", "2026-03-01"], "day", ["2026-02-28", "2026-03-01"]],
    [["2024", "2026"], "year", ["2024", "2025", "2026"]],
    [["0001", "9999"], "year", ["0001", "9999"]],
    [[], "year", []],
  ] as const)("fills %j by %s", (values, by, filled) => {
    expect(fillPeriods(values, by)).toEqual(filled);
  });

  it.each([
    [["0.10", "0.20"], true, "0.30"],
    [[1, 2], true, 3],
    [[1, 2], false, null],
    [["5.00"], false, "5.00"],
    [[null, undefined], true, null],
  ])("joins %j (%s) to %s", (values, isAdditive, joined) => {
    expect(joinValues(values, isAdditive)).toBe(joined);
  });

  const definition: Definition = {
    group_by: [{ field: "close_date", by: "month" }, { field: "stage_id" }],
    measures: [
      { as: "sum_amount", do: "sum", field: "amount" },
      { as: "count", do: "count" },
    ],
  };
  const rows = [
    { "close_date.month": "2026-11", stage_id: "mst_1", sum_amount: "10.00", count: 1 },
    { "close_date.month": "2026-11", stage_id: "mst_2", sum_amount: "30.00", count: 2 },
    { "close_date.month": "2027-01", stage_id: "mst_2", sum_amount: "5.50", count: 1 },
    { "close_date.month": null, stage_id: "mst_2", sum_amount: "1.00", count: 1 },
  ];
  const columns = columnsOf(definition);

  it("has a series for each value of the second grouping, the largest first", () => {
    const chart = buildChartTable({ kind: "stacked", split: "stage_id" }, definition, columns, rows);
    expect(chart?.categories).toEqual(["2026-11", "2026-12", "2027-01"]);
    expect(chart?.series.map(({ value }) => value)).toEqual(["mst_2", "mst_1"]);
    expect(chart?.cells).toEqual([
      ["30.00", "10.00"],
      [0, 0],
      ["5.50", 0],
    ]);
  });

  it("adds what can be added where it has no second grouping", () => {
    const chart = buildChartTable({ kind: "donut", category: "stage_id", series: ["count"] }, definition, columns, rows);
    expect(chart?.categories).toEqual(["mst_1", "mst_2"]);
    expect(chart?.cells).toEqual([[1], [4]]);
    const rate: Definition = { ...definition, measures: [{ as: "count", do: "rate", where: { name: "x" } }] };
    expect(buildChartTable({ kind: "bar", category: "stage_id" }, rate, columnsOf(rate), rows)?.cells).toEqual([[1], [null]]);
  });

  it("is a line over time and bars otherwise, and none without figures", () => {
    expect(suggestChart(definition)).toEqual({ kind: "line" });
    expect(suggestChart({ ...definition, group_by: [{ field: "stage_id" }] })).toEqual({ kind: "bar" });
    expect(suggestChart({ group_by: [{ field: "stage_id" }] })).toBeUndefined();
  });

  it("can be read as a cross table", () => {
    const [months, stage, sum] = columns;
    if (!months || !stage || !sum) return expect.fail("The columns are not there");
    const cross = buildCrossTable(rows, [stage, months], sum);
    expect(cross?.rowKeys).toEqual(["mst_1", "mst_2"]);
    expect(cross?.columnKeys).toEqual(["2026-11", "2027-01", null]);
    expect(cross?.cell("mst_1", "2027-01")).toBeNull();
    expect(cross?.cell("mst_2", "2026-11")).toBe("30.00");
    expect(cross?.rowTotal("mst_2")).toBe("36.50");
    const many = Array.from({ length: 30 }, (_, index) => ({ stage_id: "mst_1", "close_date.month": String(index) }));
    expect(buildCrossTable(many, [stage, months], sum)).toBeUndefined();
  });
});

describe("the rows behind a group", () => {
  const grouped = (group: NonNullable<Definition["group_by"]>[number], where?: Record<string, unknown>): Definition => ({
    ...(where ? { where } : {}),
    group_by: [group],
  });
  it.each([
    [grouped({ field: "stage_id" }), { stage_id: "mst_2" }, { "stage_id[in]": "won" }],
    [grouped({ field: "owner_id" }), { owner_id: null }, { "owner_id[is_null]": "true" }],
    [grouped({ field: "stage_id" }), { stage_id: null }, undefined],
    [grouped({ field: "tags" }), { tags: "boats" }, { "tags[has]": "boats" }],
    [grouped({ field: "name" }), { name: "a, b" }, undefined],
    [
      grouped({ field: "close_date", by: "quarter" }, { close_date: { gte: "this_year" } }),
      { "close_date.quarter": "2026-Q4" },
      { "close_date[gte]": "this_year", close_date: "2026-10-01/2026-12-31" },
    ],
    [
      grouped({ field: "probability", buckets: ["10", "50"] }),
      { probability: "10 to < 50" },
      { "probability[gte]": "10", "probability[lt]": "50" },
    ],
    [grouped({ field: "amount", buckets: ["10"] }), { amount: "< 10" }, undefined],
    [grouped({ field: "customer.industry_id" }), { "customer.industry_id": "mst_9" }, undefined],
    [grouped({ field: "stage_id" }, { "customer.industry_id": "tech" }), { stage_id: "mst_1" }, undefined],
    [grouped({ field: "stage_id" }, { or: [{ name: "a" }, { name: "b" }] }), { stage_id: "mst_1" }, undefined],
    [{ ...grouped({ field: "stage_id" }), with: [{ tab: "activity", has: false }] }, { stage_id: "mst_1" }, undefined],
    [grouped({ field: "stage_id" }, { stage_id: { in: ["won"] } }), { stage_id: "mst_1" }, undefined],
    [grouped({ field: "stage_id" }), {}, { filters: "none" }],
  ] as readonly [Definition, Record<string, unknown>, Record<string, string> | undefined][])(
    "of %j with %j are %j",
    (definition, values, search) => {
      expect(buildRowsSearch(definition, source, values, { isSameZone: true })).toEqual(search && { view: "all", ...search });
    },
  );

  it("of instants are only said where the reader has the time zone of the organization", () => {
    const definition = grouped({ field: "created_at", by: "day" });
    const values = { "created_at.day": "2026-11-27" };
    expect(buildRowsSearch(definition, source, values, { isSameZone: true })).toEqual({ view: "all", created_at: "2026-11-27" });
    expect(buildRowsSearch(definition, source, values, { isSameZone: false })).toBeUndefined();
  });
});

describe("the schedule of a report", () => {
  const timing = { time: "07:30", weekday: null, month_day: null } as const;
  it.each([
    [{ ...timing, frequency: "DAILY" }, { weekday: null, month_day: null }, /^Every day at 7:30/],
    [{ ...timing, frequency: "WEEKLY", month_day: 3 }, { weekday: "MON", month_day: null }, /^Every Monday at 7:30/],
    [{ ...timing, frequency: "MONTHLY", weekday: "FRI" }, { weekday: null, month_day: 1 }, /^On day 1 of each month at 7:30/],
  ] as const)("%j has %j", (values, built, words) => {
    expect(buildTiming(values)).toMatchObject(built);
    expect(describeTiming(buildTiming(values), "en", t)).toMatch(words);
  });

  it("offers the formats of the operation", () => {
    const actions = [{ name: "exportReport", fields: [{ name: "format", choices: [{ code: "csv" }, { code: "pdf" }] }] }];
    expect(listFormats(partOf({ actions }), "exportReport")).toEqual(["csv", "pdf"]);
    expect(listFormats(partOf({ actions }), "createReportSchedule")).toEqual([]);
  });
});

it.each([
  ["with a team", true, "PRIVATE", ["PRIVATE", "TEAM", "EVERYONE"]],
  ["without a team", false, "PRIVATE", ["PRIVATE", "EVERYONE"]],
  ["who left the team of the report", false, "TEAM", ["PRIVATE", "TEAM", "EVERYONE"]],
])("a user %s can choose with whom to share", (_, hasTeam, current, choices) => {
  expect(listSharings(hasTeam, current)).toEqual(choices);
});
