import { describeClosest } from "../../kernel/edit-distance.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import type { FieldType } from "../../kernel/field.ts";
import { isNumericType } from "../../kernel/sort-key.ts";
import { joinSentences } from "../../kernel/text.ts";
import type { FilterExpression } from "../../storage/read/where-clause.ts";
import type { Definition, GroupDefinition, MeasureDefinition, MeasureType, Operation } from "./definition.ts";
import { type ExactNumber, parseExact } from "./exact-number.rules.ts";
import type { PeriodName } from "./period.rules.ts";
import type { ReportField } from "./report-field.rules.ts";

/** The plan of a report: its definition with the fields of its kind, checked. */

export interface PlannedGroup {
  readonly name: string;
  readonly field: ReportField;
  readonly by: PeriodName | undefined;
  readonly buckets: readonly Bucket[] | undefined;
}

interface Bucket {
  /** The lowest value of the bucket; undefined for the first. */
  readonly from: ExactNumber | undefined;
  readonly label: string;
}

/** The value of a measure: a whole number, a number, an amount in the tenant's currency, or a value of a field's type. */
type ValueType = "count" | "number" | "percent" | "money" | "date" | "instant";

export interface PlannedMeasure {
  readonly as: string;
  readonly do: MeasureType;
  readonly type: ValueType;
  readonly field: ReportField | undefined;
  /** For the days between two dates: the field of the earlier date. */
  readonly since: ReportField | undefined;
  readonly where: FilterExpression | undefined;
  readonly over: FilterExpression | undefined;
  /** For a formula: positions of two earlier measures. */
  readonly formula: { readonly left: number; readonly operation: Operation; readonly right: number } | undefined;
}

export interface PlannedSort {
  readonly order: "asc" | "desc";
  /** The position of the grouping or measure, or the field of a row. */
  readonly group?: number;
  readonly measure?: number;
  readonly field?: ReportField;
}

export interface ReportPlan {
  /** Fields of each row. Undefined if rows are groups. */
  readonly columns: readonly ReportField[] | undefined;
  readonly groups: readonly PlannedGroup[];
  readonly measures: readonly PlannedMeasure[];
  readonly sort: readonly PlannedSort[];
  readonly limit: number | undefined;
}

/** The parsed conditions of measures by path, such as `measures[0].where`. */
type MeasureConditions = ReadonlyMap<string, FilterExpression>;

/** Returns the path of a condition of a measure. */
export const conditionPath = (index: number, part: "where" | "over"): string => `measures[${index}].${part}`;

const PAIR_PATTERN = /^(\S+)\s+-\s+(\S+)$/;

/** Checks a definition and returns its plan, or the errors with the paths of the definition's fields. */
export function buildPlan(
  definition: Definition,
  fields: ReadonlyMap<string, ReportField>,
  conditions: MeasureConditions,
): { plan: ReportPlan; details: readonly ErrorDetail[] } {
  const builder = new PlanBuilder(fields, conditions);
  return { plan: builder.build(definition), details: builder.details };
}

class PlanBuilder {
  readonly details: ErrorDetail[] = [];
  readonly #fields: ReadonlyMap<string, ReportField>;
  readonly #conditions: MeasureConditions;

  constructor(fields: ReadonlyMap<string, ReportField>, conditions: MeasureConditions) {
    this.#fields = fields;
    this.#conditions = conditions;
  }

  build({ columns, group_by = [], measures = [], sort = [], limit, chart }: Definition): ReportPlan {
    const isGrouped = group_by.length > 0 || measures.length > 0;
    if (isGrouped && columns) this.#refuse("columns", "Only for reports without group_by and measures: leave columns out");
    if (!isGrouped && !columns) this.#refuse("columns", "Required without group_by and measures: name the fields of the rows");
    const plannedColumns = (columns ?? []).flatMap((name, index) => this.#field(name, `columns[${index}]`) ?? []);
    this.#requireUnique(columns ?? [], (index) => `columns[${index}]`);
    const groups = group_by.flatMap((group, index) => this.#group(group, `group_by[${index}]`) ?? []);
    this.#requireUnique(
      groups.map(({ name }) => name),
      (index) => `group_by[${index}].field`,
    );
    const planned: PlannedMeasure[] = [];
    for (const [index, measure] of measures.entries()) planned.push(this.#measure(measure, index, planned));
    this.#requireUnique(
      [...groups, ...planned.map(({ as }) => ({ name: as }))].map(({ name }) => name),
      (index) => (index < groups.length ? `group_by[${index}].field` : `measures[${index - groups.length}].as`),
    );
    const names = [...groups.map(({ name }) => name), ...planned.map(({ as }) => as)];
    const plannedSorts = sort.flatMap(({ by, order }, index): PlannedSort[] => {
      if (!isGrouped) {
        const field = this.#field(by, `sort[${index}].by`);
        if (field?.type === "choices") this.#refuse(`sort[${index}].by`, `${by} is a list, which has no order`);
        return field ? [{ order, field }] : [];
      }
      const position = names.indexOf(by);
      if (position === -1) {
        this.#refuse(
          `sort[${index}].by`,
          joinSentences("Must be a grouping or a measure of the report", describeClosest(by, names)),
        );
        return [];
      }
      return [position < groups.length ? { order, group: position } : { order, measure: position - groups.length }];
    });
    const groupNames = groups.map(({ name }) => name);
    for (const [part, value] of [["category", chart?.category] as const, ["split", chart?.split] as const])
      if (value !== undefined && !groupNames.includes(value))
        this.#refuse(`chart.${part}`, joinSentences("Must be a grouping of the report", describeClosest(value, groupNames)));
    for (const [index, value] of (chart?.series ?? []).entries())
      if (!planned.some(({ as }) => as === value)) this.#refuse(`chart.series[${index}]`, "Must be a measure of the report");
    return { columns: isGrouped ? undefined : plannedColumns, groups, measures: planned, sort: plannedSorts, limit };
  }

  #group({ field: name, by, buckets }: GroupDefinition, path: string): PlannedGroup | undefined {
    const field = this.#field(name, `${path}.field`);
    if (!field) return undefined;
    const isDate = field.type === "date" || field.type === "instant";
    if (by && !isDate) this.#refuse(`${path}.by`, `Only for dates and instants: ${name} is of the type ${field.type}`);
    if (!by && field.type === "instant")
      this.#refuse(`${path}.by`, `Required for an instant: ${name} must be grouped by a period`);
    if (buckets && !isNumericType(field.type))
      this.#refuse(`${path}.buckets`, `Only for numbers and amounts: ${name} is of the type ${field.type}`);
    const limits = (buckets ?? []).map((limit) => parseExact(limit) ?? 0n);
    if (limits.some((limit, index) => index > 0 && limit <= (limits[index - 1] as ExactNumber)))
      this.#refuse(`${path}.buckets`, "Must be in ascending order, each limit once");
    return { name: by ? `${name}.${by}` : name, field, by, buckets: buckets && buildBuckets(buckets) };
  }

  #measure(measure: MeasureDefinition, index: number, earlier: readonly PlannedMeasure[]): PlannedMeasure {
    const path = `measures[${index}]`;
    const { as, do: type, of } = measure;
    const base = { as, do: type, field: undefined, since: undefined, formula: undefined };
    const where = this.#conditions.get(conditionPath(index, "where"));
    const over = this.#conditions.get(conditionPath(index, "over"));
    const isFormula = type === "formula";
    if (measure.over && type !== "rate") this.#refuse(`${path}.over`, "Only for a rate");
    if (of && !isFormula) this.#refuse(`${path}.of`, "Only for a formula");
    if (measure.where && isFormula) this.#refuse(`${path}.where`, "Not for a formula: set it on the measures that it names");
    if (isFormula) return { ...base, where: undefined, over: undefined, ...this.#formula(of, path, earlier) };
    if (type === "rate" && !measure.where) this.#refuse(`${path}.where`, "Required for a rate: the records of the part");
    const takesField = type !== "count" && type !== "rate";
    if (measure.field && !takesField) this.#refuse(`${path}.field`, `Not for ${type}`);
    if (!measure.field && takesField && type !== "share") this.#refuse(`${path}.field`, `Required for ${type}`);
    if (!measure.field || !takesField) return { ...base, where, over, type: plainTypes[type] ?? "count" };
    const source = this.#source(measure.field, `${path}.field`);
    if (!source) return { ...base, where, over, type: "number" };
    const field = source.since ? { ...source.field, type: "integer" as const } : source.field;
    this.#requireMeasurable(type, field, `${path}.field`);
    return { ...base, where, over, field, since: source.since, type: valueType(type, field.type) };
  }

  /** Resolves a field, or the days between two dates. */
  #source(text: string, path: string): { field: ReportField; since: ReportField | undefined } | undefined {
    const [, until, from] = PAIR_PATTERN.exec(text.trim()) ?? [];
    if (until === undefined || from === undefined) {
      const field = this.#field(text, path);
      return field && { field, since: undefined };
    }
    const [field, since] = [this.#field(until, path), this.#field(from, path)];
    for (const part of [field, since])
      if (part && !isDay(part)) this.#refuse(path, `Days are between two dates: ${part.name} is of the type ${part.type}`);
    return field && since && { field, since };
  }

  #requireMeasurable(type: MeasureType, { name, type: fieldType }: ReportField, path: string): void {
    if (type === "distinct" || isNumericType(fieldType)) return;
    const isOrdered = fieldType === "date" || fieldType === "instant";
    if (isOrdered && (type === "min" || type === "max")) return;
    const accepted = type === "min" || type === "max" ? "a number, an amount, a date or an instant" : "a number or an amount";
    this.#refuse(path, `${type} takes ${accepted}: ${name} is of the type ${fieldType}`);
  }

  #formula(
    of: MeasureDefinition["of"],
    path: string,
    earlier: readonly PlannedMeasure[],
  ): Pick<PlannedMeasure, "formula" | "type"> {
    if (!of) {
      this.#refuse(`${path}.of`, 'Required for a formula, such as ["won", "/", "closed"]');
      return { formula: undefined, type: "number" };
    }
    const [left, operation, right] = of;
    const positions = [left, right].map((name, index) => {
      const position = earlier.findIndex(({ as }) => as === name);
      if (position === -1) this.#refuse(`${path}.of[${index * 2}]`, "Must be a measure before this one");
      return position;
    });
    const [first = -1, second = -1] = positions;
    const [a, b] = [earlier[first]?.type, earlier[second]?.type];
    if (a === undefined || b === undefined) return { formula: undefined, type: "number" };
    const type = formulaType(a, operation, b);
    if (type === undefined) this.#refuse(`${path}.of`, `${describe(a)} ${operation} ${describe(b)} has no meaning`);
    return { formula: { left: first, operation, right: second }, type: type ?? "number" };
  }

  #field(name: string, path: string): ReportField | undefined {
    const field = this.#fields.get(name);
    if (!field) this.#refuse(path, joinSentences("Unknown field of this kind", describeClosest(name, this.#fields.keys())));
    return field;
  }

  #requireUnique(names: readonly string[], path: (index: number) => string): void {
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index) this.#refuse(path(index), `${name} is named twice: each name must be unique`);
  }

  #refuse(field: string, message: string): void {
    if (!this.details.some((detail) => detail.field === field)) this.details.push({ field, message });
  }
}

const plainTypes: Partial<Record<MeasureType, ValueType>> = { share: "percent", rate: "percent", count: "count" };

const isDay = ({ name, type }: ReportField): boolean =>
  type === "date" || type === "instant" || (type === "text" && name.endsWith("_day"));

function valueType(type: MeasureType, fieldType: FieldType): ValueType {
  if (type === "distinct") return "count";
  if (type === "share") return "percent";
  if (fieldType === "money" || fieldType === "date" || fieldType === "instant") return fieldType;
  return "number";
}

const isPlain = (type: ValueType): boolean => type === "count" || type === "number" || type === "percent";
const describe = (type: ValueType): string => (isPlain(type) ? "number" : type);

/** Returns the type of a formula's result; undefined for dates, and for units that do not fit. */
function formulaType(left: ValueType, operation: Operation, right: ValueType): ValueType | undefined {
  if (isPlain(left) && isPlain(right)) return "number";
  if (left === "money" && right === "money") return operation === "*" ? undefined : operation === "/" ? "number" : "money";
  if (left === "money" && isPlain(right)) return operation === "*" || operation === "/" ? "money" : undefined;
  return isPlain(left) && right === "money" && operation === "*" ? "money" : undefined;
}

function buildBuckets(limits: readonly string[]): Bucket[] {
  const first: Bucket = { from: undefined, label: `< ${limits[0]}` };
  return [
    first,
    ...limits.map((limit, index): Bucket => {
      const next = limits[index + 1];
      return { from: parseExact(limit) ?? 0n, label: next === undefined ? `≥ ${limit}` : `${limit} to < ${next}` };
    }),
  ];
}
