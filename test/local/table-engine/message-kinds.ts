/** Kinds of ValidationException messages. The engines word some of them differently. */

const KINDS = {
  unused: /unused in expressions/,
  undefined: /is not defined/,
  placeholder: /contains invalid key|must not be empty/,
  "no expression": /can only be specified when using expressions/,
  "reserved word": /reserved keyword/,
  brackets: /redundant parentheses/,
  "empty expression": /expression can not be empty/,
  "function name": /Invalid function name/,
  "misused function": /function is not allowed/,
  "operand count": /Incorrect number of operands/,
  "path required": /requires a document path/,
  "operand type": /Incorrect operand type|must be numbers|list_append requires|attribute type name|incorrect data type/,
  bounds: /BETWEEN operator requires/,
  "same operand": /must be distinct/,
  overlap: /paths overlap/,
  conflict: /paths conflict/,
  section: /section can only be used once/,
  operators: /too many operators/,
  "IN operands": /too many operands/,
  steps: /too many nesting levels/,
  "list index": /within the allowable range/,
  "expression size": /Expression size/,
  syntax: /Syntax error|Expected |Unexpected |unsupported operator/,
  "key condition": /KeyCondition|[Kk]ey condition|Query condition|query conditions|Condition parameter type|^Cannot convert/,
  "path into a key": /must be scalars/,
  "index key": /Index Key|secondary index key|IndexKey/,
  "key value": /empty string value|size limit of/,
  "start key": /provided (starting|exclusive start) key/,
  key: /key element does not match|Missing the key|Type mismatch for key/,
  "key update": /Cannot update attribute/,
  index: /specified index/,
  consistency: /Consistent reads/,
  select: /Select type|Cannot specify|Must specify|ALL_PROJECTED/,
  "filter on a key": /non-primary key attributes/,
  "return values": /ReturnValues can|'returnValues'/,
  constraint: /failed to satisfy constraint|missing field|required for/,
  "empty set": /may not be empty|should not be empty/,
  "duplicate element": /Input collection .*contains duplicates/,
  "numeric text": /numeric value/,
  overflow: /Number overflow/,
  underflow: /Number underflow/,
  digits: /significant digits/,
  null: /Null attribute/,
  nesting: /Nesting Levels/,
  "value type": /Supplied AttributeValue/,
  "item size": /Item size/,
  duplicate: /multiple operations|keys contains duplicates/,
  "two actions": /one action|can only contain|should contain/,
  path: /document path provided/,
  "missing attribute": /refers to an attribute/,
} as const;

export type Kind = keyof typeof KINDS;

/** The first kind that matches; undefined if none does. */
export const classifyMessage = (message: string): Kind | undefined =>
  (Object.keys(KINDS) as Kind[]).find((kind) => KINDS[kind].test(message));

/** Faults in an expression, independent of the items. Dynoxide notices them when it evaluates the expression, or never. */
export const STATIC_KINDS: readonly Kind[] = [
  ...(["empty expression", "function name", "misused function", "operand count", "path required", "operand type"] as const),
  ...(["bounds", "same operand", "overlap", "conflict", "operators", "IN operands", "steps", "list index"] as const),
];

/** Faults in a value, at any depth. */
export const VALUE_KINDS: readonly Kind[] = [
  ...(["empty set", "duplicate element", "numeric text", "overflow", "underflow", "digits", "null", "nesting"] as const),
];

/** An update that does not fit the item. */
export const RUN_TIME_KINDS: readonly Kind[] = [
  ...(["path", "missing attribute", "operand type", "overflow", "underflow", "digits", "index key", "item size"] as const),
];

/** Kinds that the engines word differently. */
export const REWORDED_KINDS: readonly Kind[] = [
  ...([
    "constraint",
    "index key",
    "key",
    "key condition",
    "start key",
    "numeric text",
    "expression size",
    "reserved word",
    "return values",
  ] as const),
  ...([
    "syntax",
    "two actions",
    "no expression",
    "unused",
    "undefined",
    "operand type",
    "duplicate element",
    "overlap",
    "conflict",
  ] as const),
];

/** The kinds that dynoxide may report for a kind of ours, if two rules are broken or dynoxide's grammar lacks one. */
export const REPORT_ORDER: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  ...{ brackets: ["unused"], placeholder: ["unused", "undefined"], "no expression": ["unused", "key condition"] },
  ...{ "expression size": ["unused", "syntax"], "empty expression": ["unused"], "same operand": ["unused", "key value"] },
  ...{ "reserved word": ["syntax", "unused", "brackets"], syntax: ["unused", "brackets", "key condition", "operand count"] },
  ...{ "function name": ["syntax", "unused"], "operand count": ["syntax", "unused"], section: ["syntax"] },
  ...{ "misused function": ["function name", "syntax", "unused", "brackets", "reserved word"] },
  ...{ "path required": ["syntax", "unused", "brackets"], "operand type": ["syntax", "unused", "bounds", "key condition"] },
  ...{ bounds: ["key condition", "unused"], "IN operands": ["unused", "operand type"], operators: ["unused"] },
  ...{ "key condition": ["syntax", "reserved word"], unused: ["key condition", "syntax"] },
  ...{
    key: ["start key"],
    "start key": ["select", "key", "filter on a key", "path into a key"],
    index: ["consistency"],
    "two actions": ["constraint"],
  },
};
