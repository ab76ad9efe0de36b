import { type AttributeValue, attributeType, type Item, setAttribute } from "./attribute-value.ts";
import {
  type Bindings,
  childAt,
  requireDistinctPaths,
  type SetAction,
  type SetOperand,
  type Update,
  valueAt,
} from "./expression.ts";
import { isSet, requireDepth, setElements, setFrom } from "./item.ts";
import { addNumbers, subtractNumbers } from "./number.ts";
import { ValidationError } from "./table-error.ts";

/** Updates of items. Every value is computed from the item before the update. */

type Steps = readonly (string | number)[];

/** Returns all paths that an update writes, in the order of the expression's sections. */
export const listPaths = ({ set, remove, add, delete: deleted }: Update, bindings: Bindings): Steps[] =>
  [...set.map(({ path }) => path), ...remove, ...add.map(({ path }) => path), ...deleted.map(({ path }) => path)].map((path) =>
    bindings.steps(path),
  );

/** Refuses errors that do not depend on the item: overlapping paths, and operands of types that the operator does not accept. */
export function checkUpdate(update: Update, bindings: Bindings): void {
  for (const { value } of update.set) checkSetOperand(value, bindings);
  requireDistinctPaths("UpdateExpression", listPaths(update, bindings));
  for (const { placeholder } of update.add) requireOperandType("ADD", bindings.value(placeholder), ["N", "SS", "NS", "BS"]);
  for (const { placeholder } of update.delete) requireOperandType("DELETE", bindings.value(placeholder), ["SS", "NS", "BS"]);
}

const typeNames: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  L: "LIST",
  M: "MAP",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
};

function requireOperandType(operator: "ADD" | "DELETE", value: AttributeValue, allowed: readonly string[]): void {
  if (allowed.includes(attributeType(value))) return;
  throw new ValidationError(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeNames[attributeType(value)]}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
  );
}

function checkSetOperand(operand: SetAction["value"], bindings: Bindings): void {
  if (operand.kind === "if_not_exists") checkSetOperand(operand.otherwise, bindings);
  if (operand.kind !== "sum" && operand.kind !== "list_append") return;
  const [operator, allowed] = operand.kind === "sum" ? [operand.sign, "N"] : ["list_append", "L"];
  for (const setOperand of [operand.left, operand.right]) {
    checkSetOperand(setOperand, bindings);
    if (setOperand.kind !== "value") continue;
    const type = attributeType(bindings.value(setOperand.placeholder));
    if (type !== allowed)
      throw new ValidationError(
        `Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
  }
}

/**
 * Returns the item after the update; undefined if there was none and the update only removes. `before` is not changed. Values and list indexes are
 * those of the item before the update.
 */
export function applyUpdate(update: Update, before: Item | undefined, key: Item, bindings: Bindings): Item | undefined {
  if (!before && update.set.length === 0 && update.add.length === 0) return undefined;
  const item = before ?? key;
  const writes: { steps: Steps; value: AttributeValue }[] = [];
  const removed: Steps[] = [];
  for (const { path, value } of update.set)
    writes.push({ steps: bindings.steps(path), value: computeSetValue(value, item, bindings) });
  for (const { path, placeholder } of update.add) {
    const steps = bindings.steps(path);
    writes.push({ steps, value: addValues(valueAt(item, steps), bindings.value(placeholder)) });
  }
  for (const { path, placeholder } of update.delete) {
    const steps = bindings.steps(path);
    const value = subtractElements(valueAt(item, steps), bindings.value(placeholder));
    if (value) writes.push({ steps, value });
    else removed.push(steps);
  }
  removed.push(...update.remove.map((path) => bindings.steps(path)));
  if (before) for (const steps of removed) requireParent(item, steps);
  const draft = new ItemDraft(item);
  // Indexes after the end of a list are filled in their order.
  for (const { steps, value } of writes.sort((a, b) => compareSteps(a.steps, b.steps))) {
    requireDepth(value, steps.length - 1);
    draft.set(steps, value);
  }
  // Remove the last index of a list first, because removing one shifts those after it.
  for (const steps of removed.sort((a, b) => compareSteps(b, a))) if (valueAt(item, steps)) draft.remove(steps);
  return draft.item;
}

/** Compares by names, and by indexes of lists. */
function compareSteps(a: Steps, b: Steps): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}

/** Requires the map or list around a removed path. The path itself may be missing. */
function requireParent(item: Item, steps: Steps): void {
  if (steps.length === 1) return;
  const parent = valueAt(item, steps.slice(0, -1));
  if (!parent || !((typeof steps.at(-1) === "number" ? "L" : "M") in parent)) throw invalidPath();
}

function computeSetValue(operand: SetAction["value"], item: Item, bindings: Bindings): AttributeValue {
  if (operand.kind === "sum") {
    const [left, right] = [operand.left, operand.right].map((setOperand) => setOperandValue(setOperand, item, bindings));
    if (!left || !right || !("N" in left) || !("N" in right)) throw incorrectType();
    return { N: (operand.sign === "+" ? addNumbers : subtractNumbers)(left.N, right.N) };
  }
  return setOperandValue(operand, item, bindings);
}

const incorrectType = (): ValidationError =>
  new ValidationError("An operand in the update expression has an incorrect data type");

function setOperandValue(operand: SetOperand, item: Item, bindings: Bindings): AttributeValue {
  switch (operand.kind) {
    case "value":
      return bindings.value(operand.placeholder);
    case "if_not_exists":
      return valueAt(item, bindings.steps(operand.path)) ?? setOperandValue(operand.otherwise, item, bindings);
    case "list_append": {
      const [left, right] = [operand.left, operand.right].map((setOperand) => setOperandValue(setOperand, item, bindings));
      if (!left || !right || !("L" in left) || !("L" in right)) throw incorrectType();
      return { L: [...left.L, ...right.L] };
    }
    default: {
      const value = valueAt(item, bindings.steps(operand.path));
      if (value) return value;
      throw new ValidationError("The provided expression refers to an attribute that does not exist in the item");
    }
  }
}

/** `ADD`: a number to a number, elements to a set; to a missing attribute, the operand itself. */
function addValues(present: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (!present) return operand;
  if ("N" in present && "N" in operand) return { N: addNumbers(present.N, operand.N) };
  if (!isSet(present) || !isSet(operand) || attributeType(present) !== attributeType(operand)) throw incorrectType();
  return setFrom(attributeType(present), [...new Set([...setElements(present), ...setElements(operand)])]) as AttributeValue;
}

/** `DELETE`: the set without the elements; undefined if it becomes empty. */
function subtractElements(present: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (!present) return undefined;
  if (!isSet(present) || !isSet(operand) || attributeType(present) !== attributeType(operand)) throw incorrectType();
  const removed = new Set(setElements(operand));
  return setFrom(
    attributeType(present),
    setElements(present).filter((element) => !removed.has(element)),
  );
}

/** An item under change: maps and lists are copied the first time that a value below them changes. */
class ItemDraft {
  readonly #root: { M: Item };
  readonly #copied = new Set<object>();

  constructor(item: Item) {
    this.#root = { M: { ...item } };
    this.#copied.add(this.#root);
  }

  get item(): Item {
    return this.#root.M;
  }

  set(steps: Steps, value: AttributeValue): void {
    const parent = this.#findParent(steps);
    const last = steps.at(-1) as string | number;
    if (typeof last === "string" && parent && "M" in parent) setAttribute(parent.M, last, value);
    else if (typeof last === "number" && parent && "L" in parent) parent.L[Math.min(last, parent.L.length)] = value;
    else throw invalidPath();
  }

  remove(steps: Steps): void {
    const parent = this.#findParent(steps);
    const last = steps.at(-1) as string | number;
    if (typeof last === "string" && parent && "M" in parent) delete parent.M[last];
    else if (typeof last === "number" && parent && "L" in parent) parent.L.splice(last, 1);
    else throw invalidPath();
  }

  /** Returns this draft's own copy of the map or list that contains the last step; undefined if there is none. */
  #findParent(steps: Steps): AttributeValue | undefined {
    let parent: AttributeValue = this.#root;
    for (const step of steps.slice(0, -1)) {
      const child = childAt(parent, step);
      if (!child) return undefined;
      const copy = this.#copyOnce(child);
      if (typeof step === "number" && "L" in parent) parent.L[step] = copy;
      else if (typeof step === "string" && "M" in parent) setAttribute(parent.M, step, copy);
      parent = copy;
    }
    return parent;
  }

  #copyOnce(value: AttributeValue): AttributeValue {
    if (this.#copied.has(value)) return value;
    const copy = "M" in value ? { M: { ...value.M } } : "L" in value ? { L: [...value.L] } : value;
    this.#copied.add(copy);
    return copy;
  }
}

const invalidPath = (): ValidationError =>
  new ValidationError("The document path provided in the update expression is invalid for update");
