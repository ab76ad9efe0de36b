/** The operators of lists, by the type of the field (docs/api.md, "Lists and filters"). */
export type FilterOperator =
  | ("eq" | "ne" | "in" | "not_in" | "prefix" | "contains" | "not_contains")
  | ("gt" | "gte" | "lt" | "lte" | "has" | "not_has" | "is_null");

export type FilterType = "text" | "choice" | "reference" | "number" | "money" | "date" | "instant" | "boolean" | "choices";

const order = ["eq", "ne", "gt", "gte", "lt", "lte", "is_null"] as const;

const operatorsByType: Readonly<Record<FilterType, readonly FilterOperator[]>> = {
  text: ["contains", "not_contains", "prefix", "eq", "ne", "is_null"],
  choice: ["in", "not_in", "is_null"],
  reference: ["eq", "ne", "is_null"],
  number: order,
  money: order,
  date: order,
  instant: ["eq", "gt", "gte", "lt", "lte", "is_null"],
  boolean: ["eq"],
  choices: ["has", "not_has", "is_null"],
};

/** The operators of a field: those of its type that its list has too. */
export const listOperators = (field: { readonly type: FilterType; readonly operators?: readonly string[] }): FilterOperator[] =>
  operatorsByType[field.type].filter((operator) => field.operators?.includes(operator) ?? true);

/** Operators that take several values. */
export const takesSeveral = (operator: string): boolean => operator === "in" || operator === "not_in";

/** A condition of a list: `status[in]=new,contacted` has two values. `is_null` has `true` or `false`. */
export interface FilterCondition {
  readonly field: string;
  readonly operator: FilterOperator;
  readonly values: readonly string[];
}

/** Whether a condition has the values that its operator needs. */
export const isComplete = ({ operator, values }: FilterCondition): boolean =>
  operator === "is_null" ? values.length === 1 : values.some((value) => value !== "");
