import { convertToAttr, convertToNative, type NativeAttributeValue } from "@aws-sdk/util-dynamodb";
import { type AttributeValue, Bytes, type Item, setAttribute } from "./attribute-value.ts";
import type { Input, Output } from "./command.ts";
import type { Action } from "./engine.ts";

/**
 * Translates commands of the document client and their answers as the deployed client does. Both directions copy, so a caller that changes a value
 * afterwards does not change the table.
 */

const actions: Readonly<Record<string, Action>> = {
  GetCommand: "GetItem",
  PutCommand: "PutItem",
  UpdateCommand: "UpdateItem",
  DeleteCommand: "DeleteItem",
  QueryCommand: "Query",
  ScanCommand: "Scan",
  BatchGetCommand: "BatchGetItem",
  BatchWriteCommand: "BatchWriteItem",
  TransactGetCommand: "TransactGetItems",
  TransactWriteCommand: "TransactWriteItems",
};

export function resolveAction(command: object): Action {
  const action = actions[command.constructor.name];
  if (!action) throw new Error(`The table engine does not support the document command ${command.constructor.name}`);
  return action;
}

type Values = Record<string, NativeAttributeValue>;
type Convert = (values: unknown) => unknown;

/** Parameters that hold an item, a key or other values. */
const singles = ["Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey", "Attributes", "LastEvaluatedKey"];
const plurals = ["Items", "Keys"];

export const marshalInput = (input: object): Input => convert(input, (values) => toItem(values as Values));
export const unmarshalOutput = (output: Output): Output => convert(output, (item) => toValues(item as Item));

/** The deployed client leaves out what is undefined (packages/aws/src/database.ts). */
const OPTIONS = { removeUndefinedValues: true } as const;

/**
 * Lists and maps are walked here, because the SDK's `marshall` and `unmarshall` lose an attribute of the name `__proto__`; the SDK
 * translates all other values.
 */
function toItem(values: Values): Item {
  const item: Item = {};
  for (const name in values) if (isStored(values[name])) setAttribute(item, name, toAttribute(values[name]));
  return item;
}

/** Most values are texts, for which the SDK would take four calls. */
function toAttribute(value: NativeAttributeValue): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (Array.isArray(value)) return { L: value.filter(isStored).map(toAttribute) };
  return isPlainObject(value) ? { M: toItem(value as Values) } : toOtherAttribute(value);
}

function toOtherAttribute(value: NativeAttributeValue): AttributeValue {
  const attribute = convertToAttr(value, OPTIONS);
  if (attribute.B) return { B: new Bytes(attribute.B) };
  return attribute.BS ? { BS: attribute.BS.map((bytes) => new Bytes(bytes)) } : (attribute as AttributeValue);
}

const isStored = (value: unknown): boolean => value !== undefined && typeof value !== "function";

/** Whether the SDK translates the object to a map. */
const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && (!value.constructor || value.constructor.name === "Object");

function toValues(item: Item): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(item)) setAttribute(values, name, toValue(value));
  return values;
}

/** Bytes are the only values that the SDK does not copy. */
function toValue(value: AttributeValue): NativeAttributeValue {
  if ("S" in value) return value.S;
  if ("L" in value) return value.L.map(toValue);
  if ("M" in value) return toValues(value.M);
  return convertToNative("B" in value || "BS" in value ? structuredClone(value) : value);
}

function convert(parameters: object, translate: Convert): Record<string, unknown> {
  const converted: Record<string, unknown> = { ...parameters };
  for (const name of singles) if (converted[name]) converted[name] = translate(converted[name]);
  for (const name of plurals) if (converted[name]) converted[name] = (converted[name] as unknown[]).map(translate);
  const { RequestItems, UnprocessedKeys, UnprocessedItems, TransactItems, Responses } = converted;
  for (const [name, tables] of Object.entries({ RequestItems, UnprocessedKeys, UnprocessedItems }))
    if (tables) converted[name] = mapValues(tables, (requests) => convertRequests(requests as object, translate));
  if (TransactItems) converted.TransactItems = (TransactItems as object[]).map((action) => convertRequest(action, translate));
  if (Array.isArray(Responses)) converted.Responses = Responses.map((response) => convert(response, translate));
  else if (Responses) converted.Responses = mapValues(Responses, (items) => (items as unknown[]).map(translate));
  return converted;
}

/** A batch's keys to read, or its list of writes. */
const convertRequests = (requests: object, translate: Convert): unknown =>
  Array.isArray(requests) ? requests.map((request) => convertRequest(request, translate)) : convert(requests, translate);

/** `{Put: {…}}`, `{PutRequest: {…}}`: parameters by the kind of the action. */
const convertRequest = (request: object, translate: Convert): object =>
  mapValues(request, (parameters) => parameters && convert(parameters as object, translate));

const mapValues = (values: object, map: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
