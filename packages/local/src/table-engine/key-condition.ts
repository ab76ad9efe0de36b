import type { AttributeValue } from "./attribute-value.ts";
import { checkCondition } from "./condition.ts";
import type { Bindings, Condition, Operand } from "./expression.ts";
import { parseCondition } from "./expression-parser.ts";
import type { Bound } from "./storage.ts";
import { invalidParameter, ValidationError } from "./table-error.ts";
import { compareText } from "./text-order.ts";

/** The selection of a `KeyConditionExpression`: one partition, and a range of its sort key. */
export interface KeyCondition {
  readonly partition: string;
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
  readonly prefix: string | undefined;
}

interface Keys {
  readonly partitionKey: string;
  readonly sortKey: string;
}

const PARAMETER = "KeyConditionExpression";

/** Returns the parts of the condition, checked without the table. */
export function readKeyParts(text: unknown, bindings: Bindings): KeyPart[] {
  if (typeof text !== "string")
    throw new ValidationError("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  const parsed = parseCondition(PARAMETER, text);
  bindings.use(PARAMETER, parsed);
  const parts = splitConjunction(parsed.tree).map((part) => readPart(part, bindings));
  const names = parts.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new ValidationError(`Invalid ${PARAMETER}: KeyConditionExpressions must only contain one condition per key`);
  return parts;
}

/** Returns the range that the parts select in a table or index with these keys. */
export function selectRange(parts: readonly KeyPart[], { partitionKey, sortKey }: Keys): KeyCondition {
  if (parts.length > 2)
    throw new ValidationError(
      `The number of query conditions (${parts.length}) exceeds the number of key attributes defined in the schema (2)`,
    );
  const [partition, sort] = [partitionKey, sortKey].map((key) => parts.find(({ name }) => name === key));
  if (!partition) throw new ValidationError(`Query condition missed key schema element: ${partitionKey}`);
  if (parts.length === 2 && !sort) throw new ValidationError(`Query condition missed key schema element: ${sortKey}`);
  const [value = ""] = readTexts(partition);
  const range = readSortRange(sort);
  if (partition.operator !== "=") throw new ValidationError("Query key condition not supported");
  return { partition: value, ...range };
}

interface KeyPart {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

function splitConjunction(condition: Condition): Condition[] {
  if (condition.kind === "and") return [...splitConjunction(condition.left), ...splitConjunction(condition.right)];
  return [condition];
}

const unsupported = (operator: string): ValidationError =>
  new ValidationError(`Invalid operator used in ${PARAMETER}: ${operator}`);
const invalidCondition = (problem: string): ValidationError =>
  new ValidationError(`Invalid condition in ${PARAMETER}: ${problem}`);

function readPart(part: Condition, bindings: Bindings): KeyPart {
  switch (part.kind) {
    case "compare":
      if (part.comparator === "<>") throw unsupported("<>");
      return readComparison(part, bindings);
    case "between":
      return readFirstOperand("BETWEEN", part, [part.operand, part.lower, part.upper], bindings);
    case "function":
      if (part.name !== "begins_with") throw unsupported(part.name);
      return readFirstOperand("begins_with", part, part.operands, bindings);
    case "or":
    case "not":
    case "in":
      throw unsupported(part.kind.toUpperCase());
    default:
      throw unsupported(part.kind === "exists" ? "attribute_exists" : "attribute_not_exists");
  }
}

function readComparison(part: Extract<Condition, { kind: "compare" }>, bindings: Bindings): KeyPart {
  const isMirrored = part.left.kind === "value";
  const [path, value] = isMirrored ? [part.right, part.left] : [part.left, part.right];
  if (path.kind === "value") throw invalidCondition("No key attribute specified");
  return keyPart(isMirrored ? mirror(part.comparator) : part.comparator, part, [path, value], bindings);
}

function readFirstOperand(operator: string, part: Condition, operands: readonly Operand[], bindings: Bindings): KeyPart {
  const [first, ...otherOperands] = operands;
  if (first?.kind === "value")
    throw invalidCondition(
      otherOperands.some(({ kind }) => kind !== "value")
        ? `${operator} operator must have the key attribute as its first operand`
        : "No key attribute specified",
    );
  return keyPart(operator, part, operands, bindings);
}

/** `:v < sk` means `sk > :v`. */
const mirror = (comparator: string): string => ({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" })[comparator] ?? comparator;

function keyPart(operator: string, part: Condition, [key, ...operands]: readonly Operand[], bindings: Bindings): KeyPart {
  if (key?.kind !== "path" || operands.some(({ kind }) => kind === "size"))
    throw new ValidationError("KeyConditionExpressions cannot contain nested operations");
  if (operands.some(({ kind }) => kind === "path")) throw invalidCondition("Multiple attribute names used in one condition");
  const [name, ...rest] = bindings.steps(key.path);
  if (rest.length > 0)
    throw new ValidationError(`Invalid ${PARAMETER}: KeyConditionExpressions cannot have conditions on nested attributes`);
  checkCondition(PARAMETER, part, bindings);
  const values = operands.map((operand) => bindings.value((operand as Extract<Operand, { kind: "value" }>).placeholder));
  return { name: String(name), operator, values };
}

function readTexts({ name, values }: KeyPart): string[] {
  return values.map((value) => {
    if (!("S" in value)) throw invalidParameter("Condition parameter type does not match schema type");
    if (value.S === "")
      throw new ValidationError(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    return value.S;
  });
}

function readSortRange(part: KeyPart | undefined): Omit<KeyCondition, "partition"> {
  if (!part) return { lower: undefined, upper: undefined, prefix: undefined };
  const [first = "", second = ""] = readTexts(part);
  const bound = (value: string, inclusive: boolean): Bound => ({ value, inclusive });
  switch (part.operator) {
    case "=":
      return { lower: bound(first, true), upper: bound(first, true), prefix: undefined };
    case "<":
    case "<=":
      return { lower: undefined, upper: bound(first, part.operator === "<="), prefix: undefined };
    case ">":
    case ">=":
      return { lower: bound(first, part.operator === ">="), upper: undefined, prefix: undefined };
    case "BETWEEN":
      return { lower: bound(first, true), upper: bound(second, true), prefix: undefined };
    default:
      return { lower: bound(first, true), upper: prefixEnd(first), prefix: first };
  }
}

/** Returns the first text after all texts with this prefix; undefined if there is none. */
function prefixEnd(prefix: string): Bound | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const code = last.codePointAt(0) ?? 0;
    if (code === 0x10ffff) continue;
    // Surrogate halves, between U+D7FF and U+E000, are no characters.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    return { value: points.join("") + String.fromCodePoint(next), inclusive: false };
  }
  return undefined;
}

/** Whether a sort key lies in the range. */
export function isWithin(sort: string, { lower, upper }: Pick<KeyCondition, "lower" | "upper">): boolean {
  const above = lower ? compareText(sort, lower.value) : 1;
  const below = upper ? compareText(sort, upper.value) : -1;
  return (above > 0 || (above === 0 && Boolean(lower?.inclusive))) && (below < 0 || (below === 0 && Boolean(upper?.inclusive)));
}
