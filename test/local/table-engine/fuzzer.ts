import type { Random } from "@crm/local/seeded-random.ts";
import type { Item } from "@crm/local/table-engine/attribute-value.ts";
import type { Action } from "@crm/local/table-engine/engine.ts";
import { addDefect } from "./command-defects.ts";
import { Draw } from "./random-draw.ts";
import { ExpressionWriter } from "./random-expressions.ts";
import { drawIndexKey, drawItem, drawKey, drawValue, indexNames, type Key, PARTITIONS, SORT_KEYS } from "./random-items.ts";

export const TABLE_NAME = "crm";

export type Parameters = Record<string, unknown>;

export interface Command {
  action: Action;
  input: Parameters;
  /** Set if the command has a defect. */
  isDefective?: boolean;
}

/** Answers that later commands refer to. */
export class History {
  /** Queries and scans with further pages. */
  readonly pages: { command: Command; start: Item }[] = [];
  readonly transactions: Command[] = [];
  tokens = 0;

  /** Notes the answer to a command. */
  note(command: Command, output: Parameters | undefined): void {
    const start = output?.LastEvaluatedKey;
    if (start) keepLast(this.pages, { command, start: start as Item });
    if (command.input.ClientRequestToken !== undefined) keepLast(this.transactions, command);
  }
}

const MAX_NOTED = 10;

function keepLast<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MAX_NOTED) list.shift();
}

/** Draws a command of DynamoDB's API; one in four has a defect. */
export function generateCommand(random: Random, history: History): Command {
  const draw = new Draw(random);
  const command = draw.pickWeighted<Command>([
    [14, () => putItem(draw)],
    [18, () => updateItem(draw)],
    [5, () => deleteItem(draw)],
    [5, () => getItem(draw)],
    [22, () => query(draw, history)],
    [8, () => scan(draw, history)],
    [4, () => batchGet(draw)],
    [5, () => batchWrite(draw)],
    [3, () => transactGet(draw)],
    [12, () => transactWrite(draw, history)],
  ]);
  if (draw.chance(0.15)) command.input.ReturnConsumedCapacity = draw.pick(["INDEXES", "TOTAL", "NONE"]);
  return draw.chance(0.25) && !command.isDefective ? addDefect(draw, command) : command;
}

/** The names and values that the writer collected, if there are any. */
const bindings = ({ names, values }: ExpressionWriter): Parameters => ({
  ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
  ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
});

const returnsOnFailure = (draw: Draw): Parameters =>
  draw.chance(0.3) ? { ReturnValuesOnConditionCheckFailure: draw.pick(["ALL_OLD", "NONE"]) } : {};

function putRequest(draw: Draw, Item: Item = drawItem(draw)): Parameters {
  const writer = new ExpressionWriter(draw);
  const condition = draw.chance(0.35) ? { ConditionExpression: writer.condition() } : {};
  return { TableName: TABLE_NAME, Item, ...condition, ...bindings(writer), ...returnsOnFailure(draw) };
}

function updateRequest(draw: Draw, Key: Key = drawKey(draw)): Parameters {
  const writer = new ExpressionWriter(draw);
  const update = draw.chance(0.97) ? { UpdateExpression: writer.update() } : {};
  const condition = draw.chance(0.25) ? { ConditionExpression: writer.condition() } : {};
  return { TableName: TABLE_NAME, Key, ...update, ...condition, ...bindings(writer), ...returnsOnFailure(draw) };
}

function conditionRequest(draw: Draw, Key: Key, share: number): Parameters {
  const writer = new ExpressionWriter(draw);
  const condition = draw.chance(share) ? { ConditionExpression: writer.condition() } : {};
  return { TableName: TABLE_NAME, Key, ...condition, ...bindings(writer), ...returnsOnFailure(draw) };
}

function putItem(draw: Draw): Command {
  const input = putRequest(draw);
  if (draw.chance(0.005)) (input.Item as Item).s2 = { S: "x".repeat(100_000) };
  if (draw.chance(0.4)) input.ReturnValues = draw.pick(["ALL_OLD", "NONE"]);
  return { action: "PutItem", input };
}

function updateItem(draw: Draw): Command {
  const input = updateRequest(draw);
  if (draw.chance(0.6)) input.ReturnValues = draw.pick(["ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD", "NONE"]);
  return { action: "UpdateItem", input };
}

function deleteItem(draw: Draw): Command {
  const input = conditionRequest(draw, drawKey(draw), 0.4);
  if (draw.chance(0.4)) input.ReturnValues = draw.pick(["ALL_OLD", "NONE"]);
  return { action: "DeleteItem", input };
}

function getRequest(draw: Draw, Key: Key): Parameters {
  const writer = new ExpressionWriter(draw);
  const projection = draw.chance(0.5) ? { ProjectionExpression: writer.projection() } : {};
  return { TableName: TABLE_NAME, Key, ...projection, ...bindings(writer) };
}

function getItem(draw: Draw): Command {
  const input = getRequest(draw, drawKey(draw));
  if (draw.chance(0.4)) input.ConsistentRead = draw.chance(0.5);
  return { action: "GetItem", input };
}

/** Sometimes continues an earlier query with its next page. */
function query(draw: Draw, { pages }: History): Command {
  const earlierPages = pages.filter(({ command }) => command.action === "Query");
  if (earlierPages.length > 0 && draw.chance(0.25)) return nextPage(draw.pick(earlierPages));
  const index = draw.chance(0.5) ? draw.pick(indexNames) : undefined;
  const [partition, sort] = indexKeyNames(index);
  const writer = new ExpressionWriter(draw, [partition, sort]);
  const input: Parameters = {
    TableName: TABLE_NAME,
    ...(index ? { IndexName: index } : {}),
    KeyConditionExpression: keyCondition(draw, writer, partition, sort),
    ...pageParameters(draw, writer, index),
    ...(draw.chance(0.4) ? { ScanIndexForward: draw.chance(0.4) } : {}),
    ...(draw.chance(0.05) ? { ExclusiveStartKey: drawStartKey(draw, index) } : {}),
  };
  return { action: "Query", input: { ...input, ...bindings(writer) } };
}

/** The key attributes of an index, or of the table. */
export function indexKeyNames(index: string | undefined): [partition: string, sort: string] {
  if (index === undefined) return ["pk", "sk"];
  return [index, index === "due" || index === "by_rank" || index === "by_date" ? `${index}_sort` : "id"];
}

function keyCondition(draw: Draw, writer: ExpressionWriter, partition: string, sort: string): string {
  const isTable = partition === "pk";
  const value = isTable ? { S: draw.pick(PARTITIONS) } : drawIndexKey(draw, partition);
  const first = draw.chance(0.85)
    ? `${writer.name(partition)} = ${writer.value(value)}`
    : `${writer.value(value)} = ${writer.name(partition)}`;
  if (draw.chance(0.35)) return draw.chance(0.9) ? first : `(${first})`;
  const name = writer.name(sort);
  const text = (): string => writer.value({ S: draw.pick(SORT_KEYS) });
  const comparator = draw.pick(["=", "<", "<=", ">", ">="]);
  const second = draw.pickWeighted([
    [4, () => `${name} ${comparator} ${text()}`],
    [1, () => `${text()} ${comparator} ${name}`],
    [3, () => `begins_with(${name}, ${text()})`],
    [
      2,
      () =>
        `${name} BETWEEN ${writer.value({ S: draw.pick(["-", "a", "9"]) })} AND ${writer.value({ S: draw.pick(["ab", "b", "é", "\uffff", "\u{10000}"]) })}`,
    ],
  ]);
  const wrapped = draw.chance(0.1) ? `(${second})` : second;
  return draw.chance(0.9) ? `${first} AND ${wrapped}` : `${wrapped} and ${first}`;
}

function pageParameters(draw: Draw, writer: ExpressionWriter, index: string | undefined): Parameters {
  const input: Parameters = {};
  if (draw.chance(0.4)) input.FilterExpression = writer.condition();
  if (draw.chance(0.5)) input.Limit = 1 + draw.integer(6);
  if (!index && draw.chance(0.3)) input.ConsistentRead = draw.chance(0.6);
  const select = draw.chance(0.5)
    ? draw.pick(["COUNT", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "ALL_ATTRIBUTES"])
    : undefined;
  if (select === "SPECIFIC_ATTRIBUTES" || (!select && draw.chance(0.3))) input.ProjectionExpression = writer.projection();
  const isFitting = select === "ALL_PROJECTED_ATTRIBUTES" ? index : select === "ALL_ATTRIBUTES" ? !index : select;
  if (isFitting) input.Select = select;
  return input;
}

export function drawStartKey(draw: Draw, index: string | undefined): Item {
  const key: Item = { ...drawKey(draw) };
  if (index) for (const name of indexKeyNames(index)) key[name] = drawIndexKey(draw, name);
  return key;
}

const nextPage = ({ command, start }: History["pages"][number]): Command => ({
  ...command,
  input: { ...command.input, ExclusiveStartKey: start },
});

function scan(draw: Draw, { pages }: History): Command {
  const earlierPages = pages.filter(({ command }) => command.action === "Scan");
  if (earlierPages.length > 0 && draw.chance(0.4)) return nextPage(draw.pick(earlierPages));
  const index = draw.chance(0.5) ? draw.pick(indexNames) : undefined;
  const writer = new ExpressionWriter(draw);
  const input: Parameters = {
    TableName: TABLE_NAME,
    ...(index ? { IndexName: index } : {}),
    ...pageParameters(draw, writer, index),
    ...(draw.chance(0.05) ? { ExclusiveStartKey: drawStartKey(draw, index) } : {}),
  };
  return { action: "Scan", input: { ...input, ...bindings(writer) } };
}

/** Draws different keys. */
export function drawKeys(draw: Draw, count: number): Key[] {
  const keys = new Map<string, Key>();
  for (let index = 0; index < count; index++) {
    const key = drawKey(draw);
    keys.set(JSON.stringify(key), key);
  }
  return [...keys.values()];
}

function batchGet(draw: Draw): Command {
  const keys = drawKeys(draw, 1 + draw.integer(12));
  const { Key, TableName, ...projection } = getRequest(draw, drawKey(draw));
  const consistent = draw.chance(0.3) ? { ConsistentRead: draw.chance(0.6) } : {};
  return {
    action: "BatchGetItem",
    input: { RequestItems: { [String(TableName)]: { Keys: keys, ...projection, ...consistent } } },
  };
}

function batchWrite(draw: Draw): Command {
  const requests = drawKeys(draw, 1 + draw.integer(8)).map((Key) =>
    draw.chance(0.7) ? { PutRequest: { Item: { ...drawItem(draw), ...Key } } } : { DeleteRequest: { Key } },
  );
  return { action: "BatchWriteItem", input: { RequestItems: { [TABLE_NAME]: requests } } };
}

function transactGet(draw: Draw): Command {
  const TransactItems = drawKeys(draw, 1 + draw.integer(5)).map((Key) => ({ Get: getRequest(draw, Key) }));
  return { action: "TransactGetItems", input: { TransactItems } };
}

function transactWrite(draw: Draw, history: History): Command {
  if (history.transactions.length > 0 && draw.chance(0.1)) return repeatTransaction(draw, draw.pick(history.transactions));
  const TransactItems = drawKeys(draw, 1 + draw.integer(5)).map((Key) =>
    draw.pickWeighted<Parameters>([
      [4, () => ({ Put: putRequest(draw, { ...drawItem(draw), ...Key }) })],
      [4, () => ({ Update: plainUpdate(draw, Key) })],
      [2, () => ({ Delete: conditionRequest(draw, Key, 0.3) })],
      [2, () => ({ ConditionCheck: conditionRequest(draw, Key, 1) })],
    ]),
  );
  const token = draw.chance(0.2) ? { ClientRequestToken: `token-${history.tokens++}` } : {};
  return { action: "TransactWriteItems", input: { TransactItems, ...token } };
}

/** An update with an expression, which a transaction requires. */
function plainUpdate(draw: Draw, Key: Key): Parameters {
  for (;;) {
    const request = updateRequest(draw, Key);
    if (request.UpdateExpression !== undefined) return request;
  }
}

/** Repeats the request, or sends another one with the same token. */
function repeatTransaction(draw: Draw, command: Command): Command {
  const { action, input } = command;
  if (draw.chance(0.6)) return { ...command, input: { ...input } };
  const TransactItems = [{ Put: { TableName: TABLE_NAME, Item: { ...drawKey(draw), n: drawValue(draw, "N") } } }];
  return { action, input: { TransactItems, ClientRequestToken: input.ClientRequestToken } };
}
