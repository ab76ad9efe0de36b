import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Scope } from "../../kernel/scope.ts";
import { keyspacePrefix, systemKey, tenantPrefix } from "./key.ts";
import { indexes, indexNames } from "./table.ts";

export class OutOfScope extends Error {
  override name = "OutOfScope";
}

type JsonObject = Record<string, unknown>;

/** Matches the name of an index anywhere in an expression. */
const INDEX_PATTERN = new RegExp(`\\b(?:${indexNames.join("|")})\\b`);

/**
 * Refuses a command if any of its keys, index keys included, lies outside the scope. Allows only the commands that the system uses: no
 * Scan, no PartiQL. A tenant's item may have one key outside the scope, that of the index `due`, which only storage builds.
 */
export function requireScope(command: object, scope: Scope): void {
  const prefixes = [...(scope.tenant ? [tenantPrefix(scope.tenant)] : []), ...scope.keyspaces.map(keyspacePrefix)];
  const requirePrefix = (value: unknown, subject: string): void => {
    if (typeof value === "string" && prefixes.some((prefix) => value.startsWith(prefix))) return;
    throw new OutOfScope(`${subject} outside ${prefixes.join(", ") || "an empty scope"}`);
  };
  const key = (value: unknown): void => requirePrefix((value as JsonObject | undefined)?.pk, "Key");
  const item = (value: unknown): void => {
    key(value);
    for (const index of indexNames) {
      const indexed = (value as JsonObject)[index];
      if (indexed === undefined) continue;
      if (index === "due" && typeof indexed === "string" && indexed.startsWith(keyspacePrefix("due"))) continue;
      requirePrefix(indexed, `Key of index ${index}`);
    }
  };
  const update = (value: JsonObject): void => {
    key(value.Key);
    const texts = [
      String(value.UpdateExpression),
      ...Object.values((value.ExpressionAttributeNames ?? {}) as JsonObject).map(String),
    ];
    for (const text of texts) {
      const [index] = INDEX_PATTERN.exec(text) ?? [];
      if (index) throw new OutOfScope(`An update must not change the index ${index}`);
    }
  };

  const input = (command as { input: JsonObject }).input;
  if (command instanceof GetCommand && isTableShapesKey(input.Key)) return;
  if (command instanceof GetCommand || command instanceof DeleteCommand) key(input.Key);
  else if (command instanceof PutCommand) item(input.Item);
  else if (command instanceof UpdateCommand) update(input);
  else if (command instanceof QueryCommand) requirePrefix(readPartitionKey(input), "Query");
  else if (command instanceof BatchGetCommand) {
    for (const { Keys } of Object.values(input.RequestItems as Record<string, { Keys: unknown[] }>)) Keys.forEach(key);
  } else if (command instanceof BatchWriteCommand) {
    for (const request of Object.values(input.RequestItems as Record<string, JsonObject[]>).flat()) {
      if (request.PutRequest) item((request.PutRequest as JsonObject).Item);
      else key((request.DeleteRequest as JsonObject).Key);
    }
  } else if (command instanceof TransactGetCommand) {
    for (const action of input.TransactItems as JsonObject[]) key((action.Get as JsonObject).Key);
  } else if (command instanceof TransactWriteCommand) {
    for (const action of input.TransactItems as Record<string, JsonObject>[]) {
      if (action.Put) item(action.Put.Item);
      else if (action.Update) update(action.Update);
      else key((action.Delete ?? action.ConditionCheck)?.Key);
    }
  } else throw new OutOfScope(`${command.constructor.name} is not supported here`);
}

/** Every process may read in which shapes it may write (written-shapes.ts). */
const isTableShapesKey = (key: unknown): boolean => (key as JsonObject).pk === systemKey("migration", "table");

/** Returns the value with which a query compares the partition key of the table or index. */
function readPartitionKey(input: JsonObject): unknown {
  const index = input.IndexName as keyof typeof indexes | undefined;
  if (index !== undefined && !(index in indexes)) throw new OutOfScope(`No index ${index}`);
  const match = /^\s*(#?\w+)\s*=\s*(:\w+)/.exec(String(input.KeyConditionExpression));
  const names = (input.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const attribute = match?.[1]?.startsWith("#") ? names[match[1]] : match?.[1];
  if (attribute !== (index ?? "pk")) throw new OutOfScope("A query must begin with the partition key");
  return ((input.ExpressionAttributeValues ?? {}) as JsonObject)[match?.[2] ?? ""];
}
