import { join } from "node:path";

/** A small edit of the table engine's source that breaks one rule; `find` occurs in the file once. */
export interface Fault {
  readonly rule: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** Why the fuzzer cannot detect the fault by comparing with dynoxide. A rule test detects it instead. */
  readonly hidden?: string;
}

export const ENGINE_FOLDER = join(import.meta.dirname, "..", "..", "..", "packages", "local", "src", "table-engine");

/** Returns the source with the fault. Throws unless the text occurs in it once. */
export function insertFault(source: string, { rule, file, find, put }: Fault): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(
      `The text of the fault "${rule}" must be in ${file} once, and is ${parts.length - 1} times: change it in faults.ts.`,
    );
  return parts.join(put);
}

const STREAM = "dynoxide's stream is read from its file";
const CLOCK = "dynoxide's clock cannot be set";

/** At least one fault for each rule of the engine. `npm run fuzz:faults` shows that the fuzzer or the rule tests detect each. */
export const faults: readonly Fault[] = [
  {
    rule: "a filter applies after Limit",
    file: "page-commands.ts",
    find: "    scanned++;\n    const item = index ? projectTo(row, definition, index) : row.item;",
    put: "    const item = index ? projectTo(row, definition, index) : row.item;\n    if (!test(item)) continue;\n    scanned++;",
  },
  {
    rule: "a page that ends at its Limit has a LastEvaluatedKey",
    file: "page-commands.ts",
    find: "if (scanned !== limit && bytes < MAX_PAGE_BYTES) continue;",
    put: "if (scanned <= (limit ?? Infinity) && bytes < MAX_PAGE_BYTES) continue;",
  },
  {
    rule: "a page ends at 1 MB",
    hidden: "dynoxide leaves the item out that exceeds 1 MB",
    file: "page-commands.ts",
    find: "const MAX_PAGE_BYTES = 1024 * 1024;",
    put: "const MAX_PAGE_BYTES = Infinity;",
  },
  {
    rule: "a page of an index is measured by its projection",
    file: "page-commands.ts",
    find: "bytes += index ? sizeOfItem(item) : row.size;",
    put: "bytes += row.size;",
  },
  {
    rule: "ScannedCount counts before the filter",
    file: "page-commands.ts",
    find: "ScannedCount: scanned",
    put: "ScannedCount: count",
  },
  {
    rule: "Select COUNT answers no items",
    file: "page-commands.ts",
    find: 'select === "COUNT" ? undefined :',
    put: 'select === "NONE" ? undefined :',
  },
  {
    rule: "ConsistentRead on an index is refused",
    file: "page-commands.ts",
    find: "if (input.ConsistentRead === true) throw",
    put: "if (input.ConsistentRead === false) throw",
  },
  {
    rule: "a filter may not test the keys of the query",
    file: "page-commands.ts",
    find: "if (name !== undefined)\n",
    put: "if (name === undefined && keys.length === 0)\n",
  },
  {
    rule: "a start key lies in the query's range",
    hidden: "dynoxide goes on from any start key",
    file: "page-commands.ts",
    find: "if (!isWithin(readKeyText(start, sortKey), condition))",
    put: "if (condition.partition === sortKey)",
  },
  {
    rule: "keys sort by UTF-8 bytes",
    file: "text-order.ts",
    find: "if (isLeftAstral === isRightAstral) return left - right;",
    put: "return left - right;",
  },
  {
    rule: "begins_with ends before the next text",
    file: "key-condition.ts",
    find: "inclusive: false };\n  }\n  return undefined;",
    put: "inclusive: true };\n  }\n  return undefined;",
  },
  {
    rule: "a value before the key mirrors the comparison",
    file: "key-condition.ts",
    find: '"<": ">", "<=": ">="',
    put: '"<": "<", "<=": ">="',
  },
  { rule: "numbers have 38 digits", file: "number.ts", find: "const MAX_DIGITS = 38;", put: "const MAX_DIGITS = 40;" },
  {
    rule: "numbers are normalized",
    file: "number.ts",
    find: "  return formatNumber(number);\n}\n\nconst isZero",
    put: "  formatNumber(number);\n  return text;\n}\n\nconst isZero",
  },
  { rule: "numbers have a largest exponent", file: "number.ts", find: "[-130, 125]", put: "[-130, 126]" },
  { rule: "numbers have a smallest exponent", file: "number.ts", find: "[-130, 125];", put: "[-131, 125];" },
  {
    rule: "empty texts are allowed in other attributes",
    file: "item.ts",
    find: "  S: (value: string) => ({ S: wellFormed(value) }),",
    put: '  S: (value: string) => {\n    if (value === "") throw invalidParameter("empty");\n    return { S: wellFormed(value) };\n  },',
  },
  {
    rule: "numbers compare by value",
    file: "number.ts",
    find: "return new Big(a).cmp(new Big(b));",
    put: "return a < b ? -1 : a > b ? 1 : 0;",
  },
  {
    rule: "empty texts are refused in keys",
    file: "keys.ts",
    find: '  if (text === "")\n',
    put: '  if (text === "\\u0000")\n',
  },
  {
    rule: "empty texts are refused in keys of indexes",
    file: "keys.ts",
    find: 'if (value.S === "")\n',
    put: 'if (value.S === "\\u0000")\n',
  },
  {
    rule: "keys have a largest size",
    file: "keys.ts",
    find: "const MAX_SORT_BYTES = 1024;",
    put: "const MAX_SORT_BYTES = 2048;",
  },
  {
    rule: "empty sets are refused",
    file: "item.ts",
    find: "if (!set) throw invalidParameter(EMPTY_SETS[type]);",
    put: "if (!set) return { SS: [] };",
  },
  {
    rule: "duplicates in sets are refused",
    file: "item.ts",
    find: "if (new Set(elements).size === elements.length) return set;",
    put: "if (elements.length > 0) return set;",
  },
  { rule: "values nest 31 deep", file: "item.ts", find: "const MAX_DEPTH = 31;", put: "const MAX_DEPTH = 32;" },
  {
    rule: "sets and maps are equal without their order",
    file: "item.ts",
    find: "return left.length === right.size && left.every((element) => right.has(element));",
    put: "return left.join() === [...right].reverse().join();",
  },
  {
    rule: "an expression has 4,096 bytes",
    file: "expression-tokens.ts",
    find: "MAX_EXPRESSION_BYTES = 4096",
    put: "MAX_EXPRESSION_BYTES = 8192",
  },
  {
    rule: "an expression has 300 operators",
    hidden: "dynoxide takes any number",
    file: "expression-cursor.ts",
    find: "const MAX_OPERATORS = 300;",
    put: "const MAX_OPERATORS = 301;",
  },
  {
    rule: "reserved words are refused",
    file: "expression-cursor.ts",
    find: "reservedWords.has(text.toUpperCase())",
    put: "reservedWords.has(text)",
  },
  {
    rule: "redundant parentheses are refused",
    file: "expression-cursor.ts",
    find: "=== close - 1)",
    put: "=== close - 2)",
  },
  {
    rule: "unused names and values are refused",
    file: "expression.ts",
    find: "if (unused.length > 0)",
    put: "if (unused.length > 1)",
  },
  {
    rule: "undefined names and values are refused",
    file: "expression.ts",
    find: "if (!Object.hasOwn(isName ? this.#names : this.#values, placeholder))",
    put: "if (!isName && !Object.hasOwn(this.#values, placeholder))",
  },
  {
    rule: "overlapping paths are refused",
    file: "expression.ts",
    find: "if (shared === length)",
    put: "if (shared === length && one.length !== other.length) continue;\n      if (shared === length)",
  },
  {
    rule: "AND binds more tightly than OR",
    file: "expression-parser.ts",
    find: 'while (this.#takeOperator("OR")) left = { kind: "or", left, right: this.#and() };',
    put: 'while (this.#takeOperator("OR")) left = { kind: "or", left, right: this.#not() };\n    while (this.#takeOperator("AND")) left = { kind: "and", left, right: this.#not() };',
  },
  {
    rule: "BETWEEN includes its bounds",
    file: "condition.ts",
    find: 'satisfiesComparator("<=", value, upper)',
    put: 'satisfiesComparator("<", value, upper)',
  },
  {
    rule: "a missing attribute differs from every value",
    file: "condition.ts",
    find: 'if (!left || !right) return comparator === "<>";',
    put: "if (!left || !right) return false;",
  },
  {
    rule: "contains finds elements of lists",
    file: "condition.ts",
    find: 'if ("L" in value) return value.L.some((element) => isEqual(element, argument));',
    put: 'if ("L" in value) return value.L.length > 0 && isEqual(value.L[0] as AttributeValue, argument);',
  },
  {
    rule: "SET computes values from the item before",
    file: "update.ts",
    find: "writes.push({ steps: bindings.steps(path), value: computeSetValue(value, item, bindings) });",
    put: "writes.unshift({ steps: bindings.steps(path), value: computeSetValue(value, key, bindings) });",
  },
  {
    rule: "REMOVE takes the last place of a list first",
    hidden: "dynoxide counts the places anew after each removal",
    file: "update.ts",
    find: "removed.sort((a, b) => compareSteps(b, a))",
    put: "removed.sort((a, b) => compareSteps(a, b))",
  },
  {
    rule: "DELETE removes a set that becomes empty",
    file: "update.ts",
    find: "    else removed.push(steps);",
    put: "    else written.push({ steps, value: { L: [] } });",
  },
  {
    rule: "a key is never updated",
    file: "keys.ts",
    find: "if (keyPath) throw",
    put: "if (keyPath && paths.length > 1) throw",
  },
  {
    rule: "two actions on one item are refused",
    file: "transact-write.ts",
    find: "size < actions.length)",
    put: "size < actions.length - 1)",
  },
  {
    rule: "a transaction writes all or nothing",
    file: "transact-write.ts",
    find: 'if (reasons.some(({ Code }) => Code !== "None")) throw',
    put: 'if (reasons.every(({ Code }) => Code !== "None")) throw',
  },
  {
    rule: "reasons have the item that is asked for",
    file: "transact-write.ts",
    find: "action.returnsOnFailure && before",
    put: "before",
  },
  {
    rule: "reasons are in the order of the actions",
    file: "transact-write.ts",
    find: "throw new TransactionCanceled(reasons);\n  const units",
    put: "throw new TransactionCanceled(reasons.reverse());\n  const units",
  },
  {
    rule: "a repeated transaction changes nothing",
    file: "transact-write.ts",
    find: "if (token?.known) return",
    put: "if (token?.known && token.known.repeatUnits > 1000) return",
  },
  {
    rule: "a repeated transaction costs reads of the first run",
    file: "transact-write.ts",
    find: "readUnits(Math.max(before?.size ?? 0, after?.size ?? 0), true) * 2, 0)",
    put: "readUnits(after?.size ?? 0, true) * 2, 0)",
    hidden: "the fuzzer rarely repeats items with a size that crosses 4 KB",
  },
  {
    rule: "a token is refused for another request",
    file: "transact-write.ts",
    find: "if (storedToken && storedToken.digest !== digest)",
    put: "if (storedToken && storedToken.digest === name)",
  },
  {
    rule: "a token is kept for ten minutes",
    hidden: CLOCK,
    file: "transact-write.ts",
    find: "const TOKEN_MS = 10 * 60 * 1000;",
    put: "const TOKEN_MS = 60 * 60 * 1000;",
  },
  {
    rule: "a transaction costs twice",
    file: "transact-write.ts",
    find: "factor: 2 }",
    put: "factor: 1 }",
  },
  {
    rule: "indexes cost apart",
    file: "capacity.ts",
    find: "return writeUnits(sizeOfItem(from)) + writeUnits(sizeOfItem(to));",
    put: "return writeUnits(sizeOfItem(to));",
  },
  {
    rule: "a failed condition returns the item that is asked for",
    file: "write-commands.ts",
    find: "action.returnsOnFailure ? before?.item : undefined",
    put: "undefined",
  },
  {
    rule: "a batch reads 16 MB",
    hidden: "the fuzzer's items are small",
    file: "read-commands.ts",
    find: "if (bytes + (row?.size ?? 0) > MAX_BATCH_BYTES) break;",
    put: "if (bytes > MAX_BATCH_BYTES) break;",
  },
  {
    rule: "a batch gives back the keys that it did not read",
    file: "read-commands.ts",
    find: "Keys: Keys.slice(processed)",
    put: "Keys: Keys.slice(processed + 1)",
    hidden: "the fuzzer's items are small",
  },
  {
    rule: "a batch reads 100 keys",
    file: "read-commands.ts",
    find: "const MAX_BATCH_KEYS = 100;",
    put: "const MAX_BATCH_KEYS = 101;",
  },
  {
    rule: "a batch writes 25 items",
    file: "write-commands.ts",
    find: "const MAX_BATCH_WRITES = 25;",
    put: "const MAX_BATCH_WRITES = 26;",
  },
  {
    rule: "a batch has no duplicates",
    file: "write-commands.ts",
    find: "size < actions.length)",
    put: "size < 1)",
  },
  {
    rule: "a write that changes nothing makes no record",
    file: "write-actions.ts",
    find: "!isEqualItem(before.item, after.item)",
    put: "before.item !== after.item",
  },
  {
    rule: "an update nests values 31 deep",
    file: "update.ts",
    find: "requireDepth(value, steps.length - 1);",
    put: "requireDepth(value, 0);",
    hidden: "dynoxide checks values of expressions by themselves",
  },
  {
    rule: "a failed condition answers no capacity",
    file: "write-commands.ts",
    find: "throw new ConditionalCheckFailed(action.returnsOnFailure ? before?.item : undefined);",
    put: "throw Object.assign(new ConditionalCheckFailed(action.returnsOnFailure ? before?.item : undefined), { ConsumedCapacity: {} });",
    hidden: "the fuzzer compares names, messages and items of errors",
  },
  {
    rule: "a failed condition writes nothing",
    file: "write-commands.ts",
    find: "if (!action.test(before?.item ?? {})) throw",
    put: "if (!action.test(before?.item ?? {}) && before) target.commit([buildChange(action, before)]);\n  if (!action.test(before?.item ?? {})) throw",
  },
  {
    rule: "an attribute of any name is stored",
    file: "attribute-value.ts",
    find: 'if (name === "__proto__") Object',
    put: 'if (name === "") Object',
  },
  {
    rule: "strongly consistent reads see every write",
    file: "read-commands.ts",
    find: "const row = (isConsistent ? source.storage : source.replica).get(key);",
    put: "const row = source.replica.get(key);",
    hidden: "dynoxide has no stale reads",
  },
  {
    rule: "eventually consistent reads may see an older state",
    file: "stale-replica.ts",
    find: "const isCurrent = this.#random() < 0.5;",
    put: "const isCurrent = this.#random() < 1.5;",
    hidden: "dynoxide has no stale reads",
  },
  {
    rule: "reads of indexes may see an older state",
    file: "page-commands.ts",
    find: "  const key = start && readStartKey(start, definition);",
    put: "  const key = start && readStartKey(start, definition);\n  if (index) return readRows({ ...page, index, rows: source.storage.scanIndex(index.name, undefined) }, input, definition);",
    hidden: "dynoxide has no stale reads",
  },
  {
    rule: "the stream has the writes of an item in order",
    file: "memory-storage.ts",
    find: "return this.#records.slice(start, start + limit);",
    put: "return this.#records.slice(start, start + limit).reverse();",
  },
  {
    rule: "records are delivered again until the consumer goes on",
    file: "table-stream.ts",
    find: "storage.records(Number(position), limit)",
    put: "storage.records(Math.max(Number(position), storage.lastSequence() - 1), limit)",
    hidden: STREAM,
  },
  {
    rule: "records are trimmed after 24 hours",
    file: "table-stream.ts",
    find: "const DAY_SECONDS = 86_400;",
    put: "const DAY_SECONDS = 86_000;",
    hidden: CLOCK,
  },
  {
    rule: "records that the consumer has not read are kept",
    file: "table-stream.ts",
    find: "trimRecords(Number(position),",
    put: "trimRecords(Number(position) + 1,",
    hidden: STREAM,
  },
  {
    rule: "an expired item is read until it is removed",
    file: "memory-storage.ts",
    find: "return this.#table.find(pk, { sort: sk, pk, sk });",
    put: "const row = this.#table.find(pk, { sort: sk, pk, sk });\n    return row && this.#timeToLive in row.item ? undefined : row;",
    hidden: CLOCK,
  },
  {
    rule: "an item expires at its second, and not later than five years",
    file: "expiry.ts",
    find: "expiresAt > now - MAX_EXPIRY_AGE_SECONDS",
    put: "expiresAt > 0",
    hidden: CLOCK,
  },
  {
    rule: "an index holds items that have both attributes",
    file: "index-key.ts",
    find: 'return partition && sort && "S" in partition && "S" in sort ? { partition: partition.S, sort: sort.S } : undefined;',
    put: 'return partition && "S" in partition ? { partition: partition.S, sort: sort && "S" in sort ? sort.S : "" } : undefined;',
  },
  {
    rule: "the record of an expiry names the service that removed the item",
    hidden: STREAM,
    file: "table-stream.ts",
    find: "...(isExpiry ?",
    put: "...(sequence < 0 ?",
  },
];
