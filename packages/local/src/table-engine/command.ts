import type { AttributeValue, Item } from "./attribute-value.ts";
import { describeUnits, type TransactionUnits, type Units } from "./capacity.ts";
import { checkCondition, holds } from "./condition.ts";
import type { TableDefinition } from "./definition.ts";
import { Bindings, requireDistinctPaths } from "./expression.ts";
import { parseCondition, parseProjection } from "./expression-parser.ts";
import { readValue } from "./item.ts";
import { SchemaError, TableError, ValidationError } from "./table-error.ts";

/** Parameters that commands share. Input and output are those of DynamoDB's API. */

export type Input = Readonly<Record<string, unknown>>;
export type Output = Record<string, unknown>;

export function requireTable({ TableName }: Input, { name }: TableDefinition): void {
  if (TableName !== name) throw new TableError("ResourceNotFoundException", "Requested resource not found");
}

/** Builds the error for one or several constraints of the API that a parameter violates. */
export const constraintError = (problem: string): ValidationError =>
  new ValidationError(`1 validation error detected: ${problem}`);

export function requireParameters(input: Input, names: readonly string[], place = ""): void {
  const missing = names.find((name) => input[name] === undefined);
  if (missing !== undefined)
    throw constraintError(`Value null at '${place}${memberName(missing)}' failed to satisfy constraint: Member must not be null`);
}

const memberName = (parameter: string): string => `${parameter[0]?.toLowerCase()}${parameter.slice(1)}`;

const LEGACY = [
  ...["AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter", "ScanFilter"],
];
const EXPRESSIONS = [
  "KeyConditionExpression",
  "FilterExpression",
  "ProjectionExpression",
  "ConditionExpression",
  "UpdateExpression",
];

/** Reads the names and values of a command's expressions, and checks them as stored values are checked. */
export function readBindings(input: Input): Bindings {
  const legacy = LEGACY.find((parameter) => input[parameter] !== undefined);
  if (legacy !== undefined)
    throw new ValidationError(`${legacy} is a legacy parameter, which this engine does not support: use expressions`);
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  const expressions = EXPRESSIONS.filter((parameter) => input[parameter] !== undefined);
  if (names !== undefined) {
    if (expressions.length === 0)
      throw new ValidationError("ExpressionAttributeNames can only be specified when using expressions");
    requireEntries("ExpressionAttributeNames", names, /^#[A-Za-z0-9_]+$/);
  }
  if (values !== undefined) {
    if (expressions.every((parameter) => parameter === "ProjectionExpression"))
      throw new ValidationError("ExpressionAttributeValues can only be specified when using expressions");
    requireEntries("ExpressionAttributeValues", values, /^:[A-Za-z0-9_]+$/);
  }
  const read: Record<string, AttributeValue> = {};
  for (const [placeholder, value] of Object.entries((values ?? {}) as Input)) read[placeholder] = readValue(value);
  return new Bindings((names ?? {}) as Record<string, string>, read);
}

function requireEntries(parameter: string, entries: object | unknown, syntax: RegExp): void {
  const names = Object.keys(entries as object);
  if (names.length === 0) throw new ValidationError(`${parameter} must not be empty`);
  const invalidName = names.find((name) => !syntax.test(name));
  if (invalidName !== undefined)
    throw new ValidationError(`${parameter} contains invalid key: Syntax error; key: "${invalidName}"`);
}

/** Returns a condition, parsed, bound and checked. Without a condition, the test holds for every item. */
export function readCondition(input: Input, parameter: "ConditionExpression" | "FilterExpression", bindings: Bindings): Test {
  const text = input[parameter];
  if (text === undefined) return () => true;
  const parsed = parseCondition(parameter, String(text));
  bindings.use(parameter, parsed);
  checkCondition(parameter, parsed.tree, bindings);
  return (item) => holds(parsed.tree, item, bindings);
}

export type Test = (item: Item) => boolean;

/** Returns the paths of `ProjectionExpression`; undefined without one. */
export function readProjection(input: Input, bindings: Bindings): (string | number)[][] | undefined {
  if (input.ProjectionExpression === undefined) return undefined;
  const parsed = parseProjection(String(input.ProjectionExpression));
  bindings.use("ProjectionExpression", parsed);
  const paths = parsed.tree.map((path) => bindings.steps(path));
  requireDistinctPaths("ProjectionExpression", paths);
  return paths;
}

/** Refuses paths into key attributes, which are texts. */
export function requireScalarKeys(bindings: Bindings, { partitionKey, sortKey, indexes }: TableDefinition): void {
  for (const [name, ...rest] of bindings.paths()) {
    if (rest.length === 0 || typeof name !== "string") continue;
    const isKey = name === partitionKey || name === sortKey;
    if (isKey || indexes.some((index) => index.partitionKey === name || index.sortKey === name))
      throw new SchemaError(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${isKey ? "Key" : "IndexKey"}: ${name}`,
      );
  }
}

/** Returns a parameter that must be one of these values, in the order of DynamoDB's message; undefined if it is not given. */
export function readChoice<const T extends string>(input: Input, parameter: string, choices: readonly T[]): T | undefined {
  const value = input[parameter];
  if (value === undefined || value === null) return undefined;
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw constraintError(
    `Value '${value}' at '${memberName(parameter)}' failed to satisfy constraint: Member must satisfy enum value set: [${choices.join(", ")}]`,
  );
}

export const readConsumedCapacity = (input: Input): unknown =>
  readChoice(input, "ReturnConsumedCapacity", ["INDEXES", "TOTAL", "NONE"]);

/** Returns an answer's `ConsumedCapacity`, if the command asks for it. */
export function consumedCapacity(units: Units, input: Input, definition: TableDefinition): { ConsumedCapacity?: object } {
  const described = describeUnits(units, readConsumedCapacity(input), definition);
  return described ? { ConsumedCapacity: described } : {};
}

/** Does the same for commands that name several tables. */
export function consumedCapacityByTable(
  units: Units,
  input: Input,
  definition: TableDefinition,
  transaction?: TransactionUnits,
): { ConsumedCapacity?: object[] } {
  const described = describeUnits(units, readConsumedCapacity(input), definition, transaction);
  return described ? { ConsumedCapacity: [described] } : {};
}
