import { addWrite, noUnits } from "./capacity.ts";
import {
  constraintError,
  consumedCapacity,
  consumedCapacityByTable,
  type Input,
  type Output,
  readChoice,
  readConsumedCapacity,
  requireTable,
} from "./command.ts";
import type { WriteTarget } from "./command-context.ts";
import type { TableDefinition } from "./definition.ts";
import { readItem } from "./item.ts";
import { requireKeySchema, serializeKey } from "./keys.ts";
import { projectItem } from "./projection.ts";
import type { Change } from "./storage.ts";
import { ConditionalCheckFailed, ValidationError } from "./table-error.ts";
import { buildChange, readDelete, readPut, readUpdate, type WriteAction, type WriteRequest } from "./write-actions.ts";

/** Runs a single write outside of a transaction. */
function writeItem(action: WriteAction, input: Input, target: WriteTarget): { change: Change; answer: Output } {
  const before = target.storage.get(action.key);
  if (!action.test(before?.item ?? {})) throw new ConditionalCheckFailed(action.returnsOnFailure ? before?.item : undefined);
  const change = buildChange(action, before);
  if (change.before || change.after) target.commit([change]);
  const units = noUnits();
  addWrite(units, { ...change, definition: target.definition, factor: 1 });
  return { change, answer: consumedCapacity(units, input, target.definition) };
}

const RETURN_VALUES = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"] as const;

/** Runs a put or a delete, which return the old item or nothing. */
function replaceItem(read: (input: Input) => WriteRequest, input: Input, target: WriteTarget): Output {
  readConsumedCapacity(input);
  const returns = readChoice(input, "ReturnValues", RETURN_VALUES) ?? "NONE";
  const request = read(input);
  if (returns !== "ALL_OLD" && returns !== "NONE") throw new ValidationError("ReturnValues can only be ALL_OLD or NONE");
  const { change, answer } = writeItem(request.bind(target.definition), input, target);
  return { ...(returns === "ALL_OLD" && change.before ? { Attributes: change.before.item } : {}), ...answer };
}

export const putItem = (input: Input, target: WriteTarget): Output => replaceItem(readPut, input, target);
export const deleteItem = (input: Input, target: WriteTarget): Output => replaceItem(readDelete, input, target);

export function updateItem(input: Input, target: WriteTarget): Output {
  readConsumedCapacity(input);
  const returns = readChoice(input, "ReturnValues", RETURN_VALUES) ?? "NONE";
  const action = readUpdate(input).bind(target.definition);
  const { change, answer } = writeItem(action, input, target);
  const item = returns.endsWith("OLD") ? change.before?.item : change.after?.item;
  const attributes = returns === "NONE" || !item ? undefined : returns.startsWith("ALL") ? item : projectItem(item, action.paths);
  return { ...(attributes && Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}), ...answer };
}

const MAX_BATCH_WRITES = 25;

function readBatchWrites(input: Input, definition: TableDefinition): WriteAction[] {
  const tables = Object.entries((input.RequestItems ?? {}) as Record<string, Input[]>);
  if (tables.length === 0) throw new ValidationError("The requestItems parameter is required for BatchWriteItem");
  const requests = tables.flatMap(([TableName, writes]) => {
    if (writes.length === 0 || writes.length > MAX_BATCH_WRITES)
      throw constraintError(
        `Value at 'RequestItems.${TableName}.member' failed to satisfy constraint: Member must have length ${writes.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MAX_BATCH_WRITES}`}`,
      );
    return writes.map((request) => readBatchWrite(TableName, request));
  });
  if (requests.length > MAX_BATCH_WRITES) throw new ValidationError("Too many items requested for the BatchWriteItem call");
  for (const [TableName] of tables) requireTable({ TableName }, definition);
  const actions = requests.map((request) => request.bind(definition));
  if (new Set(actions.map(({ key }) => serializeKey(key))).size < actions.length)
    throw new ValidationError("Provided list of item keys contains duplicates");
  return actions;
}

function readBatchWrite(TableName: string, { PutRequest, DeleteRequest }: Input): WriteRequest {
  if ((PutRequest === undefined) === (DeleteRequest === undefined))
    throw new ValidationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  if (!PutRequest) return readDelete({ TableName, Key: (DeleteRequest as Input).Key });
  const { Item } = PutRequest as Input;
  const request = readPut({ TableName, Item });
  return {
    bind(definition) {
      requireKeySchema(readItem(Item), definition);
      return request.bind(definition);
    },
  };
}

/** Runs each write by itself; a reader may see some of them before the others. */
export function batchWriteItem(input: Input, target: WriteTarget): Output {
  readConsumedCapacity(input);
  const actions = readBatchWrites(input, target.definition);
  const units = noUnits();
  for (const action of actions) {
    const change = buildChange(action, target.storage.get(action.key));
    if (change.before || change.after) target.commit([change]);
    addWrite(units, { ...change, definition: target.definition, factor: 1 });
  }
  return { UnprocessedItems: {}, ...consumedCapacityByTable(units, input, target.definition) };
}
