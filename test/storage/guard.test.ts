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
import { guard, OutOfScope } from "@crm/core/storage/table/guard.ts";
import { describe, expect, it } from "vitest";

const scope: Scope = { tenant: "ten_a", keyspaces: ["login"] };
const TableName = "crm";
const own = { pk: "T#ten_a#E#x", sk: "x" };
const foreign = { pk: "T#ten_b#E#x", sk: "x" };
const query = (pk: unknown, more: object = {}) =>
  new QueryCommand({ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk }, ...more });

const allowed: [string, object][] = [
  ["get", new GetCommand({ TableName, Key: own })],
  ["declared keyspace", new GetCommand({ TableName, Key: { pk: "S#LOGIN#x", sk: "ten_a" } })],
  ["put", new PutCommand({ TableName, Item: { ...own, by_time: "T#ten_a#lead" } })],
  ["put with a due key", new PutCommand({ TableName, Item: { ...own, due: "S#DUE#2026-01-01.3" } })],
  ["query", query("T#ten_a#E#x")],
  ["query of an index", query("T#ten_a#lead", { IndexName: "by_time", KeyConditionExpression: "by_time = :pk" })],
  ["update", new UpdateCommand({ TableName, Key: own, UpdateExpression: "ADD used :one" })],
];

const refused: [string, object][] = [
  ["get of another tenant", new GetCommand({ TableName, Key: foreign })],
  ["tenant whose name begins alike", new GetCommand({ TableName, Key: { pk: "T#ten_ab#E#x", sk: "x" } })],
  ["undeclared keyspace", new GetCommand({ TableName, Key: { pk: "S#REFRESH#x", sk: "x" } })],
  ["no key", new GetCommand({ TableName, Key: {} })],
  ["delete", new DeleteCommand({ TableName, Key: foreign })],
  ["put", new PutCommand({ TableName, Item: foreign })],
  ["put with a foreign index key", new PutCommand({ TableName, Item: { ...own, by_owner: "T#ten_b#lead#o" } })],
  ["put with a due key elsewhere", new PutCommand({ TableName, Item: { ...own, due: "S#LOGINX#" } })],
  ["update of a foreign item", new UpdateCommand({ TableName, Key: foreign, UpdateExpression: "SET a = :a" })],
  ["update of an index key", new UpdateCommand({ TableName, Key: own, UpdateExpression: "SET by_time = :a" })],
  [
    "update of an index key by alias",
    new UpdateCommand({ TableName, Key: own, UpdateExpression: "SET #a = :a", ExpressionAttributeNames: { "#a": "by_time" } }),
  ],
  ["query", query("T#ten_b#E#x")],
  ["query without a partition", query(undefined)],
  ["query that begins elsewhere", query("T#ten_a#", { KeyConditionExpression: "sk = :pk and pk = :pk" })],
  ["query of an index by the table's key", query("T#ten_a#", { IndexName: "by_time" })],
  ["query of an unknown index", query("T#ten_a#", { IndexName: "other", KeyConditionExpression: "other = :pk" })],
  ["batch get", new BatchGetCommand({ RequestItems: { crm: { Keys: [own, foreign] } } })],
  [
    "batch put",
    new BatchWriteCommand({ RequestItems: { crm: [{ PutRequest: { Item: own } }, { PutRequest: { Item: foreign } }] } }),
  ],
  ["batch delete", new BatchWriteCommand({ RequestItems: { crm: [{ DeleteRequest: { Key: foreign } }] } })],
  ["transact get", new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: foreign } }] })],
  ["transact put", new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: foreign } }] })],
  [
    "transact update",
    new TransactWriteCommand({ TransactItems: [{ Update: { TableName, Key: foreign, UpdateExpression: "SET a = :a" } }] }),
  ],
  ["transact delete", new TransactWriteCommand({ TransactItems: [{ Delete: { TableName, Key: foreign } }] })],
  [
    "transact check",
    new TransactWriteCommand({ TransactItems: [{ ConditionCheck: { TableName, Key: foreign, ConditionExpression: "a = b" } }] }),
  ],
  ["scan", new ScanCommand({ TableName })],
  ["PartiQL", new ExecuteStatementCommand({ Statement: 'SELECT * FROM "crm"' })],
];

describe("the tenant guard", () => {
  it.each(allowed)("lets %s pass", (_, command) => {
    expect(() => guard(command, scope)).not.toThrow();
  });

  it.each(refused)("refuses %s", (_, command) => {
    expect(() => guard(command, scope)).toThrow(OutOfScope);
  });

  it("lets nobody without a scope reach anything", () => {
    for (const [, command] of allowed) expect(() => guard(command, { tenant: undefined, keyspaces: [] })).toThrow(OutOfScope);
  });

  it("stands before every command that is sent, and hands its scope to the one who asks the cloud for credentials", async () => {
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
    for (const [, command] of refused) await expect(inside(() => send(command))).rejects.toThrow(OutOfScope);
    expect(sent).toEqual([]);
    for (const [, command] of allowed) await inside(() => send(command));
    expect(sent).toEqual(allowed.map(([, command]) => [command, scope]));
  });
});
