import * as z from "zod";
import type { Detail } from "../kernel/error.ts";
import { Money } from "../kernel/money.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { billingFrequencies } from "./frequency.rules.ts";
import { type ContractFacts, type Customs, nearestTo, type Type, typeOf, valueAt } from "./merge.rules.ts";

/**
 * When a clause stands in a contract: all of its conditions hold. The operators are those of lists (storage/read/ask.ts), the fields those of
 * merge fields. A text is the same whatever its letter case and accents. Pure.
 */

const operators = ["eq", "ne", "in", "prefix", "gt", "gte", "lt", "lte", "is_null"] as const;
type Operator = (typeof operators)[number];

export const MOST_CONDITIONS = 20;
const MOST_VALUES = 50;

const value = z.union([text(255), z.number(), z.boolean()]);

export const Condition = z.strictObject({
  field: text(200).meta({ examples: ["customer.name"] }),
  operator: oneOf(operators).default("eq"),
  value: z.union([value, z.array(value).min(1).max(MOST_VALUES)]).describe("Of `in` a list; of `is_null` true or false"),
});
export type Condition = z.output<typeof Condition>;

const equality: readonly Operator[] = ["eq", "ne", "in", "is_null"];
const ordered: readonly Operator[] = [...equality, "gt", "gte", "lt", "lte"];

const operatorsOf: Readonly<Record<Type, readonly Operator[]>> = {
  text: [...equality, "prefix"],
  money: ordered,
  number: ordered,
  date: ordered,
  boolean: ["eq", "ne", "is_null"],
  frequency: equality,
};

const isDecimal = (given: unknown): boolean =>
  typeof given === "number" ? Number.isFinite(given) && Math.abs(given) < 1e15 : /^-?\d{1,15}(\.\d{1,4})?$/.test(String(given));

/** What values of each type are. */
const isValue: Readonly<Record<Type, readonly [is: (given: unknown) => boolean, otherwise: string]>> = {
  text: [(given) => typeof given === "string" && given.trim() !== "", "Not a text"],
  money: [isDecimal, 'Not an amount, such as "1200.00"'],
  number: [isDecimal, "Not a number, such as 12"],
  date: [(given) => z.iso.date().safeParse(given).success, "Not a date, YYYY-MM-DD"],
  boolean: [(given) => typeof given === "boolean", "Must be true or false"],
  frequency: [
    (given) => billingFrequencies.some((each) => each === String(given).toUpperCase()),
    `Not one of ${billingFrequencies.join(", ")}`,
  ],
};

/** All that is wrong with conditions; `at` is where they stand in the input. */
export const wrongWithConditions = (conditions: readonly Condition[], at: string, customs: Customs): Detail[] =>
  conditions.flatMap((condition, place) => wrongWith(condition, `${at}[${place}].`, customs));

function wrongWith({ field, operator, value }: Condition, at: string, customs: Customs): Detail[] {
  const type = typeOf(field, customs);
  if (!type) return [{ field: `${at}field`, message: `No field "${field.slice(0, 100)}": ${nearestTo(field, customs)}` }];
  const known = operatorsOf[type];
  if (!known.includes(operator)) return [{ field: `${at}operator`, message: `${field} is asked by ${known.join(", ")}` }];
  if (operator === "is_null")
    return typeof value === "boolean" ? [] : [{ field: `${at}value`, message: "Must be true or false" }];
  if (Array.isArray(value) !== (operator === "in"))
    return [{ field: `${at}value`, message: operator === "in" ? "A list of values" : "One value" }];
  const [is, otherwise] = isValue[type];
  return [value].flat().every(is) ? [] : [{ field: `${at}value`, message: otherwise }];
}

/** Whether all of them hold. */
export const holdAll = (conditions: readonly Condition[], facts: ContractFacts, customs: Customs): boolean =>
  conditions.every((condition) => holds(condition, facts, customs));

function holds({ field, operator, value }: Condition, facts: ContractFacts, customs: Customs): boolean {
  const type = typeOf(field, customs);
  const found = valueAt(facts, field);
  const isNull = !type || found === undefined || found === null || found === "";
  if (operator === "is_null") return isNull === value;
  // Of what is not known nothing is so, but that it is something else.
  if (isNull) return operator === "ne";
  const [is] = isValue[type];
  const one = Array.isArray(found) ? found.map(String).join(", ") : found;
  if (!is(one)) return operator === "ne";
  const against = (other: unknown): number => compared(type, one, other);
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

function compared(type: Type, one: unknown, other: unknown): number {
  if (type === "money" || type === "number") return Money.compare(Money.plain(String(one)), Money.plain(String(other)));
  const [left, right] = [one, other].map((each) => fold(String(each)));
  return left === right ? 0 : String(left) < String(right) ? -1 : 1;
}
