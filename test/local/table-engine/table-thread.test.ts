import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { openTable, readTable, TABLE_FILE } from "@crm/local/table/file.ts";
import { connectTableThread } from "@crm/local/table/thread.ts";
import { afterEach, beforeEach, expect, it } from "vitest";

/** A table in a separate thread. test/ports/database.test.ts covers the answers of commands. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-thread-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TableName = "crm";
const scope = { tenant: undefined, keyspaces: [] };
const key = (sk: string) => ({ pk: "T#1#E#1", sk });
const buildPut = (sk: string, more: object = {}) => new PutCommand({ TableName, Item: { ...key(sk), ...more } });

it("the table thread rejects a file that is not a table", async () => {
  writeFileSync(join(folder, TABLE_FILE), "no table");
  const opening = connectTableThread(folder);
  await expect(opening).rejects.toThrow(Refusal);
  await expect(opening).rejects.toThrow(/is not a SQLite database: move it away/);
});

it("the table thread returns an error with all its fields", async () => {
  const { database, close } = await connectTableThread(folder);
  const conditionalPut = { ...buildPut("a").input, ConditionExpression: "attribute_not_exists(pk)" };
  const transaction = new TransactWriteCommand({
    TransactItems: [{ Put: { ...conditionalPut, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } }],
  });
  await database.send(buildPut("a"), scope);
  await expect(database.send(transaction, scope)).rejects.toMatchObject({
    name: "TransactionCanceledException",
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: { sk: { S: "a" } } }],
  });
  await close();
});

it("the table thread returns values of each type as they were sent", async () => {
  const { database, close } = await connectTableThread(folder);
  const bytes = Uint8Array.of(0, 255);
  const values = {
    ...{ bytes, set: new Set([bytes, Uint8Array.of(7)]), B: "no bytes", BS: ["none"], M: { B: bytes, BS: { L: bytes } } },
    ...{ text: '"B":"x"', list: [bytes, "\u0000"], flag: false, none: null },
  };
  await database.send(buildPut("a", values), scope);
  const { Item } = (await database.send(new GetCommand({ TableName, Key: key("a") }), scope)) as { Item: object };
  expect(Item).toEqual({ ...key("a"), ...values });
  await close();
});

it("the table thread executes commands sent before it is closed, and none afterwards", async () => {
  const { database, close } = await connectTableThread(folder);
  const sent = Array.from({ length: 20 }, (_, n) => database.send(buildPut(`${n}`), scope));
  await Promise.all([...sent, close()]);
  await expect(database.send(buildPut("late"), scope)).rejects.toThrow("The table thread has ended");
  await close();
  const table = openTable(folder);
  expect([...table.storage.scan(undefined)]).toHaveLength(20);
  table.close();
});

it("the table thread delivers its stream, and drops read records and expired items", async () => {
  const { database, source, close } = await connectTableThread(folder);
  await database.send(buildPut("a", { ttl: Math.floor(Clock.ms() / 1000) - 1, bytes: Uint8Array.of(0, 255) }), scope);
  const { records, position } = await source.read("0", 10);
  expect(records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.Keys?.sk?.S])).toEqual([["INSERT", "a"]]);
  // Lambda's events have bytes as base64.
  expect(records[0]?.dynamodb?.NewImage?.bytes).toEqual({ B: "AP8=" });
  expect((await source.read(position, 10)).records).toEqual([]);
  await source.trim(position);
  expect(await database.send(new GetCommand({ TableName, Key: key("a") }), scope)).not.toHaveProperty("Item");
  await close();
  const storage = readTable(folder);
  expect(storage.records(0, 10).map(({ isExpiry }) => isExpiry)).toEqual([false, true]);
  storage.close();
});
