import { type AttributeValue, attributeType, type Item } from "./attribute-value.ts";
import type { Bindings, Comparator, Condition, ConditionFunction, Operand } from "./expression.ts";
import { describePath, valueAt } from "./expression.ts";
import { isEqual, isSet, setElements } from "./item.ts";
import { compareNumbers } from "./number.ts";
import { ValidationError } from "./table-error.ts";
import { compareText } from "./text-order.ts";

/** Evaluates conditions on items with DynamoDB's comparisons. */

const TYPES = new Set(["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]);

export function holds(condition: Condition, item: Item, bindings: Bindings): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item, bindings) && holds(condition.right, item, bindings);
    case "or":
      return holds(condition.left, item, bindings) || holds(condition.right, item, bindings);
    case "not":
      return !holds(condition.condition, item, bindings);
    case "exists":
      return valueAt(item, bindings.steps(condition.path)) !== undefined;
    case "not_exists":
      return valueAt(item, bindings.steps(condition.path)) === undefined;
    case "compare":
      return satisfiesComparator(
        condition.comparator,
        operandValue(condition.left, item, bindings),
        operandValue(condition.right, item, bindings),
      );
    case "between": {
      const [value, lower, upper] = [condition.operand, condition.lower, condition.upper].map((operand) =>
        operandValue(operand, item, bindings),
      );
      return satisfiesComparator(">=", value, lower) && satisfiesComparator("<=", value, upper);
    }
    case "in": {
      const value = operandValue(condition.operand, item, bindings);
      return condition.list.some((operand) => satisfiesComparator("=", value, operandValue(operand, item, bindings)));
    }
    case "function":
      return callFunction(condition.name, condition.operands, item, bindings);
  }
}

function operandValue(operand: Operand, item: Item, bindings: Bindings): AttributeValue | undefined {
  if (operand.kind === "value") return bindings.value(operand.placeholder);
  if (operand.kind === "path") return valueAt(item, bindings.steps(operand.path));
  const value = operandValue(operand.operand, item, bindings);
  return value && measureSize(value);
}

/** Returns `size`: UTF-16 units of texts, bytes of binary values, elements of sets, lists and maps; undefined for other types. */
function measureSize(value: AttributeValue): AttributeValue | undefined {
  const count = (size: number): AttributeValue => ({ N: String(size) });
  if ("S" in value) return count(value.S.length);
  if ("B" in value) return count(value.B.length);
  if ("L" in value) return count(value.L.length);
  if ("M" in value) return count(Object.keys(value.M).length);
  return isSet(value) ? count(setElements(value).length) : undefined;
}

/** Values of different types, and missing ones, are unequal and have no order. */
function satisfiesComparator(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (!left || !right) return comparator === "<>";
  if (comparator === "=") return isEqual(left, right);
  if (comparator === "<>") return !isEqual(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (comparator === "<") return order < 0;
  if (comparator === "<=") return order <= 0;
  return comparator === ">" ? order > 0 : order >= 0;
}

function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ("S" in left && "S" in right) return compareText(left.S, right.S);
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  return "B" in left && "B" in right ? Buffer.compare(left.B, right.B) : undefined;
}

function callFunction(name: ConditionFunction, operands: readonly [Operand, Operand], item: Item, bindings: Bindings): boolean {
  const [value, argument] = operands.map((operand) => operandValue(operand, item, bindings));
  if (!value || !argument) return false;
  if (name === "attribute_type") return "S" in argument && attributeType(value) === argument.S;
  if (name === "begins_with") return beginsWith(value, argument);
  if ("S" in value && "S" in argument) return value.S.includes(argument.S);
  if ("B" in value && "B" in argument) return Buffer.from(value.B).includes(Buffer.from(argument.B));
  if ("L" in value) return value.L.some((element) => isEqual(element, argument));
  if ("SS" in value && "S" in argument) return value.SS.includes(argument.S);
  if ("NS" in value && "N" in argument) return value.NS.includes(argument.N);
  return "BS" in value && "B" in argument && value.BS.some((element) => Buffer.compare(element, argument.B) === 0);
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ("S" in value && "S" in prefix) return value.S.startsWith(prefix.S);
  return "B" in value && "B" in prefix && Buffer.compare(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
}

/** Refuses operands that are wrong for every item. */
export function checkCondition(expression: string, condition: Condition, bindings: Bindings): void {
  new ConditionCheck(expression, bindings).check(condition);
}

const ORDERED = ["S", "N", "B"];
const SIZED = ["S", "B", "L", "M", "SS", "NS", "BS"];

class ConditionCheck {
  readonly #expression: string;
  readonly #bindings: Bindings;

  constructor(expression: string, bindings: Bindings) {
    this.#expression = expression;
    this.#bindings = bindings;
  }

  check(condition: Condition): void {
    switch (condition.kind) {
      case "and":
      case "or":
        this.check(condition.left);
        this.check(condition.right);
        break;
      case "not":
        this.check(condition.condition);
        break;
      case "compare":
        this.#checkComparison(condition.comparator, condition.left, condition.right);
        break;
      case "between":
        this.#checkBetween(condition.operand, condition.lower, condition.upper);
        break;
      case "in":
        this.#requireDistinct("IN", condition.operand, condition.list);
        for (const operand of [condition.operand, ...condition.list]) this.#checkSize(operand);
        break;
      case "function":
        this.#checkFunction(condition.name, condition.operands);
    }
  }

  #checkComparison(comparator: Comparator, left: Operand, right: Operand): void {
    this.#requireDistinct(comparator, left, [right]);
    const isOrder = comparator !== "=" && comparator !== "<>";
    for (const operand of [left, right])
      if (isOrder) this.#requireType(comparator, operand, ORDERED);
      else this.#checkSize(operand);
  }

  #checkBetween(operand: Operand, lower: Operand, upper: Operand): void {
    this.#requireDistinct("BETWEEN", operand, [lower, upper]);
    for (const comparedOperand of [operand, lower, upper]) this.#requireType("BETWEEN", comparedOperand, ORDERED);
    if (lower.kind !== "value" || upper.kind !== "value") return;
    const [from, to] = [this.#bindings.value(lower.placeholder), this.#bindings.value(upper.placeholder)];
    const bounds = `lower bound operand: AttributeValue: ${describeValue(from)}, upper bound operand: AttributeValue: ${describeValue(to)}`;
    if (attributeType(from) !== attributeType(to))
      throw this.#invalid(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    if ((compareValues(from, to) ?? 0) > 0)
      throw this.#invalid(`The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`);
  }

  #checkFunction(name: ConditionFunction, [first, second]: readonly [Operand, Operand]): void {
    if (name === "attribute_type") {
      this.#checkTypeName(second);
      return;
    }
    this.#requireDistinct(name, first, [second]);
    if (name === "begins_with") for (const operand of [first, second]) this.#requireType(name, operand, ["S", "B"]);
  }

  #checkTypeName(operand: Operand): void {
    if (operand.kind !== "value") throw this.#wrongType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    this.#requireType("attribute_type", operand, ["S"]);
    const value = this.#bindings.value(operand.placeholder);
    if ("S" in value && !TYPES.has(value.S))
      throw this.#invalid(`Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`);
  }

  #checkSize(operand: Operand): void {
    if (operand.kind === "size") this.#requireType("size", operand.operand, SIZED);
  }

  #requireType(operator: string, operand: Operand, allowed: readonly string[]): void {
    this.#checkSize(operand);
    if (operand.kind === "path") return;
    const type = operand.kind === "size" ? "N" : attributeType(this.#bindings.value(operand.placeholder));
    if (!allowed.includes(type)) throw this.#wrongType(operator, type);
  }

  #wrongType(operator: string, type: string): ValidationError {
    return this.#invalid(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }

  /** Refuses a path that is compared with itself. */
  #requireDistinct(operator: string, first: Operand, remainingOperands: readonly Operand[]): void {
    if (first.kind !== "path") return;
    const path = describePath(this.#bindings.steps(first.path));
    const isSame = remainingOperands.some(
      (operand) => operand.kind === "path" && describePath(this.#bindings.steps(operand.path)) === path,
    );
    if (isSame)
      throw this.#invalid(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
      );
  }

  #invalid(problem: string): ValidationError {
    return new ValidationError(`Invalid ${this.#expression}: ${problem}`);
  }
}

const describeValue = (value: AttributeValue): string => {
  const [[type, content] = []] = Object.entries(value);
  return `{${type}:${content instanceof Uint8Array ? Buffer.from(content).toString("base64") : String(content)}}`;
};
