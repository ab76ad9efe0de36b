import type { Schemas } from "@crm/sdk/index.ts";
import type { Field } from "./kind.ts";

/** Evaluates the conditions of layouts on a record (docs/api.md, "The schema"). The server decides; this only hides what does not apply. */

type PlainCondition = Schemas.SchemaConditions;
/** One that must hold for each field, or alternatives. */
export type Condition = PlainCondition | Schemas.SchemaAlternatives;
/** Master data is named by code in conditions. `codeFor` returns the code of a stored id. */
type CodeFor = (field: string, value: unknown) => unknown;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const listAlternatives = (condition: Condition = {}): readonly PlainCondition[] =>
  "or" in condition && Array.isArray(condition.or) ? condition.or : [condition as PlainCondition];

const operators: Readonly<Record<string, (value: unknown, expected: unknown) => boolean>> = {
  eq: (value, expected) => value === expected,
  ne: (value, expected) => value !== expected,
  in: (value, expected) => Array.isArray(expected) && expected.includes(value),
  is_null: (value, expected) => isEmpty(value) === expected,
};

export const matchesCondition = (
  condition: Condition | undefined,
  record: Readonly<Record<string, unknown>>,
  codeFor: CodeFor = (_, value) => value,
): boolean =>
  listAlternatives(condition).some((alternative) =>
    Object.entries(alternative).every(([field, tests]) =>
      Object.entries(tests).every(
        ([operator, expected]) => operators[operator]?.(codeFor(field, record[field]), expected) ?? true,
      ),
    ),
  );

/** Names the fields that a condition is about. */
export const listConditionFields = (condition: Condition | undefined): string[] =>
  listAlternatives(condition).flatMap(Object.keys);

/** Returns the function that finds the code of a stored value. Records store ids of master data, and conditions name codes. */
export const createCodeFinder =
  (fields: readonly Field[]): CodeFor =>
  (name, value) =>
    fields.find((field) => field.name === name)?.choices?.find(({ id }) => id !== undefined && id === value)?.code ?? value;
