import type { AttributeValue } from "@crm/local/table-engine/attribute-value.ts";
import type { Defect } from "./command-defects.ts";
import type { Command, Parameters } from "./fuzzer.ts";
import type { Draw } from "./random-draw.ts";
import { drawValue, INDEX_KEYS, TYPES } from "./random-items.ts";

const EXPRESSIONS = [
  "UpdateExpression",
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
];

/** The expressions that a request has. */
const listExpressions = (request: Parameters): string[] => EXPRESSIONS.filter((name) => typeof request[name] === "string");

function definePlaceholders(
  request: Parameters,
  values: Record<string, AttributeValue>,
  names: Record<string, string> = {},
): void {
  if (Object.keys(values).length > 0)
    request.ExpressionAttributeValues = { ...(request.ExpressionAttributeValues as object), ...values };
  if (Object.keys(names).length > 0)
    request.ExpressionAttributeNames = { ...(request.ExpressionAttributeNames as object), ...names };
}

/** The parameter that takes a condition in this command; undefined if none does. */
function conditionParameter({ action }: Command, request: Parameters): string | undefined {
  if (action === "Query" || action === "Scan") return "FilterExpression";
  const takesCondition = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].includes(action);
  return takesCondition && request.Key !== undefined ? "ConditionExpression" : undefined;
}

/** Adds a test to the request's condition. */
const conditionDefect =
  (write: (draw: Draw, request: Parameters) => string): Defect =>
  (draw, request, command) => {
    const parameter = conditionParameter(command, request);
    if (!parameter) return false;
    const present = request[parameter];
    const test = write(draw, request);
    request[parameter] =
      present === undefined
        ? test
        : draw.pick([`${present} AND ${test}`, `${test} OR ${String(present).startsWith("(") ? present : `(${present})`}`]);
    return true;
  };

/** Replaces the request's update. */
const updateDefect =
  (write: (draw: Draw, request: Parameters) => string): Defect =>
  (draw, request) => {
    if (request.UpdateExpression === undefined || request.ConditionExpression !== undefined) return false;
    delete request.ExpressionAttributeNames;
    delete request.ExpressionAttributeValues;
    request.UpdateExpression = write(draw, request);
    return true;
  };

const projectionDefect =
  (texts: readonly string[]): Defect =>
  (draw, request, { action }) => {
    if (!["GetItem", "Query", "Scan"].includes(action) || request.ProjectionExpression !== undefined || request.Select)
      return false;
    request.ProjectionExpression = draw.pick(texts);
    return true;
  };

const keyCondition: Defect = (draw, request) => {
  if (request.KeyConditionExpression === undefined || request.FilterExpression || request.ProjectionExpression) return false;
  const [partition, sort] = request.IndexName === undefined ? ["pk", "sk"] : [String(request.IndexName), "id"];
  const [text, values] = draw.pick<[string, Record<string, AttributeValue>]>([
    [`${sort} = :s`, { ":s": { S: "a" } }],
    [`${partition} < :p`, { ":p": { S: "a" } }],
    [`begins_with(${partition}, :p)`, { ":p": { S: "a" } }],
    [`${partition} = :p AND other = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND ${sort} = :s AND other = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND ${sort} > :s AND ${sort} < :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND ${partition} = :p`, { ":p": { S: "a" } }],
    [`${partition} = :p OR ${sort} = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND NOT ${sort} = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND ${sort} IN (:s)`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND ${sort} <> :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND attribute_exists(${sort})`, { ":p": { S: "a" } }],
    [`${partition} = :p AND contains(${sort}, :s)`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND size(${sort}) = :s`, { ":p": { S: "a" }, ":s": { N: "1" } }],
    [`${partition} = :p AND m.a = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = ${sort}`, {}],
    [`${partition} = :p AND :s = :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND :s BETWEEN ${sort} AND :s`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [`${partition} = :p AND begins_with(:s, ${sort})`, { ":p": { S: "a" }, ":s": { S: "a" } }],
    [
      `${partition} = :p AND ${sort} = :s`,
      { ":p": { S: "a" }, ":s": drawValue(draw, draw.pick(["N", "B", "BOOL", "L", "NULL"])) },
    ],
    [`${partition} = :p AND ${sort} < :s`, { ":p": { S: "a" }, ":s": drawValue(draw, draw.pick(["N", "B", "BOOL", "L", "SS"])) }],
    [
      `${partition} = :p AND begins_with(${sort}, :s)`,
      { ":p": { S: "a" }, ":s": drawValue(draw, draw.pick(["N", "B", "BOOL"])) },
    ],
    [`${partition} = :p`, { ":p": drawValue(draw, draw.pick(["N", "B", "BOOL", "M"])) }],
    [`${partition} = :p`, { ":p": { S: "" } }],
    [`${partition} = :p AND ${sort} >= :s`, { ":p": { S: "a" }, ":s": { S: "" } }],
    [`${partition} = :p AND ${sort} BETWEEN :s AND :t`, { ":p": { S: "a" }, ":s": { S: "b" }, ":t": { S: "a" } }],
    [`${partition} = :p AND ${sort} BETWEEN :s AND :t`, { ":p": { S: "a" }, ":s": { S: "b" }, ":t": { N: "1" } }],
    [`${partition} = :p AND foo(${sort}, :s)`, { ":p": { S: "a" }, ":s": { S: "a" } }],
  ]);
  delete request.ExpressionAttributeNames;
  request.KeyConditionExpression = text;
  request.ExpressionAttributeValues = values;
  if (Object.keys(values).length === 0) delete request.ExpressionAttributeValues;
  return true;
};

const keyInFilter: Defect = (draw, request, { action }) => {
  if (action !== "Query" || request.FilterExpression !== undefined) return false;
  const names = request.IndexName === undefined ? ["pk", "sk"] : [String(request.IndexName), "id", "pk", "sk"];
  request.FilterExpression = draw.pick([
    `attribute_exists(${draw.pick(names)})`,
    `size(${draw.pick(names)}) > :size`,
    `#key <> :size`,
  ]);
  const usesName = String(request.FilterExpression).includes("#key");
  const usesValue = String(request.FilterExpression).includes(":size");
  definePlaceholders(request, usesValue ? { ":size": { N: "0" } } : {}, usesName ? { "#key": draw.pick(names) } : {});
  return true;
};

/** Splits an expression into tokens and removes, repeats or moves some of them. */
const changeTokens: Defect = (draw, request) => {
  const parameter = draw.pick(listExpressions(request));
  if (parameter === undefined) return false;
  const tokens = String(request[parameter]).match(/[#:]?[A-Za-z0-9_]+|<>|<=|>=|\S/g) ?? [];
  const index = draw.integer(tokens.length);
  draw.pickWeighted([
    [2, () => tokens.splice(index, 1)],
    [
      2,
      () =>
        tokens.splice(
          index,
          0,
          draw.pick(["(", ")", ",", "=", "AND", "OR", "NOT", "SET", "BETWEEN", "a", "[", "]", ".", "1", "+", "!", "$"]),
        ),
    ],
    [1, () => tokens.splice(index, 0, tokens[index] as string)],
    [1, () => tokens.splice(index)],
  ]);
  // Dynoxide does not accept spaces inside paths.
  request[parameter] = tokens.join(" ").replace(/ ?([[\].]) ?/g, "$1");
  return true;
};

const unusedPlaceholder: Defect = (draw, request) => {
  if (listExpressions(request).length === 0) return false;
  const takesValues = listExpressions(request).some((name) => name !== "ProjectionExpression");
  if (draw.chance(0.5) && takesValues) definePlaceholders(request, { ":unused": { S: "a" } });
  else definePlaceholders(request, {}, { "#unused": "a" });
  return true;
};

const withoutExpression: Defect = (draw, request, { action }) => {
  if (listExpressions(request).length > 0 || action === "BatchWriteItem") return false;
  if (draw.chance(0.5) && request.Key !== undefined && action !== "GetItem" && action !== "TransactGetItems")
    definePlaceholders(request, { ":a": { S: "a" } });
  else definePlaceholders(request, {}, { "#a": "a" });
  return true;
};

const undefinedPlaceholder: Defect = (draw, request) => {
  const parameter = draw.pick(["ExpressionAttributeNames", "ExpressionAttributeValues"]);
  const entries = request[parameter] as Record<string, unknown> | undefined;
  if (!entries || Object.keys(entries).length < 2) return false;
  delete entries[draw.pick(Object.keys(entries))];
  return true;
};

const wrongPlaceholders: Defect = (draw, request) => {
  const parameter = draw.pick(["ExpressionAttributeNames", "ExpressionAttributeValues"]);
  const entries = request[parameter];
  if (!entries) return false;
  request[parameter] = draw.chance(0.4)
    ? {}
    : { ...entries, [draw.pick(["a", "#", ":", "#a-b", "::a", ""])]: parameter.endsWith("Names") ? "a" : { S: "a" } };
  return true;
};

const emptyExpression: Defect = (draw, request) => {
  const parameter = draw.pick(listExpressions(request));
  if (parameter === undefined) return false;
  request[parameter] = "";
  return true;
};

const defineValue = (request: Parameters, value: AttributeValue): string => {
  const placeholder = `:defect${Object.keys((request.ExpressionAttributeValues ?? {}) as object).length}`;
  definePlaceholders(request, { [placeholder]: value });
  return placeholder;
};

const conditionDefects: readonly Defect[] = [
  conditionDefect((draw) => `attribute_exists(${draw.pick(["name", "status", "m.value", "Name", "SIZE"])})`),
  conditionDefect((draw) => draw.pick(["exists(a)", "ATTRIBUTE_EXISTS(a)", "foo(a, b)", "Contains(a, b)"])),
  conditionDefect((draw) =>
    draw.pick(["attribute_exists(a, b)", "attribute_not_exists()", "contains(a)", "begins_with(a, b, c)", "attribute_type(a)"]),
  ),
  conditionDefect(
    (draw, request) => `${draw.pick(["attribute_exists", "attribute_not_exists"])}(${defineValue(request, { S: "a" })})`,
  ),
  conditionDefect((draw, request) => `begins_with(s, ${defineValue(request, drawValue(draw, draw.pick(TYPES)))})`),
  conditionDefect(
    (draw, request) =>
      `attribute_type(s, ${defineValue(request, draw.pick([{ S: "X" }, { S: "string" }, { N: "1" }, { SS: ["S"] }]))})`,
  ),
  conditionDefect(
    (draw, request) => `n ${draw.pick(["<", "<=", ">", ">="])} ${defineValue(request, drawValue(draw, draw.pick(TYPES)))}`,
  ),
  conditionDefect((draw, request) => `size(${defineValue(request, drawValue(draw, draw.pick(TYPES)))}) > n`),
  conditionDefect((_, request) => `n BETWEEN ${defineValue(request, { N: "2" })} AND ${defineValue(request, { N: "1" })}`),
  conditionDefect((_, request) => `n BETWEEN ${defineValue(request, { N: "2" })} AND ${defineValue(request, { S: "1" })}`),
  conditionDefect(
    (draw, request) => `n BETWEEN ${defineValue(request, { BOOL: true })} AND ${defineValue(request, drawValue(draw, "L"))}`,
  ),
  conditionDefect((draw) => `${draw.pick(["s", "m.a", "l[0]"])} = ${draw.pick(["s", "m.a", "l[0]"])}`),
  conditionDefect((draw) =>
    draw.pick(["contains(s, s)", "begins_with(s, s)", "s IN (n, s)", "s BETWEEN s AND n", "s BETWEEN n AND s"]),
  ),
  conditionDefect((_, request) => `${defineValue(request, { S: "a" })} = ${defineValue(request, { S: "a" })}`),
  conditionDefect((draw) => `((attribute_exists(${draw.pick(["n", "s"])})))`),
  conditionDefect((draw) =>
    draw.pick([
      "size(s)",
      "attribute_exists(s) = n",
      "size(size(s)) > n",
      "s",
      "if_not_exists(s, n) = n",
      "list_append(l, l) = l",
    ]),
  ),
  conditionDefect((draw, request) => `attribute_type(s, ${draw.pick(["n", defineValue(request, { S: "S" })])})`),
  conditionDefect((draw, request) => {
    const placeholder = defineValue(request, { N: "1" });
    return draw
      .times(draw.pick([299, 301, 151, 150]), () => `n = ${placeholder}`)
      .join(draw.pick([" OR ", " AND "]))
      .slice(0, draw.pick([4096, 4400]));
  }),
  conditionDefect(
    (draw, request) =>
      `n IN (${draw.times(draw.pick([99, 100, 101]), (index) => `${defineValue(request, { N: String(index) })}`).join(",")})`,
  ),
  conditionDefect((draw) => `attribute_exists(a${"[0]".repeat(draw.pick([30, 31, 32]))})`),
  conditionDefect(
    (draw) =>
      `attribute_exists(${draw.pick(["_a", "1a", "a[99999999999999]", "a[-1]", "a[:x]", "a.", "a[", "#", "é", "a..b", "pk.a", "sk[0]", "id.x"])})`,
  ),
  conditionDefect((draw) => `attribute_exists(${"a".repeat(draw.pick([4070, 4078, 4090, 4200]))})`),
  conditionDefect((draw) =>
    draw.pick([
      "NOT NOT attribute_exists(s)",
      "NOT (NOT attribute_exists(s))",
      "(attribute_exists(s))",
      "(NOT (attribute_exists(s)))",
    ]),
  ),
];

/** Updates two paths that contain one another, that are equal, or that treat one value as both a map and a list. */
const overlappingPaths = updateDefect((draw, request) => {
  const [leftPath, rightPath] = draw.pick([
    ...([
      ["m", "m.a"],
      ["l", "l[0]"],
      ["m.a", "m.a.b"],
      ["l[1]", "l[1].a"],
      ["m.l", "m.l[1]"],
    ] as const),
    ...([
      ["s", "s"],
      ["l[0]", "l[0]"],
      ["m.a", "m[0]"],
      ["l[0]", "l.a"],
    ] as const),
  ]);
  const [first, second] = draw.chance(0.5) ? [leftPath, rightPath] : [rightPath, leftPath];
  return draw.chance(0.5) ? `REMOVE ${first}, ${second}` : `SET ${first} = ${defineValue(request, { N: "1" })} REMOVE ${second}`;
});

const updateDefects: readonly Defect[] = [
  ...[overlappingPaths, overlappingPaths, overlappingPaths],
  updateDefect((draw, request) => `SET ${draw.pick(["pk", "sk", "pk.a"])} = ${defineValue(request, { S: "a" })}`),
  updateDefect((draw) => `REMOVE ${draw.pick(["pk", "sk", "sk[0]"])}`),
  updateDefect(
    (draw, request) => `ADD ${draw.pick(["n", "ss", "l"])} ${defineValue(request, drawValue(draw, draw.pick(TYPES)))}`,
  ),
  updateDefect(
    (draw, request) => `DELETE ${draw.pick(["ss", "ns", "s"])} ${defineValue(request, drawValue(draw, draw.pick(TYPES)))}`,
  ),
  updateDefect(
    (draw, request) => `SET n = n ${draw.pick(["+", "-"])} ${defineValue(request, drawValue(draw, draw.pick(TYPES)))}`,
  ),
  updateDefect((draw, request) => `SET l = list_append(l, ${defineValue(request, drawValue(draw, draw.pick(TYPES)))})`),
  updateDefect(
    (draw, request) =>
      `SET ${draw.pick(["n", "s2"])} = ${draw.pick(["missing", "s", "m.zz"])} + ${defineValue(request, { N: "1" })}`,
  ),
  updateDefect(
    (draw, request) =>
      `SET ${draw.pick(["zz.a", "zz[0]", "s.a", "s[0]", "l.a", "m[0]", "m.a.b.c"])} = ${defineValue(request, { N: "1" })}`,
  ),
  updateDefect((draw) => `REMOVE ${draw.pick(["zz.a", "zz[0]", "s.a", "s[0]", "l.a", "m[0]", "m.a.b.c"])}`),
  updateDefect(
    (draw, request) =>
      `${draw.pick(["ADD", "DELETE"])} ${draw.pick(["zz.a", "s.a", "l[9]", "m.zz"])} ${defineValue(request, { NS: ["1"] })}`,
  ),
  updateDefect((_, request) => `SET n = ${defineValue(request, { N: "1" })} SET s = ${defineValue(request, { N: "1" })}`),
  updateDefect(
    (draw, request) =>
      `SET n = ${draw.pick(["contains", "size", "foo", "begins_with", "SIZE"])}(n, ${defineValue(request, { N: "1" })})`,
  ),
  updateDefect(
    (draw, request) =>
      `SET n = ${draw.pick(["if_not_exists(n)", "list_append(l)", "if_not_exists(n, n, n)"])} + ${defineValue(request, { N: "1" })}`,
  ),
  updateDefect((_, request) => `SET n = if_not_exists(${defineValue(request, { N: "1" })}, n)`),
  updateDefect((draw, request) => `SET ${draw.pick(["name", "m.status", "size"])} = ${defineValue(request, { N: "1" })}`),
  updateDefect(
    (draw, request) =>
      `SET ${draw.pick(INDEX_KEYS)} = ${defineValue(request, draw.pick([{ N: "1" }, { S: "" }, { NULL: true }, { L: [] }]))}`,
  ),
  updateDefect(
    (draw, request) =>
      `SET ${draw.pick(INDEX_KEYS)} = ${draw.pick(["n", "b1", "if_not_exists(n, u)", "l"])}, n2 = ${defineValue(request, { N: "1" })}`,
  ),
  updateDefect(
    (draw, request) =>
      `SET n = n + ${defineValue(request, { N: draw.pick(["9E125", "0.1", "1E-130", "99999999999999999999999999999999999999"]) })}`,
  ),
  updateDefect(
    (draw, request) =>
      `SET n = ${defineValue(request, { N: "9E125" })} ${draw.pick(["+", "-"])} ${defineValue(request, { N: draw.pick(["9E125", "1", "-9E125", "1E-100"]) })}`,
  ),
  updateDefect((_, request) => `SET l = list_append(list_append(l, l), ${defineValue(request, { L: [] })})`),
  updateDefect((_, request) => `SET n = n + n2 + ${defineValue(request, { N: "1" })}`),
  updateDefect((draw, request) => `SET n = if_not_exists(n, n2 + ${defineValue(request, { N: draw.pick(["1"]) })})`),
  updateDefect((_, request) => `SET s2 = (if_not_exists(s2, ${defineValue(request, { S: "x" })}))`),
  updateDefect((draw, request) => `SET s2 = ${defineValue(request, { S: "x".repeat(draw.pick([100_000, 409_700])) })}`),
  updateDefect((draw) => `REMOVE ${"a".repeat(draw.pick([4088, 4089, 4090, 5000]))}`),
  updateDefect((draw) => `REMOVE a${".b".repeat(draw.pick([30, 31, 32, 33]))}`),
];

export const expressionDefects: readonly Defect[] = [
  ...conditionDefects,
  ...updateDefects,
  ...[
    keyCondition,
    keyCondition,
    keyCondition,
    keyCondition,
    keyInFilter,
    unusedPlaceholder,
    unusedPlaceholder,
    withoutExpression,
    undefinedPlaceholder,
  ],
  ...[undefinedPlaceholder, wrongPlaceholders, emptyExpression, changeTokens, changeTokens, changeTokens, changeTokens],
  projectionDefect([
    "m, m.a",
    "l[0], l[0]",
    "s, s",
    "m.a, m[0]",
    "name",
    "m.status",
    "#undefined",
    "pk.a",
    "id[0]",
    "size(s)",
    "s,",
    ",s",
    "s n",
    "_a",
  ]),
];
