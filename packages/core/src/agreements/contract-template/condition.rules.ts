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

const isDecimal = (given: unknown): boolean =>
  typeof given === "number" ? Number.isFinite(given) && Math.abs(given) < 1e15 : /^-?\d{1,15}(\.\d{1,4})?$/.test(String(given));

/** Checks a value by type, with the error text. */
const valueChecks: Readonly<Record<Type, readonly [is: (given: unknown) => boolean, otherwise: string]>> = {
  text: [(given) => typeof given === "string" && given.trim() !== "", "Must be a non-empty string"],
  money: [isDecimal, 'Must be an amount such as "1200.00"'],
  number: [isDecimal, "Must be a number such as 12"],
  date: [(given) => z.iso.date().safeParse(given).success, "Must be a date: YYYY-MM-DD"],
  boolean: [(given) => typeof given === "boolean", "Must be true or false"],
  frequency: [
    (given) => billingFrequencies.some((each) => each === String(given).toUpperCase()),
    `Must be one of ${billingFrequencies.join(", ")}`,
  ],
};

/** Returns the faults of conditions. `at` is their path in the input. */
export const findConditionFaults = (conditions: readonly Condition[], at: string, customs: CustomTypes): ErrorDetail[] =>
  conditions.flatMap((condition, place) => findFaults(condition, `${at}[${place}].`, customs));

function findFaults({ field, operator, value }: Condition, at: string, customs: CustomTypes): ErrorDetail[] {
  const type = findType(field, customs);
  if (!type) return [{ field: `${at}field`, message: `No field "${field.slice(0, 100)}": ${suggestPath(field, customs)}` }];
  const known = operatorsByType[type];
  if (!known.includes(operator))
    return [{ field: `${at}operator`, message: `${field} supports only the operators ${known.join(", ")}` }];
  if (operator === "is_null")
    return typeof value === "boolean" ? [] : [{ field: `${at}value`, message: "Must be true or false" }];
  if (Array.isArray(value) !== (operator === "in"))
    return [{ field: `${at}value`, message: operator === "in" ? "Must be a list of values" : "Must be a single value" }];
  const [is, otherwise] = valueChecks[type];
  return [value].flat().every(is) ? [] : [{ field: `${at}value`, message: otherwise }];
}

/** Returns whether all conditions hold. */
export const areConditionsMet = (conditions: readonly Condition[], facts: ContractFacts, customs: CustomTypes): boolean =>
  conditions.every((condition) => isConditionMet(condition, facts, customs));

function isConditionMet({ field, operator, value }: Condition, facts: ContractFacts, customs: CustomTypes): boolean {
  const type = findType(field, customs);
  const found = readValue(facts, field);
  const isNull = !type || found === undefined || found === null || found === "";
  if (operator === "is_null") return isNull === value;
  // For an unknown value only `ne` (and `is_null`, above) holds.
  if (isNull) return operator === "ne";
  const [is] = valueChecks[type];
  const one = Array.isArray(found) ? found.map(String).join(", ") : found;
  if (!is(one)) return operator === "ne";
  const against = (other: unknown): number => compareValues(type, one, other);
  switch (operator) {
    case "eq":
      return against(value) === 0;
    case "ne":
      return against(value) !== 0;
    case "in":
      return [value].flat().some((each) => against(each) === 0);
    case "prefix":
      return fold(String(one)).startsWith(fold(String(value)));
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

function compareValues(type: Type, one: unknown, other: unknown): number {
  if (type === "money" || type === "number")
    return Money.compare(Money.normalizeDecimal(String(one)), Money.normalizeDecimal(String(other)));
  const [left, right] = [one, other].map((each) => fold(String(each)));
  return left === right ? 0 : String(left) < String(right) ? -1 : 1;
}
