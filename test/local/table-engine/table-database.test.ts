import {
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { createRandom } from "@crm/local/seeded-random.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import type { TableEngine } from "@crm/local/table-engine/engine.ts";
import { tableDatabase } from "@crm/local/table-engine/table-database.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryEngine } from "./memory-engine.ts";

/** Commands of the document client, one at a time and concurrently. */

type Database = ReturnType<typeof tableDatabase>;
type Answer = Record<string, unknown>;

const TableName = "crm";
const scope = { tenant: "1", keyspaces: [] };
const key = (sk: string) => ({ pk: "p", sk });

let engine: TableEngine;
beforeEach(() => {
  engine = createMemoryEngine(TableName);
});

const buildPut = (sk: string, n = 0) => new PutCommand({ TableName, Item: { ...key(sk), n } });
const sendCommand = async (database: Database, command: object): Promise<Answer> => {
  const { $metadata, ...answer } = (await database.send(command, scope)) as Answer;
  return answer;
};

describe("The database port over a table engine", () => {
  it("converts items in each part of commands and responses", async () => {
    const database = tableDatabase(engine);
    const requests = ["a", "b", "c"].map((sk) => ({ PutRequest: { Item: { ...key(sk), tags: new Set(["x"]) } } }));
    expect(await sendCommand(database, new BatchWriteCommand({ RequestItems: { crm: requests } }))).toEqual({
      UnprocessedItems: {},
    });
    const item = (sk: string) => ({ ...key(sk), tags: new Set(["x"]) });
    const batch = await sendCommand(database, new BatchGetCommand({ RequestItems: { crm: { Keys: [key("a"), key("b")] } } }));
    expect(batch).toEqual({ Responses: { crm: [item("a"), item("b")] }, UnprocessedKeys: {} });
    const page = { TableName, KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": "p" }, Limit: 2 };
    const { Items, LastEvaluatedKey } = await sendCommand(database, new QueryCommand(page));
    expect([Items, LastEvaluatedKey]).toEqual([[item("a"), item("b")], key("b")]);
    const rest = await sendCommand(
      database,
      new QueryCommand({ ...page, ExclusiveStartKey: LastEvaluatedKey as Record<string, unknown> }),
    );
    expect(rest.Items).toEqual([item("c")]);
    const gets = ["a", "z"].map((sk) => ({ Get: { TableName, Key: key(sk) } }));
    expect(await sendCommand(database, new TransactGetCommand({ TransactItems: gets }))).toEqual({
      Responses: [{ Item: item("a") }, {}],
    });
  });

  it("counts the capacity that commands consume", async () => {
    const meter = { read: 0, write: 0, commands: 0 };
    const database = tableDatabase(engine, { meter });
    await sendCommand(database, buildPut("a"));
    await sendCommand(database, new GetCommand({ TableName, Key: key("a") }));
    expect(meter).toEqual({ read: 0.5, write: 1, commands: 2 });
  });
});

describe("concurrent commands", () => {
  const transact = (...keys: string[]) =>
    new TransactWriteCommand({ TransactItems: keys.map((sk) => ({ Put: { TableName, Item: { ...key(sk), n: 9 } } })) });

  /** Sends a command while a transaction on the items a and b is in flight. */
  async function sendDuring(command: object): Promise<Answer> {
    const database = tableDatabase(engine, { order: new CommandOrder(() => 0) });
    const [transaction, otherResult] = await Promise.allSettled([
      sendCommand(database, transact("a", "b")),
      sendCommand(database, command),
    ]);
    expect(transaction.status).toBe("fulfilled");
    if (otherResult.status === "fulfilled") return otherResult.value;
    const { name, CancellationReasons } = otherResult.reason as { name: string; CancellationReasons?: { Code: string }[] };
    return CancellationReasons ? { name, codes: CancellationReasons.map(({ Code }) => Code) } : { name };
  }
  const stored = (sk: string): unknown => (engine.storage.get(key(sk))?.item.n as { N: string } | undefined)?.N;

  it("a write to an item of a transaction in flight fails with a conflict", async () => {
    expect(await sendDuring(buildPut("a"))).toEqual({ name: "TransactionConflictException" });
    expect(await sendDuring(buildPut("c"))).toEqual({});
    expect([stored("a"), stored("c")]).toEqual(["9", "0"]);
  });

  it("a transaction that conflicts with another is cancelled, with the reason at its item", async () => {
    const cancelled = { name: "TransactionCanceledException", codes: ["None", "TransactionConflict"] };
    expect(await sendDuring(transact("c", "b"))).toEqual(cancelled);
    expect(stored("c")).toBeUndefined();
    const gets = ["c", "a"].map((sk) => ({ Get: { TableName, Key: key(sk) } }));
    expect(await sendDuring(new TransactGetCommand({ TransactItems: gets }))).toEqual(cancelled);
  });

  it("a batch returns writes that conflict with a transaction as unprocessed", async () => {
    const batch = (...keys: string[]) =>
      new BatchWriteCommand({ RequestItems: { crm: keys.map((sk) => ({ PutRequest: { Item: { ...key(sk), n: 1 } } })) } });
    const unprocessed = (...keys: string[]) => ({
      UnprocessedItems: { crm: keys.map((sk) => ({ PutRequest: { Item: { ...key(sk), n: 1 } } })) },
    });
    expect(await sendDuring(batch("c", "b", "d"))).toEqual(unprocessed("b"));
    expect(["b", "c", "d"].map(stored)).toEqual(["9", "1", "1"]);
    expect(await sendDuring(batch("a", "b"))).toEqual(unprocessed("a", "b"));
    const removal = new BatchWriteCommand({ RequestItems: { crm: [{ DeleteRequest: { Key: key("c") } }] } });
    expect(await sendDuring(removal)).toEqual({ UnprocessedItems: {} });
    expect(stored("c")).toBeUndefined();
  });

  it("a read sees the state before a transaction in flight", async () => {
    await sendCommand(tableDatabase(engine), buildPut("a", 1));
    expect(await sendDuring(new GetCommand({ TableName, Key: key("a") }))).toEqual({ Item: { ...key("a"), n: 1 } });
    expect(stored("a")).toBe("9");
  });

  it("run in an order determined by the seed", async () => {
    const run = async (seed: number): Promise<number[]> => {
      const order = new CommandOrder(createRandom(seed));
      const finished: number[] = [];
      const commands = Array.from({ length: 20 }, (_, index) => index);
      const database = tableDatabase(engine, { order });
      await Promise.all(commands.map((index) => sendCommand(database, buildPut("a", index)).then(() => finished.push(index))));
      return finished;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});
