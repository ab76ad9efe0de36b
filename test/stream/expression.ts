import type { Item } from "@crm/core/storage/table/item.ts";

/** The forms of expressions that the system uses, over items in memory; every other is refused. */
export interface Given {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

const nameOf = (word: string, { ExpressionAttributeNames: names = {} }: Given): string =>
  word.startsWith("#") ? (names[word] ?? unknown(word)) : word;

function unknown(expression: string): never {
  throw new Error(`The table in memory does not know the expression "${expression}"`);
}

const compared: Record<string, (a: unknown, b: unknown) => boolean> = {
  "=": (a, b) => a === b,
  "<": (a, b) => (a as string) < (b as string),
  "<=": (a, b) => (a as string) <= (b as string),
  ">": (a, b) => (a as string) > (b as string),
  ">=": (a, b) => (a as string) >= (b as string),
};

/** Whether a condition holds for an item, or for none. */
export function holds(condition: string | undefined, item: Item | undefined, given: Given): boolean {
  if (condition === undefined) return true;
  return condition
    .replace(/(\S+) between (:\w+) and (:\w+)/i, "$1 >= $2 and $1 <= $3")
    .split(/ or /i)
    .some((all) => all.split(/ and /i).every((one) => isSo(one.trim(), item, given)));
}

function isSo(test: string, item: Item | undefined, given: Given): boolean {
  const { ExpressionAttributeValues: values = {} } = given;
  const [, name = "", operator = "", value = ""] = /^(#?\w+) *(=|<=?|>=?) *(:\w+)$/.exec(test) ?? [];
  if (name) {
    const found = item?.[nameOf(name, given)];
    return found !== undefined && (compared[operator]?.(found, values[value]) ?? unknown(test));
  }
  const [, call, of = "", prefix = ""] = /^(\w+)\((#?\w+)(?:, (:\w+))?\)$/.exec(test) ?? [];
  const found = item?.[nameOf(of, given)];
  if (call === "attribute_exists") return found !== undefined;
  if (call === "attribute_not_exists") return found === undefined;
  if (call === "begins_with") return String(found).startsWith(String(values[prefix]));
  return unknown(test);
}

/** The item as an update leaves it. */
export function updated(before: Item, expression: string, given: Given): Item {
  const item = { ...before };
  const clauses = expression.split(/\b(SET|ADD|REMOVE|DELETE)\b/).slice(1);
  for (let at = 0; at < clauses.length; at += 2) {
    for (const part of String(clauses[at + 1]).split(",")) change(item, `${clauses[at]} ${part.trim()}`, given);
  }
  return item;
}

function change(item: Item, part: string, given: Given): void {
  const [, clause = "", word = "", value] = /^(SET|ADD|REMOVE|DELETE) (#?\w+)(?: (?:= )?(:\w+))?$/.exec(part) ?? unknown(part);
  const name = nameOf(word, given);
  const operand = value && given.ExpressionAttributeValues?.[value];
  if (clause === "REMOVE") delete item[name];
  else if (operand === undefined) unknown(part);
  else if (clause === "SET") item[name] = operand;
  else if (typeof operand === "number" && clause === "ADD") item[name] = Number(item[name] ?? 0) + operand;
  else if (operand instanceof Set) {
    const members = new Set(item[name] as Iterable<unknown> | undefined);
    for (const member of operand) members[clause === "ADD" ? "add" : "delete"](member);
    if (members.size > 0) item[name] = members;
    else delete item[name];
  } else unknown(part);
}

/** Of an item what is asked for. */
export function projected(item: Item, projection: string | undefined, given: Given): Item {
  if (projection === undefined) return item;
  const names = projection.split(",").map((word) => nameOf(word.trim(), given));
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}
