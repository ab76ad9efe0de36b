import { type AttributeValue, attributeType, type Item } from "./attribute-value.ts";
import type { ProjectedIndex, TableDefinition } from "./definition.ts";
import type { Bindings, Update } from "./expression.ts";
import { sizeOfText } from "./item.ts";
import type { ItemKey, Row } from "./storage.ts";
import { invalidParameter, SchemaError, ValidationError } from "./table-error.ts";

/** Reads keys of items and indexes from commands, and refuses those that do not fit the table. */

const MAX_PARTITION_BYTES = 2048;
const MAX_SORT_BYTES = 1024;

/** Returns the key of a command's `Key`, which must have the two key attributes and no other. */
export function readRequestKey(key: Item, definition: TableDefinition): ItemKey {
  requireKeySchema(key, definition, 2);
  return readItemKey(key, { ...definition, indexes: [] });
}

/** Refuses an item without the two texts of a key, or, with `count`, with another number of attributes. */
export function requireKeySchema(item: Item, { partitionKey, sortKey }: TableDefinition, count?: number): void {
  const isFitting = [partitionKey, sortKey].every((name) => "S" in (item[name] ?? {}));
  if (!isFitting || (count !== undefined && Object.keys(item).length !== count))
    throw new SchemaError("The provided key element does not match the schema");
}

/** A key as one text. */
export const serializeKey = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

/** Refuses an update of the table's key, and an invalid value of an index's key. */
export function requireUpdatableKeys(
  update: Update | undefined,
  paths: readonly (readonly (string | number)[])[],
  bindings: Bindings,
  { partitionKey, sortKey, indexes }: TableDefinition,
): void {
  const keyPath = paths.find(([name]) => name === partitionKey || name === sortKey);
  if (keyPath) throw invalidKey(`Cannot update attribute ${keyPath[0]}. This attribute is part of the key`);
  for (const { path, value } of update?.set ?? []) {
    if (path.steps.length > 1 || value.kind !== "value") continue;
    const item: Item = { [String(bindings.steps(path)[0])]: bindings.value(value.placeholder) };
    for (const index of indexes) requireIndexKeys(item, index, EMPTY_UPDATE);
  }
}

const EMPTY_UPDATE =
  "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.";

const invalidKey = (problem: string): SchemaError => new SchemaError(`One or more parameter values were invalid: ${problem}`);

/** Returns the key of an item to be stored. Checks its index keys too. */
export function readItemKey(item: Item, { partitionKey, sortKey, indexes }: TableDefinition): ItemKey {
  const [pk, sk] = [requireKey(item, partitionKey, "hashkey"), requireKey(item, sortKey, "rangekey")];
  for (const index of indexes) requireIndexKeys(item, index);
  return { pk, sk };
}

function requireKey(item: Item, name: string, kind: "hashkey" | "rangekey"): string {
  const value = item[name];
  if (!value) throw invalidKey(`Missing the key ${name} in the item`);
  if (!("S" in value)) throw invalidKey(`Type mismatch for key ${name} expected: S actual: ${attributeType(value)}`);
  requireKeyText(name, value.S, kind);
  return value.S;
}

function requireKeyText(name: string, text: string, kind: "hashkey" | "rangekey"): void {
  if (text === "")
    throw new ValidationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  const limit = kind === "hashkey" ? MAX_PARTITION_BYTES : MAX_SORT_BYTES;
  if (sizeOfText(text) > limit)
    throw invalidParameter(
      kind === "hashkey"
        ? `Size of hashkey has exceeded the maximum size limit of${limit} bytes`
        : `Aggregated size of all range keys has exceeded the size limit of ${limit} bytes`,
    );
}

/** Refuses an item with an index attribute of another type. An item without an index's attributes is not in the index. */
export function requireIndexKeys(item: Item, { name, partitionKey, sortKey }: ProjectedIndex, emptyMessage?: string): void {
  for (const attribute of [partitionKey, sortKey]) {
    const value = item[attribute];
    if (!value) continue;
    if (!("S" in value))
      throw invalidKey(`Type mismatch for Index Key ${attribute} Expected: S Actual: ${attributeType(value)} IndexName: ${name}`);
    if (value.S === "")
      throw new ValidationError(
        emptyMessage ??
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${name}, IndexKey: ${attribute}`,
      );
    const limit = attribute === partitionKey ? MAX_PARTITION_BYTES : MAX_SORT_BYTES;
    if (sizeOfText(value.S) > limit)
      throw invalidParameter(
        attribute === partitionKey
          ? `Size of hashkey has exceeded the maximum size limit of${limit} bytes`
          : `Aggregated size of all range keys has exceeded the size limit of ${limit} bytes`,
      );
  }
}

/** Returns the item as the index has it: all keys, and the projected attributes. */
export function projectTo({ item }: Pick<Row, "item">, { partitionKey, sortKey }: TableDefinition, index: ProjectedIndex): Item {
  const projected: Item = {};
  for (const name of [partitionKey, sortKey, index.partitionKey, index.sortKey, ...index.projected]) {
    const value = item[name];
    if (value) projected[name] = value;
  }
  return projected;
}

/** Whether the item is in the index. */
export const isInIndex = ({ partitionKey, sortKey }: ProjectedIndex, item: Item): boolean =>
  item[partitionKey] !== undefined && item[sortKey] !== undefined;

/** Returns the key of a row for `LastEvaluatedKey`. */
export function buildStartKey({ item }: Pick<Row, "item">, definition: TableDefinition, index: ProjectedIndex | undefined): Item {
  const names = new Set([definition.partitionKey, definition.sortKey, ...(index ? [index.partitionKey, index.sortKey] : [])]);
  return Object.fromEntries([...names].map((name) => [name, item[name] as AttributeValue]));
}
