import type { Item } from "@crm/core/storage/table/item.ts";

/** Evaluates the forms of expressions that the system uses on items in memory; any other form is rejected. */
export interface ExpressionAttributes {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

const resolveName = (word: string, { ExpressionAttributeNames: names = {} }: ExpressionAttributes): string =>
  word.startsWith("#") ? (names[word] ?? failUnknown(word)) : word;

function failUnknown(expression: string): never {
  throw new Error(`The table in memory does not know the expression "${expression}"`);
}

const comparisons: Record<string, (a: unknown, b: unknown) => boolean> = {
  "=": (a, b) => a === b,
  "<": (a, b) => (a as string) < (b as string),
  "<=": (a, b) => (a as string) <= (b as string),
  ">": (a, b) => (a as string) > (b as string),
  ">=": (a, b) => (a as string) >= (b as string),
};

/** Whether a condition holds for an item, or for a missing one. */
export function meetsCondition(condition: string | undefined, item: Item | undefined, given: ExpressionAttributes): boolean {
  if (condition === undefined) return true;
  return condition
    .replace(/(\S+) between (:\w+) and (:\w+)/i, "$1 >= $2 and $1 <= $3")
    .split(/ or /i)
    .some((all) => all.split(/ and /i).every((one) => meetsTest(one.trim(), item, given)));
}

function meetsTest(test: string, item: Item | undefined, attributes: ExpressionAttributes): boolean {
  const { ExpressionAttributeValues: values = {} } = attributes;
  const [, name = "", operator = "", value = ""] = /^(#?\w+) *(=|<=?|>=?) *(:\w+)$/.exec(test) ?? [];
  if (name) {
    const leftValue = item?.[resolveName(name, attributes)];
    return leftValue !== undefined && (comparisons[operator]?.(leftValue, values[value]) ?? failUnknown(test));
  }
  const [, call, attributeName = "", prefix = ""] = /^(\w+)\((#?\w+)(?:, (:\w+))?\)$/.exec(test) ?? [];
  const attributeValue = item?.[resolveName(attributeName, attributes)];
  if (call === "attribute_exists") return attributeValue !== undefined;
  if (call === "attribute_not_exists") return attributeValue === undefined;
  if (call === "begins_with") return String(attributeValue).startsWith(String(values[prefix]));
  return failUnknown(test);
}

/** The item after an update. */
export function applyUpdate(before: Item, expression: string, given: ExpressionAttributes): Item {
  const item = { ...before };
  const clauses = expression.split(/\b(SET|ADD|REMOVE|DELETE)\b/).slice(1);
  for (let at = 0; at < clauses.length; at += 2) {
    for (const part of String(clauses[at + 1]).split(",")) applyClause(item, `${clauses[at]} ${part.trim()}`, given);
  }
  return item;
}

function applyClause(item: Item, part: string, attributes: ExpressionAttributes): void {
  const [, clause = "", word = "", value] =
    /^(SET|ADD|REMOVE|DELETE) (#?\w+)(?: (?:= )?(:\w+))?$/.exec(part) ?? failUnknown(part);
  const name = resolveName(word, attributes);
  const operand = value && attributes.ExpressionAttributeValues?.[value];
  if (clause === "REMOVE") delete item[name];
  else if (operand === undefined) failUnknown(part);
  else if (clause === "SET") item[name] = operand;
  else if (typeof operand === "number" && clause === "ADD") item[name] = Number(item[name] ?? 0) + operand;
  else if (operand instanceof Set) {
    const members = new Set(item[name] as Iterable<unknown> | undefined);
    for (const member of operand) members[clause === "ADD" ? "add" : "delete"](member);
    if (members.size > 0) item[name] = members;
    else delete item[name];
  } else failUnknown(part);
}

/** The projected attributes of an item. */
export function projectItem(item: Item, projection: string | undefined, given: ExpressionAttributes): Item {
  if (projection === undefined) return item;
  const names = projection.split(",").map((word) => resolveName(word.trim(), given));
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}
