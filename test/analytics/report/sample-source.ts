import type { Definition } from "@crm/core/analytics/report/definition.ts";
import type { ReportField, ReportRow } from "@crm/core/analytics/report/report-field.rules.ts";
import type { FieldType } from "@crm/core/kernel/field.ts";
import { FilterParameter, type Operator, toFieldFilters } from "@crm/core/storage/read/filter.ts";
import type { FilterExpression } from "@crm/core/storage/read/where-clause.ts";
import * as z from "zod";
import type { Random } from "../../support/random.ts";

/** Random rows and random definitions over them. Values are chosen so that ties, empty values and edges of periods are frequent. */

export const TIMEZONE = "America/New_York";
export const CURRENCY = "EUR";
/** Prices of one unit in euros, and of one euro in the unit where `inverse`. */
export const RATES = {
  USD: { rate: "0.9217", inverse: false },
  JPY: { rate: "163.57", inverse: true },
} as const;

/** Cities in the order of reports: without letter case and accents first. */
export const CITIES = ["Aachen", "aachen", "Évora", "Lima", "Zürich"] as const;
export const STATUSES = ["LOST", "OPEN", "WON"] as const;
export const TAGS = ["a", "b", "vip"] as const;
const DAYS = ["2024-02-29", "2026-01-01", "2026-03-31", "2026-11-23", "2026-11-29", "9999-12-31", "1800-01-01"] as const;
/** Around midnight and the changes of daylight saving time. */
const INSTANTS = [
  "2026-11-01T03:59:59.999Z",
  "2026-11-01T04:00:00.000Z",
  "2026-01-01T04:30:00.000Z",
  "2026-03-08T07:00:00.000Z",
  "2025-12-31T23:00:00.000Z",
] as const;
const AMOUNTS = ["0.00", "10.00", "999.99", "1000.00", "1000.01", "12345678901.23", "-50.50"] as const;
const RATIOS = [0.1, 0.2, 0.3, 1e-7, 1200.5, -3] as const;

const field = (name: string, type: FieldType, more: Partial<ReportField> = {}): ReportField => ({ name, type, ...more });
const money = { currencyField: "currency", dayFields: ["closed_date"] };
export const FIELDS: ReadonlyMap<string, ReportField> = new Map(
  [
    field("status", "choice"),
    field("city", "text"),
    field("tags", "choices"),
    field("is_active", "boolean"),
    field("score", "integer"),
    field("ratio", "number"),
    field("amount", "money", money),
    field("currency", "text"),
    field("close_date", "date"),
    field("closed_date", "date"),
    field("created_at", "instant"),
    field("customer.tier", "choice"),
  ].map((each) => [each.name, each]),
);

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const perhaps = <T>(random: Random, value: T): T | null => (random() < 0.2 ? null : value);
const chance = (random: Random, share: number): boolean => random() < share;

export const buildRows = (random: Random, count: number): ReportRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `row_${String(index).padStart(4, "0")}`,
    values: {
      status: pick(random, STATUSES),
      city: perhaps(random, pick(random, CITIES)),
      tags: TAGS.filter(() => chance(random, 0.4)),
      is_active: chance(random, 0.5),
      score: perhaps(random, Math.floor(random() * 6)),
      ratio: perhaps(random, pick(random, RATIOS)),
      amount: perhaps(random, pick(random, AMOUNTS)),
      currency: pick(random, ["EUR", "USD", "JPY", "XXX"]),
      close_date: perhaps(random, pick(random, DAYS)),
      closed_date: perhaps(random, pick(random, DAYS)),
      created_at: pick(random, INSTANTS),
      "customer.tier": perhaps(random, pick(random, ["GOLD", "SILVER"])),
    },
  }));

/** A condition of the test: its field, operator and value. */
export interface Condition {
  readonly field: string;
  readonly operator: "eq" | "gte" | "lt" | "has" | "is_null";
  readonly value: string;
}

export const buildCondition = (random: Random): Condition =>
  pick(random, [
    { field: "status", operator: "eq", value: pick(random, STATUSES) },
    { field: "score", operator: "gte", value: String(Math.floor(random() * 6)) },
    { field: "score", operator: "lt", value: "4" },
    { field: "tags", operator: "has", value: pick(random, TAGS) },
    { field: "close_date", operator: "is_null", value: pick(random, ["true", "false"]) },
    { field: "customer.tier", operator: "eq", value: "GOLD" },
  ] satisfies Condition[]);

/** Converts a condition to what the evaluator takes. */
export function toExpression({ field: name, operator, value }: Condition): FilterExpression {
  const { type } = FIELDS.get(name) as ReportField;
  const parameter = new FilterParameter(`${name}[${operator}]`, operator as Operator, {
    field: name,
    type,
    operators: [operator],
    schema: z.string(),
    alias: undefined,
    acceptsMe: false,
    folded: undefined,
  });
  return { and: toFieldFilters(parameter, value) };
}

const groupings = (random: Random): NonNullable<Definition["group_by"]>[number] =>
  pick(random, [
    { field: pick(random, ["status", "city", "tags", "is_active", "score", "ratio", "amount", "customer.tier", "close_date"]) },
    { field: pick(random, ["close_date", "created_at"]), by: pick(random, ["day", "week", "month", "quarter", "year"] as const) },
    { field: "amount", buckets: ["0", "1000", "1000.01"] },
    { field: "score", buckets: ["2", "4"] },
  ]);

const MEASURES = [
  { do: "count" },
  { do: "distinct", field: "city" },
  { do: "distinct", field: "tags" },
  { do: "distinct", field: "amount" },
  { do: "sum", field: "amount" },
  { do: "sum", field: "ratio" },
  { do: "avg", field: "amount" },
  { do: "avg", field: "score" },
  { do: "median", field: "amount" },
  { do: "median", field: "score" },
  { do: "min", field: "close_date" },
  { do: "max", field: "amount" },
  { do: "max", field: "created_at" },
  { do: "avg", field: "closed_date - created_at" },
  { do: "median", field: "closed_date - close_date" },
  { do: "share" },
  { do: "share", field: "score" },
  { do: "rate" },
] as const;

/** A definition of the test, whose conditions are apart. */
export interface SampleDefinition {
  readonly definition: Definition;
  readonly conditions: ReadonlyMap<string, Condition>;
}

export function buildDefinition(random: Random): SampleDefinition {
  const limit = chance(random, 0.2) ? { limit: 1 + Math.floor(random() * 5) } : {};
  const order = (): "asc" | "desc" => pick(random, ["asc", "desc"]);
  const conditions = new Map<string, Condition>();
  if (chance(random, 0.15)) {
    const columns = [...FIELDS.keys()].filter(() => chance(random, 0.4));
    const sortable = [...FIELDS.keys()].filter((name) => name !== "tags");
    const sort = Array.from({ length: Math.floor(random() * 3) }, () => ({ by: pick(random, sortable), order: order() }));
    return { definition: { columns: columns.length > 0 ? columns : ["status"], sort, ...limit }, conditions };
  }
  const groups = new Map<string, NonNullable<Definition["group_by"]>[number]>();
  const count = Math.floor(random() * 4);
  while (groups.size < count) {
    const group = groupings(random);
    groups.set(group.by ? `${group.field}.${group.by}` : group.field, group);
  }
  const measures: NonNullable<Definition["measures"]> = [];
  const measureCount = Math.floor(random() * 4) + (count === 0 ? 1 : 0);
  for (let index = 0; index < measureCount; index++) {
    const measure = { as: `m${index}`, ...pick(random, MEASURES) };
    const isConditional = measure.do === "rate" || chance(random, 0.4);
    if (isConditional) conditions.set(`measures[${index}].where`, buildCondition(random));
    const hasOver = measure.do === "rate" && chance(random, 0.5);
    if (hasOver) conditions.set(`measures[${index}].over`, buildCondition(random));
    measures.push({ ...measure, ...(isConditional ? { where: {} } : {}), ...(hasOver ? { over: {} } : {}) });
  }
  const numeric = measures.filter(
    ({ do: type, field: name }) => !(type === "min" && name === "close_date") && name !== "created_at",
  );
  if (numeric.length > 0 && chance(random, 0.5)) {
    const isMoney = (measure: (typeof measures)[number]) =>
      measure.field === "amount" && !["distinct", "share"].includes(measure.do);
    const [left, right] = [pick(random, numeric), pick(random, numeric)];
    const operation = isMoney(left) || isMoney(right) ? (isMoney(left) ? "/" : "*") : pick(random, ["+", "-", "*", "/"] as const);
    measures.push({ as: "formula", do: "formula", of: [left.as, operation, right.as] });
  }
  const names = [...groups.keys(), ...measures.map(({ as }) => as)];
  const sort = Array.from({ length: Math.floor(random() * 3) }, () => ({ by: pick(random, names), order: order() }));
  return { definition: { group_by: [...groups.values()], measures, sort, ...limit }, conditions };
}
