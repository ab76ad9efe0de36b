import type { Item } from "./attribute-value.ts";
import { noUnits, readUnits, type Units } from "./capacity.ts";
import {
  constraintError,
  consumedCapacity,
  consumedCapacityByTable,
  type Input,
  type Output,
  readBindings,
  readConsumedCapacity,
  readProjection,
  requireParameters,
  requireScalarKeys,
  requireTable,
} from "./command.ts";
import type { ReadSource } from "./command-context.ts";
import type { TableDefinition } from "./definition.ts";
import { readItem } from "./item.ts";
import { readRequestKey, serializeKey } from "./keys.ts";
import { projectItem } from "./projection.ts";
import type { ItemKey } from "./storage.ts";
import { ValidationError } from "./table-error.ts";
import { bindActions, readActions, requireDistinctKeys } from "./transact-write.ts";

const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_KEYS = 100;

interface GetRequest {
  readonly paths: (string | number)[][] | undefined;
  bind(definition: TableDefinition): { key: ItemKey; paths: (string | number)[][] | undefined };
}

/** Reads the request of one item, checked without the table; `bind` checks it against the table. */
function readGet(input: Input, place = ""): GetRequest {
  requireParameters(input, ["TableName", "Key"], place);
  const key = readItem(input.Key);
  const bindings = readBindings(input);
  const paths = readProjection(input, bindings);
  bindings.requireAllUsed();
  return {
    paths,
    bind(definition) {
      requireTable(input, definition);
      const requestKey = readRequestKey(key, definition);
      requireScalarKeys(bindings, definition);
      return { key: requestKey, paths };
    },
  };
}

export function getItem(input: Input, source: ReadSource): Output {
  readConsumedCapacity(input);
  const { key, paths } = readGet(input).bind(source.definition);
  const isConsistent = input.ConsistentRead === true;
  const row = (isConsistent ? source.storage : source.replica).get(key);
  const units: Units = { ...noUnits(), table: readUnits(row?.size ?? 0, isConsistent) };
  return {
    ...(row ? { Item: paths ? projectItem(row.item, paths) : row.item } : {}),
    ...consumedCapacity(units, input, source.definition),
  };
}

export function batchGetItem(input: Input, source: ReadSource): Output {
  readConsumedCapacity(input);
  const { request, keys, paths } = readBatch(input, source.definition);
  const isConsistent = request.ConsistentRead === true;
  const storage = isConsistent ? source.storage : source.replica;
  const units = noUnits();
  const items: Item[] = [];
  let bytes = 0;
  let processed = 0;
  for (const key of keys) {
    const row = storage.get(key);
    if (bytes + (row?.size ?? 0) > MAX_BATCH_BYTES) break;
    bytes += row?.size ?? 0;
    units.table += readUnits(row?.size ?? 0, isConsistent);
    if (row) items.push(paths ? projectItem(row.item, paths) : row.item);
    processed++;
  }
  const { Keys, ...rest } = request as { Keys: unknown[] };
  const UnprocessedKeys = processed < keys.length ? { [source.definition.name]: { ...rest, Keys: Keys.slice(processed) } } : {};
  return {
    Responses: { [source.definition.name]: items },
    UnprocessedKeys,
    ...consumedCapacityByTable(units, input, source.definition),
  };
}

/** Reads the keys of a batch. The engine has one table, so a batch that names another is refused. */
function readBatch(input: Input, definition: TableDefinition) {
  const tables = Object.entries((input.RequestItems ?? {}) as Record<string, Input>);
  if (tables.length === 0)
    throw constraintError(
      "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const requests = tables.map(([TableName, request]) => ({ TableName, request, gets: readBatchGets(TableName, request) }));
  for (const table of requests) requireTable(table, definition);
  const [{ request, gets }] = requests as [(typeof requests)[number]];
  const keys = gets.map((get) => get.bind(definition).key);
  if (new Set(keys.map(serializeKey)).size < keys.length)
    throw new ValidationError("Provided list of item keys contains duplicates");
  return { request, keys, paths: gets[0]?.paths };
}

function readBatchGets(TableName: string, { Keys, ...request }: Input): GetRequest[] {
  const keys = (Keys ?? []) as Input[];
  if (keys.length === 0 || keys.length > MAX_BATCH_KEYS)
    throw constraintError(
      `Value at 'RequestItems.${TableName}.member.Keys' failed to satisfy constraint: Member must have length ${keys.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MAX_BATCH_KEYS}`}`,
    );
  return keys.map((Key) => readGet({ ...request, TableName, Key }));
}

export function transactGetItems(input: Input, source: ReadSource): Output {
  readConsumedCapacity(input);
  const actions = readGets(input, source.definition);
  const units = noUnits();
  const Responses = actions.map(({ key, paths }) => {
    const row = source.storage.get(key);
    units.table += readUnits(row?.size ?? 0, true) * 2;
    const Item = row && (paths ? projectItem(row.item, paths) : row.item);
    return Item && Object.keys(Item).length > 0 ? { Item } : {};
  });
  return { Responses, ...consumedCapacityByTable(units, input, source.definition, "ReadCapacityUnits") };
}

function readGets(input: Input, definition: TableDefinition) {
  const requests = readActions(input).map(({ Get }, index) => {
    requireParameters({ Get }, ["Get"], `transactItems.${index + 1}.member.`);
    return readGet(Get as Input, `transactItems.${index + 1}.member.get.`);
  });
  const actions = bindActions(requests, definition);
  requireDistinctKeys(actions);
  return actions;
}
