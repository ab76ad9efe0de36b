import { expressionDefects } from "./expression-defects.ts";
import type { Command, Parameters } from "./fuzzer.ts";
import type { Draw } from "./random-draw.ts";
import { drawIndexKey, drawKey, drawValue, INDEX_KEYS, nestValue, WRONG_VALUES } from "./random-items.ts";

/** Adds one defect to a command. Returns false if the command has no place for it. */
export type Defect = (draw: Draw, request: Parameters, command: Command) => boolean;

/** A copy of the command with one defect. */
export function addDefect(draw: Draw, original: Command): Command {
  for (let attempt = 0; attempt < 30; attempt++) {
    const command = structuredClone(original);
    const defect = draw.pick(draw.chance(0.5) ? expressionDefects : parameterDefects);
    const requests = listRequests(command);
    if (requests.length > 0 && defect(draw, draw.pick(requests), command)) return { ...command, isDefective: true };
  }
  return original;
}

/** The requests of a command: several in a batch or transaction. */
export function listRequests({ action, input }: Command): Parameters[] {
  if (action === "BatchGetItem") return Object.values(input.RequestItems as Record<string, Parameters>);
  const isBatch = action === "BatchWriteItem";
  if (!isBatch && !action.startsWith("Transact")) return [input];
  const list = isBatch ? Object.values(input.RequestItems as Record<string, object[]>).flat() : (input.TransactItems as object[]);
  return list.flatMap((request) => Object.values(request)).filter((request) => request !== undefined);
}

/** The key of a request, or one of the keys of a batch. */
function pickKey(draw: Draw, { Key, Keys }: Parameters): Record<string, unknown> | undefined {
  return (Keys ? draw.pick(Keys as object[]) : Key) as Record<string, unknown> | undefined;
}

const readItem = ({ Item }: Parameters): Record<string, unknown> | undefined => Item as Record<string, unknown> | undefined;

/** Sets a parameter of the action to one of the values. */
const parameterDefect =
  (name: string, values: readonly unknown[], actions: readonly string[]): Defect =>
  (draw, _, { action, input }) => {
    if (!actions.includes(action)) return false;
    input[name] = draw.pick(values);
    return true;
  };

const READS = ["Query", "Scan"];
const WRITES = ["PutItem", "UpdateItem", "DeleteItem"];

const wrongKey: Defect = (draw, request) => {
  const key = pickKey(draw, request) ?? readItem(request);
  if (!key) return false;
  const name = draw.pick(["pk", "sk"]);
  draw.pickWeighted<unknown>([
    [1, () => delete key[name]],
    [1, () => Object.assign(key, { [name]: { S: "" } })],
    [2, () => Object.assign(key, { [name]: drawValue(draw, draw.pick(["N", "B", "BOOL", "L", "NULL", "SS"])) })],
    [1, () => Object.assign(key, { [name]: { S: "x".repeat(draw.pick([1023, 1024, 1025, 2047, 2048, 2049])) } })],
    [1, () => Object.assign(key, { [name]: { S: "é".repeat(draw.pick([512, 513, 1024, 1025])) } })],
    [1, () => (request.Item ? delete key[name] : Object.assign(key, { extra: { S: "a" } }))],
  ]);
  return true;
};

const wrongIndexKey: Defect = (draw, request) => {
  const item = readItem(request);
  if (!item) return false;
  const name = draw.pick(INDEX_KEYS);
  item[name] = draw.pickWeighted<object>([
    [3, () => drawValue(draw, draw.pick(["N", "B", "BOOL", "L", "M", "NULL", "SS"]))],
    [2, () => ({ S: "" })],
  ]);
  return true;
};

const wrongValue: Defect = (draw, request) => {
  const item = readItem(request);
  if (!item) return false;
  item[draw.pick(["s2", "m", "n"])] = draw.pickWeighted<unknown>([
    [8, () => draw.pick(WRONG_VALUES)],
    [2, () => nestValue(draw, draw.pick([30, 31, 32, 33]))],
    [0.5, () => ({ S: "x".repeat(draw.pick([100_000, 409_700])) })],
  ]);
  return true;
};

const wrongBoundValue: Defect = (draw, request) => {
  const values = request.ExpressionAttributeValues as Record<string, unknown> | undefined;
  if (!values) return false;
  values[draw.pick(Object.keys(values))] = draw.chance(0.8) ? draw.pick(WRONG_VALUES) : nestValue(draw, draw.pick([31, 32, 33]));
  return true;
};

const wrongTable: Defect = (draw, request, { action, input }) => {
  if (action !== "BatchGetItem" && action !== "BatchWriteItem") {
    request.TableName = draw.pick(["other", "crm2"]);
    return true;
  }
  input.RequestItems = { other: Object.values(input.RequestItems as object)[0] };
  return true;
};

const wrongIndex: Defect = (draw, _, { action, input }) => {
  if (!READS.includes(action)) return false;
  if (draw.chance(0.5)) input.IndexName = "by_nothing";
  else {
    if (input.IndexName === undefined) return false;
    input.ConsistentRead = true;
  }
  return true;
};

const wrongStart: Defect = (draw, _, { action, input }) => {
  if (!READS.includes(action)) return false;
  const key: Record<string, unknown> = { ...drawKey(draw) };
  if (input.IndexName !== undefined)
    for (const name of INDEX_KEYS.filter((name) => name === input.IndexName || name.startsWith("id")))
      key[name] = drawIndexKey(draw, name);
  draw.pickWeighted<unknown>([
    [1, () => delete key[draw.pick(Object.keys(key))]],
    [1, () => Object.assign(key, { extra: { S: "a" } })],
    [1, () => Object.assign(key, { [draw.pick(Object.keys(key))]: { N: "1" } })],
    [1, () => Object.assign(key, { pk: { S: "elsewhere" } })],
    [0.5, () => Object.assign(key, { [draw.pick(Object.keys(key))]: { S: "" } })],
  ]);
  input.ExclusiveStartKey = key;
  return true;
};

const wrongSelect: Defect = (draw, _, { action, input }) => {
  if (!READS.includes(action)) return false;
  input.Select = draw.pick(["EVERYTHING", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_ATTRIBUTES", "COUNT"]);
  return true;
};

const duplicateRequest: Defect = (draw, _, { action, input }) => {
  if (action === "BatchGetItem") {
    const keys = (Object.values(input.RequestItems as object)[0] as { Keys: unknown[] }).Keys;
    keys.push(structuredClone(draw.pick(keys)));
    return true;
  }
  const requests = action === "BatchWriteItem" ? Object.values(input.RequestItems as object)[0] : input.TransactItems;
  if (!Array.isArray(requests)) return false;
  const request = structuredClone(draw.pick(requests as Record<string, unknown>[]));
  requests.push(request);
  return true;
};

const wrongCount: Defect = (draw, _, { action, input }) => {
  const key = (index: number) => ({ pk: { S: "many" }, sk: { S: `${index}` } });
  const isEmpty = draw.chance(0.5);
  if (action === "BatchGetItem")
    input.RequestItems = isEmpty ? draw.pick([{}, { crm: { Keys: [] } }]) : { crm: { Keys: draw.times(101, key) } };
  else if (action === "BatchWriteItem")
    input.RequestItems = isEmpty
      ? draw.pick([{}, { crm: [] }])
      : { crm: draw.times(26, (index) => ({ DeleteRequest: { Key: key(index) } })) };
  else if (action === "TransactWriteItems")
    input.TransactItems = isEmpty ? [] : draw.times(101, (index) => ({ Delete: { TableName: "crm", Key: key(index) } }));
  else if (action === "TransactGetItems")
    input.TransactItems = isEmpty ? [] : draw.times(101, (index) => ({ Get: { TableName: "crm", Key: key(index) } }));
  else return false;
  return true;
};

const wrongAction: Defect = (draw, _, { action, input }) => {
  const requests = action === "BatchWriteItem" ? Object.values(input.RequestItems as object)[0] : input.TransactItems;
  if (!Array.isArray(requests) || action === "TransactGetItems") return false;
  const index = draw.integer(requests.length);
  if (draw.chance(0.5)) requests[index] = {};
  else if (action === "BatchWriteItem") {
    const Key = drawKey(draw);
    requests[index] = { PutRequest: { Item: Key }, DeleteRequest: { Key } };
  } else
    requests[index] = {
      ...requests[index],
      Delete: { TableName: "crm", Key: drawKey(draw) },
      ConditionCheck: requests[index].Put,
    };
  return true;
};

const wrongToken: Defect = (draw, _, { action, input }) => {
  if (action !== "TransactWriteItems") return false;
  input.ClientRequestToken = draw.pick(["x".repeat(37), "", "x".repeat(36)]);
  return true;
};

const missingParameter: Defect = (draw, request, { action }) => {
  if (action.startsWith("Batch")) return false;
  const name = draw.pick([
    "Key",
    "Item",
    "KeyConditionExpression",
    "ConditionExpression",
    "UpdateExpression",
    "ExpressionAttributeNames",
  ]);
  if (request[name] === undefined) return false;
  delete request[name];
  return true;
};

const parameterDefects: readonly Defect[] = [
  ...[wrongKey, wrongKey, wrongIndexKey, wrongValue, wrongValue, wrongBoundValue, wrongTable, wrongIndex, wrongStart, wrongStart],
  ...[wrongSelect, duplicateRequest, wrongCount, wrongAction, wrongToken, missingParameter],
  parameterDefect("Limit", [0], READS),
  parameterDefect("ReturnConsumedCapacity", ["SOME"], [...READS, ...WRITES, "GetItem"]),
  parameterDefect("ReturnValues", ["SOME", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"], WRITES),
  parameterDefect("ReturnValuesOnConditionCheckFailure", ["SOME"], WRITES),
];
