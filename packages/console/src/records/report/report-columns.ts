import { fieldLabel } from "../../api/field-label.ts";
import type { Field } from "../../api/kind.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import {
  type Definition,
  type Grouping,
  groupName,
  hasSuggestedName,
  type Measure,
  type MeasureType,
  type Period,
  readMeasureField,
} from "./definition.ts";
import { isTime } from "./report-source.ts";

/** The columns of a result: what they are called and what their values are. */

/** What the values of a column are. `money` has the tenant's currency, `field` that of the record. */
export type ValueType =
  | { readonly type: "count" | "number" | "percent" | "days" | "money" | "date" | "instant" }
  | { readonly type: "period"; readonly by: Period }
  | { readonly type: "bucket"; readonly isMoney: boolean }
  | { readonly type: "field"; readonly field: Field };

export interface ResultColumn {
  readonly key: string;
  readonly label: string;
  readonly role: "group" | "measure" | "field";
  readonly value: ValueType;
  /** Whether the values of several rows can be added: counts and sums. */
  readonly isAdditive: boolean;
}

type Fields = ReadonlyMap<string, Field>;

export interface NamingContext {
  readonly fields: Fields;
  /** The records of the report in the plural. */
  readonly records: string;
  readonly t: Translate;
  /** Writes a label as it stands inside a sentence (`toFieldNoun`). */
  readonly toNoun: (label: string) => string;
}

const nameField = (fields: Fields, name: string): string => fields.get(name)?.label ?? fieldLabel(name.replaceAll(".", " "));

export const nameMeasureType = (type: MeasureType, t: Translate): string =>
  ({
    count: t("Number of records"),
    sum: t("Sum"),
    avg: t("Average"),
    median: t("Median"),
    min: t("Smallest value"),
    max: t("Largest value"),
    distinct: t("Number of different values"),
    share: t("Share of all"),
    rate: t("Rate"),
    formula: t("Formula"),
  })[type];

export const namePeriod = (period: Period, t: Translate): string =>
  ({ day: t("Day"), week: t("Week"), month: t("Month"), quarter: t("Quarter"), year: t("Year") })[period];

const OPERATION_SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷" } as const;

/** What a measure computes, in words. */
function describeMeasure(measure: Measure, all: readonly Measure[], context: NamingContext): string {
  const { do: type, field, of } = measure;
  const { fields, records, t, toNoun } = context;
  const { field: until, since } = readMeasureField(field);
  const noun = (name: string): string => toNoun(nameField(fields, name));
  const label = since === undefined ? noun(until) : t("days from {from} to {until}", { from: noun(since), until: noun(until) });
  switch (type) {
    case "count":
      return t("Number of {records}", { records });
    case "sum":
      return t("Sum of {field}", { field: label });
    case "avg":
      return t("Average of {field}", { field: label });
    case "median":
      return t("Median of {field}", { field: label });
    case "min":
      return t("Smallest {field}", { field: label });
    case "max":
      return t("Largest {field}", { field: label });
    case "distinct":
      return t("Different values of {field}", { field: label });
    case "share":
      return field === undefined ? t("Share of all {records}", { records }) : t("Share of {field}", { field: label });
    case "rate":
      return t("Rate");
    case "formula": {
      if (!of) return t("Formula");
      const [left, operation, right] = of;
      const name = (known: string): string => {
        const other = all.find(({ as }) => as === known);
        return other ? nameMeasure(other, all, context) : known;
      };
      return `${name(left)} ${OPERATION_SIGNS[operation]} ${name(right)}`;
    }
  }
}

/** The name that the user gave a measure, or else what it computes. */
export function nameMeasure(measure: Measure, all: readonly Measure[], context: NamingContext): string {
  if (!hasSuggestedName(measure)) return fieldLabel(measure.as);
  const text = describeMeasure(measure, all, context);
  return measure.where ? context.t("{measure} (filtered)", { measure: text }) : text;
}

function nameGrouping(grouping: Grouping, { fields, t, toNoun }: Omit<NamingContext, "records">): string {
  const label = nameField(fields, grouping.field);
  return grouping.by ? t("{field} by {period}", { field: label, period: toNoun(namePeriod(grouping.by, t)) }) : label;
}

function groupValue({ field, by, buckets }: Grouping, fields: Fields): ValueType {
  if (by) return { type: "period", by };
  const found = fields.get(field);
  if (buckets) return { type: "bucket", isMoney: found?.type === "money" };
  if (found?.type === "money") return { type: "money" };
  return found ? { type: "field", field: found } : { type: "number" };
}

/** Returns what the values of a measure are, as the API types them (measures of amounts have the tenant's currency). */
function measureValue({ do: type, field, of }: Measure, earlier: ReadonlyMap<string, ValueType>, fields: Fields): ValueType {
  if (type === "count" || type === "distinct") return { type: "count" };
  if (type === "share" || type === "rate") return { type: "percent" };
  if (type === "formula") return formulaValue(of, earlier);
  const { field: until, since } = readMeasureField(field);
  if (since !== undefined) return { type: "days" };
  const found = fields.get(until);
  if (found?.type === "money") return { type: "money" };
  if (found && isTime(found)) return { type: found.type === "date" ? "date" : "instant" };
  return found ? { type: "field", field: found } : { type: "number" };
}

function formulaValue(of: Measure["of"], earlier: ReadonlyMap<string, ValueType>): ValueType {
  if (!of) return { type: "number" };
  const isMoney = (name: string): boolean => earlier.get(name)?.type === "money";
  const [left, right] = [isMoney(of[0]), isMoney(of[2])];
  return { type: left !== right || (left && of[1] !== "/") ? "money" : "number" };
}

/** Lists the columns of a result. */
export function listResultColumns(definition: Definition, context: NamingContext): ResultColumn[] {
  const { columns = [], group_by = [], measures = [] } = definition;
  const { fields } = context;
  if (group_by.length + measures.length === 0)
    return columns.map((name) => {
      const field = fields.get(name);
      const value: ValueType = field ? { type: "field", field } : { type: "number" };
      return { key: name, label: nameField(fields, name), role: "field", value, isAdditive: false };
    });
  const groups = group_by.map(
    (grouping): ResultColumn => ({
      key: groupName(grouping),
      label: nameGrouping(grouping, context),
      role: "group",
      value: groupValue(grouping, fields),
      isAdditive: false,
    }),
  );
  const values = new Map<string, ValueType>();
  const figures = measures.map((measure): ResultColumn => {
    const value = measureValue(measure, values, fields);
    values.set(measure.as, value);
    return {
      key: measure.as,
      label: nameMeasure(measure, measures, context),
      role: "measure",
      value,
      isAdditive: measure.do === "count" || measure.do === "sum" || measure.do === "share",
    };
  });
  return [...groups, ...figures];
}

export const isNumericColumn = ({ role, value }: ResultColumn): boolean =>
  role === "measure"
    ? value.type !== "date" && value.type !== "instant"
    : value.type === "money" || (value.type === "field" && ["integer", "number", "money"].includes(value.field.type));
