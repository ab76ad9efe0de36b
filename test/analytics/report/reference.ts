import type { Definition } from "@crm/core/analytics/report/definition.ts";
import type { ReportRow } from "@crm/core/analytics/report/report-field.rules.ts";
import Big from "big.js";
import { CITIES, type Condition, CURRENCY, RATES, type SampleDefinition, TIMEZONE } from "./sample-source.ts";

/**
 * Computes reports the slow way: from the definition instead of its plan, with arrays, filters and big decimals, and one pass over all rows
 * for each value of the result. It shares no code with the evaluator.
 */

const Decimal = Big();
Decimal.DP = 30;
Decimal.RM = Big.roundHalfUp;

type Values = Readonly<Record<string, unknown>>;
type Result = { rows: Values[]; totals: Values | null; count: number };

const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

function holds(values: Values, { field, operator, value: operand }: Condition): boolean {
  const value = values[field];
  if (operator === "is_null") return String(isMissing(value)) === operand;
  if (operator === "has") return (value as string[]).includes(operand);
  if (isMissing(value)) return false;
  if (operator === "eq") return value === operand;
  return operator === "gte" ? Number(value) >= Number(operand) : Number(value) < Number(operand);
}

/** Returns a number, or an amount in the tenant's currency. */
function toDecimal(values: Values, field: string): Big | undefined {
  const value = values[field];
  if (isMissing(value)) return undefined;
  const decimal = new Decimal(String(value));
  const { currency } = values;
  if (field !== "amount" || currency === CURRENCY) return decimal;
  if (currency === "XXX") return undefined;
  const { rate, inverse } = RATES[currency as keyof typeof RATES];
  return inverse ? decimal.div(rate) : decimal.times(rate);
}

const localDay = (value: string): string =>
  value.length === 10 ? value : new Intl.DateTimeFormat("sv-SE", { timeZone: TIMEZONE }).format(new Date(value));

function toPeriod(value: string, by: string): string {
  const day = localDay(value);
  const [year = "", month = ""] = day.split("-");
  const date = new Date(`${day}T12:00:00Z`);
  if (by === "week") {
    // The Thursday of the week; its year has the week, whose number is that of the Thursday.
    while (date.getUTCDay() !== 4) date.setUTCDate(date.getUTCDate() + (date.getUTCDay() === 0 || date.getUTCDay() > 4 ? -1 : 1));
    let number = 1;
    for (const other = new Date(date); other.getUTCDate() > 7 || other.getUTCMonth() > 0; number++)
      other.setUTCDate(other.getUTCDate() - 7);
    return `${date.getUTCFullYear()}-W${String(number).padStart(2, "0")}`;
  }
  const names: Record<string, string> = {
    day,
    month: `${year}-${month}`,
    quarter: `${year}-Q${["01,02,03", "04,05,06", "07,08,09", "10,11,12"].findIndex((months) => months.includes(month)) + 1}`,
    year,
  };
  return names[by] as string;
}

/** A value with its place in the order; undefined has none. */
interface Placed {
  value: unknown;
  place: Big | string | number | undefined;
}
const MISSING: Placed = { value: null, place: undefined };

function listGroupValues(values: Values, group: NonNullable<Definition["group_by"]>[number]): Placed[] {
  const { field, by, buckets } = group;
  const value = values[field];
  if (isMissing(value)) return [MISSING];
  if (by) return [{ value: toPeriod(String(value), by), place: toPeriod(String(value), by) }];
  if (["score", "ratio", "amount"].includes(field)) {
    const decimal = toDecimal(values, field);
    if (!decimal) return [MISSING];
    if (buckets) {
      const above = buckets.filter((limit) => decimal.gte(limit)).length;
      const [low, high] = [buckets[above - 1], buckets[above]];
      const label = low === undefined ? `< ${high}` : high === undefined ? `≥ ${low}` : `${low} to < ${high}`;
      return [{ value: label, place: above }];
    }
    if (field === "amount") return [{ value: decimal.toFixed(2), place: new Decimal(decimal.toFixed(2)) }];
    return [{ value: Number(value), place: decimal }];
  }
  if (field === "city") return [{ value, place: (CITIES as readonly unknown[]).indexOf(value) }];
  if (Array.isArray(value)) return value.map((item) => ({ value: item, place: String(item) }));
  return [{ value, place: String(value) }];
}

function comparePlaces(a: Placed["place"], b: Placed["place"]): number {
  if (typeof a === "object" && typeof b === "object") return a.cmp(b);
  return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
}

/** Missing values come last in either order. */
function compare(a: Placed, b: Placed, order: "asc" | "desc"): number {
  if (a.place === undefined || b.place === undefined) return a.place === b.place ? 0 : a.place === undefined ? 1 : -1;
  return comparePlaces(a.place, b.place) * (order === "asc" ? 1 : -1);
}

const places = (field: string | undefined, type: string) =>
  field === "amount" && !["distinct", "share", "rate", "count"].includes(type) ? 2 : undefined;

/** Rounds to what a report shows. */
const show = (decimal: Big, money: number | undefined, decimals: number): string | number =>
  money === undefined ? Number(decimal.toFixed(decimals)) : decimal.toFixed(money).replace(/^-(0\.00)$/, "$1");

function percent(part: Big | number, whole: Big | number): number | null {
  const divisor = new Decimal(whole);
  return divisor.eq(0) ? null : Number(new Decimal(part).times(100).div(divisor).toFixed(2));
}

type Measure = NonNullable<Definition["measures"]>[number];

/** Returns the values of a field, or the days of a pair. */
function listNumbers(rows: readonly ReportRow[], field: string): Big[] {
  const [until = "", since] = field.split(" - ");
  return rows.flatMap(({ values }) => {
    if (since === undefined) return toDecimal(values, field) ?? [];
    if (isMissing(values[until]) || isMissing(values[since])) return [];
    const [from, to] = [values[since], values[until]].map((value) => Date.parse(localDay(String(value))));
    return new Decimal(((to as number) - (from as number)) / 86_400_000);
  });
}

const add = (all: readonly Big[]): Big => all.reduce((sum, value) => sum.plus(value), new Decimal(0));

function measureRows(
  measure: Measure,
  index: number,
  rows: readonly ReportRow[],
  all: readonly ReportRow[],
  conditions: SampleDefinition["conditions"],
): unknown {
  const [where, over] = [conditions.get(`measures[${index}].where`), conditions.get(`measures[${index}].over`)];
  const passing = (from: readonly ReportRow[]) => from.filter(({ values }) => !where || holds(values, where));
  const { do: type, field = "" } = measure;
  const money = places(measure.field, type);
  if (type === "rate") {
    const whole = rows.filter(({ values }) => !over || holds(values, over));
    return percent(passing(whole).length, whole.length);
  }
  const [part, whole] = [passing(rows), passing(all)];
  if (type === "count") return part.length;
  if (type === "share") {
    if (!measure.field) return percent(part.length, whole.length);
    return percent(add(listNumbers(part, field)), add(listNumbers(whole, field)));
  }
  if (type === "distinct") {
    if (field === "amount") return new Set(listNumbers(part, field).map((value) => value.toFixed(30))).size;
    return new Set(part.flatMap(({ values }) => (isMissing(values[field]) ? [] : [values[field]].flat()))).size;
  }
  if (field === "close_date" || field === "created_at") {
    const dates = part.flatMap(({ values }) => (isMissing(values[field]) ? [] : String(values[field]))).sort();
    return (type === "min" ? dates[0] : dates.at(-1)) ?? null;
  }
  const numbers = listNumbers(part, field).sort((a, b) => a.cmp(b));
  if (type === "sum") return show(add(numbers), money, 12);
  if (numbers.length === 0) return null;
  if (type === "avg") return show(add(numbers).div(numbers.length), money, 4);
  if (type === "min" || type === "max") return show(numbers.at(type === "min" ? 0 : -1) as Big, money, 12);
  const half = numbers.length / 2;
  const middle = Number.isInteger(half) ? [numbers[half - 1], numbers[half]] : [numbers[Math.floor(half)]];
  return show(add(middle as Big[]).div(middle.length), money, 4);
}

function measureAll(
  measures: readonly Measure[],
  rows: readonly ReportRow[],
  all: readonly ReportRow[],
  conditions: SampleDefinition["conditions"],
): Values {
  const shown: Record<string, unknown> = {};
  const isMoney = (name: string): boolean => {
    const measure = measures.find(({ as }) => as === name);
    return measure !== undefined && places(measure.field, measure.do) !== undefined;
  };
  for (const [index, measure] of measures.entries()) {
    if (!measure.of) {
      shown[measure.as] = measureRows(measure, index, rows, all, conditions);
      continue;
    }
    const [left, operation, right] = measure.of;
    shown[measure.as] = null;
    if (shown[left] === null || shown[right] === null) continue;
    const [a, b] = [new Decimal(String(shown[left])), new Decimal(String(shown[right]))];
    if (operation === "/" && b.eq(0)) continue;
    const result = { "+": () => a.plus(b), "-": () => a.minus(b), "*": () => a.times(b), "/": () => a.div(b) }[operation]();
    const inMoney = isMoney(left) !== isMoney(right) || (isMoney(left) && operation !== "/");
    shown[measure.as] = show(result, inMoney ? 2 : undefined, 4);
  }
  return shown;
}

export function computeReference({ definition, conditions }: SampleDefinition, rows: readonly ReportRow[]): Result {
  const { columns, group_by = [], measures = [], sort = [], limit } = definition;
  const cut = (all: Values[]): Values[] => (limit === undefined ? all : all.slice(0, limit));
  if (columns) {
    const place = ({ values }: ReportRow, by: string): Placed => {
      const decimal = ["score", "ratio", "amount"].includes(by) ? toDecimal(values, by) : undefined;
      if (["score", "ratio", "amount"].includes(by)) return { value: null, place: decimal };
      return isMissing(values[by])
        ? MISSING
        : { value: null, place: by === "city" ? (CITIES as readonly unknown[]).indexOf(values[by]) : String(values[by]) };
    };
    const sorted = [...rows].sort((a, b) => {
      for (const { by, order } of sort) {
        const difference = compare(place(a, by), place(b, by), order);
        if (difference !== 0) return difference;
      }
      return a.id < b.id ? -1 : 1;
    });
    const shown = sorted.map(({ id, values }) => ({
      id,
      ...Object.fromEntries(columns.map((name) => [name, values[name] ?? null])),
    }));
    return { rows: cut(shown), totals: null, count: rows.length };
  }
  const totals = measures.length === 0 ? null : measureAll(measures, rows, rows, conditions);
  if (group_by.length === 0) return { rows: totals ? [totals] : [], totals, count: 1 };
  // Every combination of values that occurs, each with its rows.
  const groups = new Map<string, { keys: Placed[]; rows: ReportRow[] }>();
  for (const row of rows) {
    let combinations: Placed[][] = [[]];
    for (const group of group_by)
      combinations = combinations.flatMap((keys) => listGroupValues(row.values, group).map((key) => [...keys, key]));
    for (const keys of combinations) {
      const name = JSON.stringify(keys.map(({ value }) => value));
      const group = groups.get(name) ?? { keys, rows: [] };
      group.rows.push(row);
      groups.set(name, group);
    }
  }
  const names = group_by.map(({ field, by }) => (by ? `${field}.${by}` : field));
  const shown = [...groups.values()].map(({ keys, rows: members }) => ({
    keys,
    values: {
      ...Object.fromEntries(names.map((name, index) => [name, keys[index]?.value])),
      ...measureAll(measures, members, rows, conditions),
    } as Values,
  }));
  const placeOf = ({ keys, values }: (typeof shown)[number], by: string): Placed => {
    const index = names.indexOf(by);
    if (index !== -1) return keys[index] as Placed;
    const value = values[by];
    if (value === null) return MISSING;
    const isDate = typeof value === "string" && /^\d{4}-\d\d-/.test(value);
    return { value, place: isDate ? value : new Decimal(String(value)) };
  };
  shown.sort((a, b) => {
    for (const { by, order } of sort) {
      const difference = compare(placeOf(a, by), placeOf(b, by), order);
      if (difference !== 0) return difference;
    }
    for (const index of names.keys()) {
      const difference = compare(a.keys[index] as Placed, b.keys[index] as Placed, "asc");
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return { rows: cut(shown.map(({ values }) => values)), totals, count: shown.length };
}
