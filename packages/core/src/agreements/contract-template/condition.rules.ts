import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { billingFrequencies } from "./billing-frequency.rules.ts";
import { type ContractFacts, type CustomTypes, findType, readValue, suggestPath, type Type } from "./merge-fields.rules.ts";

/**
 * Pure rules: a clause appears in a contract if all of its conditions hold. The operators are those of list filters (storage/read/filter.ts), the
 * fields are the merge fields. Texts are compared without letter case and accents.
 */

const operators = ["eq", "ne", "in", "prefix", "gt", "gte", "lt", "lte", "is_null"] as const;
type Operator = (typeof operators)[number];

export const MAX_CONDITIONS = 20;
const MAX_VALUES = 50;

const valueField = z.union([text(255), z.number(), z.boolean()]);

export const Condition = z.strictObject({
  field: text(200).meta({ examples: ["customer.name"] }),
  operator: oneOf(operators).default("eq"),
  value: z
    .union([valueField, z.array(valueField).min(1).max(MAX_VALUES)])
    .describe("A list for `in`, true or false for `is_null`, otherwise a single value"),
});
export type Condition = z.output<typeof Condition>;

const equalityOperators: readonly Operator[] = ["eq", "ne", "in", "is_null"];
const orderOperators: readonly Operator[] = [...equalityOperators, "gt", "gte", "lt", "lte"];

const operatorsByType: Readonly<Record<Type, readonly Operator[]>> = {
  text: [...equalityOperators, "prefix"],
  money: orderOperators,
  number: orderOperators,
  date: orderOperators,
  boolean: ["eq", "ne", "is_null"],
  frequency: equalityOperators,
};

const isDecimal = (value: unknown): boolean =>
  typeof value === "number" ? Number.isFinite(value) && Math.abs(value) < 1e15 : /^-?\d{1,15}(\.\d{1,4})?$/.test(String(value));

/** Checks a value by type, with the error text. */
const valueChecks: Readonly<Record<Type, readonly [is: (value: unknown) => boolean, otherwise: string]>> = {
  text: [(value) => typeof value === "string" && value.trim() !== "", "Must be a non-empty string"],
  money: [isDecimal, 'Must be an amount such as "1200.00"'],
  number: [isDecimal, "Must be a number such as 12"],
  date: [(value) => z.iso.date().safeParse(value).success, "Must be a date: YYYY-MM-DD"],
  boolean: [(value) => typeof value === "boolean", "Must be true or false"],
  frequency: [
    (value) => billingFrequencies.some((billingFrequency) => billingFrequency === String(value).toUpperCase()),
    `Must be one of ${billingFrequencies.join(", ")}`,
  ],
};

/** Returns the faults of conditions. `path` is their path in the input. */
export const findConditionFaults = (conditions: readonly Condition[], path: string, customs: CustomTypes): ErrorDetail[] =>
  conditions.flatMap((condition, place) => findFaults(condition, `${path}[${place}].`, customs));

function findFaults({ field, operator, value }: Condition, path: string, customs: CustomTypes): ErrorDetail[] {
  const type = findType(field, customs);
  if (!type) return [{ field: `${path}field`, message: `No field "${field.slice(0, 100)}": ${suggestPath(field, customs)}` }];
  const allowedOperators = operatorsByType[type];
  if (!allowedOperators.includes(operator))
    return [{ field: `${path}operator`, message: `${field} supports only the operators ${allowedOperators.join(", ")}` }];
  if (operator === "is_null")
    return typeof value === "boolean" ? [] : [{ field: `${path}value`, message: "Must be true or false" }];
  if (Array.isArray(value) !== (operator === "in"))
    return [{ field: `${path}value`, message: operator === "in" ? "Must be a list of values" : "Must be a single value" }];
  const [isValid, otherwise] = valueChecks[type];
  return [value].flat().every(isValid) ? [] : [{ field: `${path}value`, message: otherwise }];
}

/** Returns whether all conditions hold. */
export const areConditionsMet = (conditions: readonly Condition[], facts: ContractFacts, customs: CustomTypes): boolean =>
  conditions.every((condition) => isConditionMet(condition, facts, customs));

function isConditionMet({ field, operator, value }: Condition, facts: ContractFacts, customs: CustomTypes): boolean {
  const type = findType(field, customs);
  const actualValue = readValue(facts, field);
  const isNull = !type || actualValue === undefined || actualValue === null || actualValue === "";
  if (operator === "is_null") return isNull === value;
  // For an unknown value only `ne` (and `is_null`, above) holds.
  if (isNull) return operator === "ne";
  const [isValid] = valueChecks[type];
  const comparedValue = Array.isArray(actualValue) ? actualValue.map(String).join(", ") : actualValue;
  if (!isValid(comparedValue)) return operator === "ne";
  const against = (expected: unknown): number => compareValues(type, comparedValue, expected);
  switch (operator) {
    case "eq":
      return against(value) === 0;
    case "ne":
      return against(value) !== 0;
    case "in":
      return [value].flat().some((option) => against(option) === 0);
    case "prefix":
      return fold(String(comparedValue)).startsWith(fold(String(value)));
    case "gt":
      return against(value) > 0;
    case "gte":
      return against(value) >= 0;
    case "lt":
      return against(value) < 0;
    default:
      return against(value) <= 0;
  }
}

function compareValues(type: Type, a: unknown, b: unknown): number {
  if (type === "money" || type === "number")
    return Money.compare(Money.normalizeDecimal(String(a)), Money.normalizeDecimal(String(b)));
  const [left, right] = [a, b].map((operand) => fold(String(operand)));
  return left === right ? 0 : String(left) < String(right) ? -1 : 1;
}
