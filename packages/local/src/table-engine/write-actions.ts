import type { Item } from "./attribute-value.ts";
import {
  type Input,
  readBindings,
  readChoice,
  readCondition,
  requireParameters,
  requireScalarKeys,
  requireTable,
  type Test,
} from "./command.ts";
import type { TableDefinition } from "./definition.ts";
import { parseUpdate } from "./expression-parser.ts";
import { isEqualItem, MAX_ITEM_BYTES, readItem, sizeOfItem } from "./item.ts";
import { readItemKey, readRequestKey, requireIndexKeys, requireUpdatableKeys } from "./keys.ts";
import type { Change, ItemKey, Row } from "./storage.ts";
import { SchemaError, ValidationError } from "./table-error.ts";
import { applyUpdate, checkUpdate, listPaths } from "./update.ts";

/** Reads writes from requests in two steps: checks that do not depend on the table, then checks against the table. */

export interface WriteAction {
  readonly kind: "Put" | "Update" | "Delete" | "ConditionCheck";
  readonly key: ItemKey;
  readonly test: Test;
  /** Returns the item after the write; undefined for none. */
  readonly apply: (before: Item | undefined) => Item | undefined;
  /** Paths that an update writes. */
  readonly paths: readonly (readonly (string | number)[])[];
  readonly returnsOnFailure: boolean;
}

/** A request with checked values and expressions; `bind` checks it against the table. */
export interface WriteRequest {
  bind(definition: TableDefinition): WriteAction;
}

export function readPut(input: Input, place = ""): WriteRequest {
  requireParameters(input, ["TableName", "Item"], place);
  const returnsOnFailure = readOnFailure(input);
  const item = readItem(input.Item);
  requireSize(item, "Item size has exceeded the maximum allowed size");
  const bindings = readBindings(input);
  const test = readCondition(input, "ConditionExpression", bindings);
  bindings.requireAllUsed();
  return {
    bind(definition) {
      requireTable(input, definition);
      const key = readItemKey(item, definition);
      requireScalarKeys(bindings, definition);
      return { kind: "Put", key, test, apply: () => item, paths: [], returnsOnFailure };
    },
  };
}

/** Reads a removal, or a condition on an item that stays as it is. */
function readKeyed(kind: "Delete" | "ConditionCheck", input: Input): WriteRequest {
  const returnsOnFailure = readOnFailure(input);
  const keyItem = readItem(input.Key);
  const bindings = readBindings(input);
  const test = readCondition(input, "ConditionExpression", bindings);
  bindings.requireAllUsed();
  const apply = kind === "Delete" ? () => undefined : (before: Item | undefined) => before;
  return {
    bind(definition) {
      requireTable(input, definition);
      const key = readRequestKey(keyItem, definition);
      requireScalarKeys(bindings, definition);
      return { kind, key, test, apply, paths: [], returnsOnFailure };
    },
  };
}

export function readDelete(input: Input, place = ""): WriteRequest {
  requireParameters(input, ["TableName", "Key"], place);
  return readKeyed("Delete", input);
}

export function readCheck(input: Input, place = ""): WriteRequest {
  requireParameters(input, ["TableName", "Key", "ConditionExpression"], place);
  return readKeyed("ConditionCheck", input);
}

/** Reads an update of a transaction, which must have an expression. A single update without one creates the item. */
export const readTransactUpdate = (input: Input, place: string): WriteRequest => {
  requireParameters(input, ["UpdateExpression"], place);
  return readUpdate(input, place);
};

export function readUpdate(input: Input, place = ""): WriteRequest {
  requireParameters(input, ["TableName", "Key"], place);
  const returnsOnFailure = readOnFailure(input);
  const keyItem = readItem(input.Key);
  const bindings = readBindings(input);
  const parsed = input.UpdateExpression === undefined ? undefined : parseUpdate(String(input.UpdateExpression));
  if (parsed) {
    bindings.use("UpdateExpression", parsed);
    checkUpdate(parsed.tree, bindings);
  }
  const test = readCondition(input, "ConditionExpression", bindings);
  bindings.requireAllUsed();
  const paths = parsed ? listPaths(parsed.tree, bindings) : [];
  return {
    bind(definition) {
      requireTable(input, definition);
      const key = readRequestKey(keyItem, definition);
      requireUpdatableKeys(parsed?.tree, paths, bindings, definition);
      requireScalarKeys(bindings, definition);
      const apply = (before: Item | undefined): Item | undefined => {
        const after = parsed ? applyUpdate(parsed.tree, before, keyItem, bindings) : (before ?? keyItem);
        if (after) requireUpdated(after, definition);
        return after;
      };
      return { kind: "Update", key, test, apply, paths, returnsOnFailure };
    },
  };
}

function requireUpdated(item: Item, { indexes }: TableDefinition): void {
  try {
    for (const index of indexes) requireIndexKeys(item, index);
  } catch (error) {
    if (error instanceof SchemaError)
      throw new SchemaError("The update expression attempted to update the secondary index key to unsupported type");
    throw error;
  }
  requireSize(item, "Item size to update has exceeded the maximum allowed size");
}

function requireSize(item: Item, message: string): void {
  if (sizeOfItem(item) > MAX_ITEM_BYTES) throw new ValidationError(message);
}

const readOnFailure = (input: Input): boolean =>
  readChoice(input, "ReturnValuesOnConditionCheckFailure", ["ALL_OLD", "NONE"]) === "ALL_OLD";

/** Returns the change that an action makes to the stored row. */
export function buildChange({ key, apply }: WriteAction, before: Row | undefined): Change {
  const item = apply(before?.item);
  const after: Row | undefined = item && { ...key, item, size: sizeOfItem(item) };
  const isStreamed = before && after ? !isEqualItem(before.item, after.item) : before !== after;
  return { ...key, before, after, isStreamed, isExpiry: false };
}
