import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  ExecuteStatementCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import { send } from "@crm/core/storage/table/database.ts";
import { OutOfScope, requireScope } from "@crm/core/storage/table/scope-guard.ts";
import { describe, expect, it } from "vitest";

const scope: Scope = { tenant: "ten_a", keyspaces: ["login"] };
const TableName = "crm";
const ownKey = { pk: "T#ten_a#E#x", sk: "x" };
const foreignKey = { pk: "T#ten_b#E#x", sk: "x" };
const buildQuery = (pk: unknown, more: object = {}) =>
  new QueryCommand({ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk }, ...more });

const allowedCommands: [string, object][] = [
  ["get", new GetCommand({ TableName, Key: ownKey })],
  ["declared keyspace", new GetCommand({ TableName, Key: { pk: "S#LOGIN#x", sk: "ten_a" } })],
  ["put", new PutCommand({ TableName, Item: { ...ownKey, by_time: "T#ten_a#lead" } })],
  ["put with a due key", new PutCommand({ TableName, Item: { ...ownKey, due: "S#DUE#2026-01-01.3" } })],
  ["query", buildQuery("T#ten_a#E#x")],
  ["query of an index", buildQuery("T#ten_a#lead", { IndexName: "by_time", KeyConditionExpression: "by_time = :pk" })],
  ["update", new UpdateCommand({ TableName, Key: ownKey, UpdateExpression: "ADD used :one" })],
];

const refusedCommands: [string, object][] = [
  ["get of another tenant", new GetCommand({ TableName, Key: foreignKey })],
  ["tenant with the same prefix", new GetCommand({ TableName, Key: { pk: "T#ten_ab#E#x", sk: "x" } })],
  ["undeclared keyspace", new GetCommand({ TableName, Key: { pk: "S#REFRESH#x", sk: "x" } })],
  ["no key", new GetCommand({ TableName, Key: {} })],
  ["delete", new DeleteCommand({ TableName, Key: foreignKey })],
  ["put", new PutCommand({ TableName, Item: foreignKey })],
  ["put with a foreign index key", new PutCommand({ TableName, Item: { ...ownKey, by_owner: "T#ten_b#lead#o" } })],
  ["put with a due key elsewhere", new PutCommand({ TableName, Item: { ...ownKey, due: "S#LOGINX#" } })],
  ["update of a foreign item", new UpdateCommand({ TableName, Key: foreignKey, UpdateExpression: "SET a = :a" })],
  ["update of an index key", new UpdateCommand({ TableName, Key: ownKey, UpdateExpression: "SET by_time = :a" })],
  [
    "update of an index key by alias",
    new UpdateCommand({ TableName, Key: ownKey, UpdateExpression: "SET #a = :a", ExpressionAttributeNames: { "#a": "by_time" } }),
  ],
  ["query", buildQuery("T#ten_b#E#x")],
  ["query without a partition", buildQuery(undefined)],
  ["query that begins elsewhere", buildQuery("T#ten_a#", { KeyConditionExpression: "sk = :pk and pk = :pk" })],
  ["query of an index by the table's key", buildQuery("T#ten_a#", { IndexName: "by_time" })],
  ["query of an unknown index", buildQuery("T#ten_a#", { IndexName: "other", KeyConditionExpression: "other = :pk" })],
  ["batch get", new BatchGetCommand({ RequestItems: { crm: { Keys: [ownKey, foreignKey] } } })],
  [
    "batch put",
    new BatchWriteCommand({ RequestItems: { crm: [{ PutRequest: { Item: ownKey } }, { PutRequest: { Item: foreignKey } }] } }),
  ],
  ["batch delete", new BatchWriteCommand({ RequestItems: { crm: [{ DeleteRequest: { Key: foreignKey } }] } })],
  ["transact get", new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: foreignKey } }] })],
  ["transact put", new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: foreignKey } }] })],
  [
    "transact update",
    new TransactWriteCommand({ TransactItems: [{ Update: { TableName, Key: foreignKey, UpdateExpression: "SET a = :a" } }] }),
  ],
  ["transact delete", new TransactWriteCommand({ TransactItems: [{ Delete: { TableName, Key: foreignKey } }] })],
  [
    "transact check",
    new TransactWriteCommand({
      TransactItems: [{ ConditionCheck: { TableName, Key: foreignKey, ConditionExpression: "a = b" } }],
    }),
  ],
  ["scan", new ScanCommand({ TableName })],
  ["PartiQL", new ExecuteStatementCommand({ Statement: 'SELECT * FROM "crm"' })],
];

describe("the tenant guard", () => {
  it.each(allowedCommands)("lets %s pass", (_, command) => {
    expect(() => requireScope(command, scope)).not.toThrow();
  });

  it.each(refusedCommands)("refuses %s", (_, command) => {
    expect(() => requireScope(command, scope)).toThrow(OutOfScope);
  });

  it("rejects every command without a scope", () => {
    for (const [, command] of allowedCommands)
      expect(() => requireScope(command, { tenant: undefined, keyspaces: [] })).toThrow(OutOfScope);
  });

  it("checks every command before it is sent, and passes its scope to the credential provider", async () => {
    const sent: [object, Scope][] = [];
    const database: Ports["database"] = {
      table: TableName,
      send: async (command, scope) => {
        sent.push([command, scope]);
        return {};
      },
    };
    const inside = <T>(work: () => Promise<T>): Promise<T> =>
      runIn(systemContext({ database } as Ports, "ten_a", "test", ["login"]), work);
    for (const [, command] of refusedCommands) await expect(inside(() => send(command))).rejects.toThrow(OutOfScope);
    expect(sent).toEqual([]);
    for (const [, command] of allowedCommands) await inside(() => send(command));
    expect(sent).toEqual(allowedCommands.map(([, command]) => [command, scope]));
  });
});
