import { Bytes } from "@crm/local/table-engine/attribute-value.ts";
import type { Action, TableEngine } from "@crm/local/table-engine/engine.ts";
import { toLambdaRecord } from "@crm/local/table-engine/table-stream.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryEngine } from "./memory-engine.ts";

/** DynamoDB rules for transactions, batches, the stream and expiry; each title is AWS's rule in our own words. */

type Parameters = Record<string, unknown>;

let now: number;
let engine: TableEngine;

beforeEach(() => {
  now = Date.parse("2026-01-01T00:00:00Z");
  engine = createMemoryEngine("crm", () => now);
});

const key = (sk: string) => ({ pk: { S: "p" }, sk: { S: sk } });
const execute = (action: Action, input: Parameters): Parameters => engine.execute(action, input);
const putItem = (sk: string, attributes: Parameters = {}) =>
  execute("PutItem", { TableName: "crm", Item: { ...key(sk), ...attributes } });
const get = (sk: string) => execute("GetItem", { TableName: "crm", Key: key(sk), ConsistentRead: true }).Item;
const putAction = (sk: string, attributes: Parameters = {}, more: Parameters = {}) => ({
  Put: { TableName: "crm", Item: { ...key(sk), ...attributes }, ...more },
});
const transact = (TransactItems: object[], more: Parameters = {}) => execute("TransactWriteItems", { TransactItems, ...more });
const catchError = (run: () => unknown): { name?: string; message?: string; CancellationReasons?: object[]; Item?: object } => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return {};
};

describe("Transactions", () => {
  it("All actions succeed or none; reasons are in the order of the actions, with items on request", () => {
    putItem("b", { n: { N: "1" } });
    const condition = { ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    const error = catchError(() => transact([putAction("a"), putAction("b", {}, condition), putAction("c", {}, condition)]));
    expect(error.name).toBe("TransactionCanceledException");
    expect(error.CancellationReasons).toEqual([
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { ...key("b"), n: { N: "1" } },
      },
      { Code: "None" },
    ]);
    expect([get("a"), get("c")]).toEqual([undefined, undefined]);
  });

  it("A failed condition of a single write returns the existing item on request", () => {
    putItem("a", { n: { N: "1" } });
    const fail = (sk: string, more: Parameters) =>
      catchError(() =>
        execute("DeleteItem", { TableName: "crm", Key: key(sk), ConditionExpression: "attribute_exists(zz)", ...more }),
      ).Item;
    const options = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    expect([fail("a", options), fail("a", {}), fail("b", options)]).toEqual([
      { ...key("a"), n: { N: "1" } },
      undefined,
      undefined,
    ]);
    expect([get("a"), engine.storage.lastSequence()]).toEqual([{ ...key("a"), n: { N: "1" } }, 1]);
  });

  it("Two actions on one item are rejected, even if one only checks it", () => {
    const check = { ConditionCheck: { TableName: "crm", Key: key("a"), ConditionExpression: "attribute_exists(pk)" } };
    expect(catchError(() => transact([putAction("a"), check]))).toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("multiple operations on one item"),
    });
  });

  it("Invalid syntax, placeholders and values reject the request; invalid keys cancel the transaction", () => {
    const bad = catchError(() => transact([putAction("a", {}, { ConditionExpression: "a = " })]));
    expect(bad.name).toBe("ValidationException");
    const wrongKey = { Delete: { TableName: "crm", Key: { pk: { S: "p" } } } };
    const error = catchError(() => transact([putAction("a"), wrongKey]));
    expect(error.CancellationReasons).toEqual([
      { Code: "None" },
      { Code: "ValidationError", Message: "The provided key element does not match the schema" },
    ]);
    const update = {
      TableName: "crm",
      Key: key("a"),
      UpdateExpression: "SET sk = :v",
      ExpressionAttributeValues: { ":v": { S: "b" } },
    };
    expect(catchError(() => transact([{ Update: update }])).CancellationReasons).toMatchObject([{ Code: "ValidationError" }]);
  });

  it("A token repeats its transaction for ten minutes without effect, and is rejected for another one", () => {
    const token = { ClientRequestToken: "token" };
    const addOne = {
      Update: { TableName: "crm", Key: key("a"), UpdateExpression: "ADD n :n", ExpressionAttributeValues: { ":n": { N: "1" } } },
    };
    transact([addOne], token);
    transact([addOne], token);
    expect(get("a")).toMatchObject({ n: { N: "1" } });
    expect(catchError(() => transact([putAction("a")], token)).name).toBe("IdempotentParameterMismatchException");
    now += 10 * 60 * 1000 - 1;
    transact([addOne], token);
    expect(get("a")).toMatchObject({ n: { N: "1" } });
    now += 2;
    transact([addOne], token);
    expect(get("a")).toMatchObject({ n: { N: "2" } });
  });

  it("A repeat costs two reads of the larger image of each action in the first run, regardless of later changes", () => {
    const token = { ClientRequestToken: "token", ReturnConsumedCapacity: "INDEXES" };
    putItem("b", { s: { S: "x".repeat(9000) } });
    putItem("c");
    const actions = [
      putAction("a", { s: { S: "x".repeat(5000) }, due: { S: "d" }, due_sort: { S: "1" } }),
      { Delete: { TableName: "crm", Key: key("b") } },
      { ConditionCheck: { TableName: "crm", Key: key("c"), ConditionExpression: "attribute_exists(pk)" } },
    ];
    transact(actions, token);
    putItem("a");
    putItem("c", { s: { S: "x".repeat(50_000) } });
    expect(transact(actions, token).ConsumedCapacity).toEqual([
      {
        TableName: "crm",
        ...{ CapacityUnits: 12, ReadCapacityUnits: 12 },
        Table: { CapacityUnits: 12, ReadCapacityUnits: 12 },
      },
    ]);
  });

  it("A cancelled transaction does not use up its token", () => {
    const token = { ClientRequestToken: "token" };
    const action = putAction("a", {}, { ConditionExpression: "attribute_exists(pk)" });
    expect(catchError(() => transact([action], token)).name).toBe("TransactionCanceledException");
    expect(catchError(() => transact([putAction("b")], token)).name).toBeUndefined();
  });

  it("A transaction costs double, its indexes single; a failed condition reports no capacity", () => {
    const item = { due: { S: "d" }, due_sort: { S: "1" } };
    expect(transact([putAction("a", item)], { ReturnConsumedCapacity: "INDEXES" }).ConsumedCapacity).toEqual([
      {
        TableName: "crm",
        ...{ CapacityUnits: 3, WriteCapacityUnits: 3 },
        Table: { CapacityUnits: 2, WriteCapacityUnits: 2 },
        GlobalSecondaryIndexes: { due: { CapacityUnits: 1, WriteCapacityUnits: 1 } },
      },
    ]);
    const condition = { ConditionExpression: "attribute_not_exists(pk)", ReturnConsumedCapacity: "INDEXES" };
    expect(catchError(() => execute("PutItem", { TableName: "crm", Item: key("a"), ...condition }))).not.toHaveProperty(
      "ConsumedCapacity",
    );
    const { ReturnConsumedCapacity, ...conditional } = condition;
    expect(catchError(() => transact([putAction("a", {}, conditional)], { ReturnConsumedCapacity }))).not.toHaveProperty(
      "ConsumedCapacity",
    );
    const gets = [{ Get: { TableName: "crm", Key: key("a") } }, { Get: { TableName: "crm", Key: key("b") } }];
    const read = execute("TransactGetItems", { TransactItems: gets, ReturnConsumedCapacity: "TOTAL" });
    expect(read.ConsumedCapacity).toEqual([{ TableName: "crm", CapacityUnits: 4, ReadCapacityUnits: 4 }]);
  });
});

describe("Batches", () => {
  it("BatchGet reads 100 keys, and returns keys beyond 16 MB as unprocessed", () => {
    const names = Array.from({ length: 50 }, (_, index) => String(index).padStart(3, "0"));
    for (const sk of names) putItem(sk, { s: { S: "x".repeat(400_000) } });
    const batch = (keys: object[]) => execute("BatchGetItem", { RequestItems: { crm: { Keys: keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = batch(names.map(key)) as {
      Responses: { crm: object[] };
      UnprocessedKeys: { crm: { Keys: object[]; ConsistentRead: boolean } };
    };
    expect(Responses.crm).toHaveLength(Math.floor((16 * 1024 * 1024) / 400_011));
    expect(UnprocessedKeys.crm).toEqual({ Keys: names.slice(Responses.crm.length).map(key), ConsistentRead: true });
    expect(catchError(() => batch(Array.from({ length: 101 }, (_, index) => key(String(index))))).message).toContain("100");
    expect(catchError(() => batch([key("a"), key("a")])).message).toContain("contains duplicates");
  });

  it("BatchWrite accepts 25 requests without duplicates, and writes nothing if one is invalid", () => {
    const write = (requests: object[]) => execute("BatchWriteItem", { RequestItems: { crm: requests } });
    const puts = (count: number) => Array.from({ length: count }, (_, index) => ({ PutRequest: { Item: key(String(index)) } }));
    expect(catchError(() => write(puts(26))).message).toContain("less than or equal to 25");
    expect(catchError(() => write([...puts(2), { DeleteRequest: { Key: key("0") } }])).message).toContain("duplicates");
    const withoutKey = { PutRequest: { Item: { pk: { S: "p" } } } };
    expect(catchError(() => write([...puts(2), withoutKey])).message).toBe("The provided key element does not match the schema");
    expect(get("0")).toBeUndefined();
    expect(write(puts(25))).toEqual({ UnprocessedItems: {} });
  });
});

describe("The stream and expiry", () => {
  const events = () =>
    engine.records(0, 100).map((record) => {
      const { eventName, userIdentity } = toLambdaRecord(record) as { eventName: string; userIdentity?: object };
      return [eventName, record.sk, userIdentity];
    });

  it("A write without a change makes no record, regardless of the order of sets and maps", () => {
    putItem("a", { ss: { SS: ["a", "b"] }, m: { M: { a: { N: "1" }, b: { N: "2" } } } });
    putItem("a", { m: { M: { b: { N: "2.0" }, a: { N: "1" } } }, ss: { SS: ["b", "a"] } });
    execute("DeleteItem", { TableName: "crm", Key: key("missing") });
    execute("UpdateItem", { TableName: "crm", Key: key("a"), UpdateExpression: "REMOVE nothing" });
    transact([putAction("a", { ss: { SS: ["a", "b"] }, m: { M: { a: { N: "1" }, b: { N: "2" } } } })]);
    expect(events()).toEqual([["INSERT", "a", undefined]]);
  });

  it("Each record has the item before and after, and the next number", () => {
    putItem("a");
    putItem("a", { n: { N: "1" } });
    execute("DeleteItem", { TableName: "crm", Key: key("a") });
    expect(events().map(([name]) => name)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
    expect(engine.records(1, 1)).toMatchObject([{ sequence: 2, before: key("a"), after: { n: { N: "1" } } }]);
  });

  it("An expired item is readable and writable until it is removed; the record names the remover", () => {
    const seconds = Math.floor(now / 1000);
    putItem("old", { ttl: { N: String(seconds - 1) } });
    putItem("young", { ttl: { N: String(seconds + 60) } });
    putItem("ancient", { ttl: { N: String(seconds - 6 * 365 * 86_400) } });
    putItem("text", { ttl: { S: String(seconds - 1) } });
    expect(get("old")).toBeDefined();
    expect(engine.removeExpired()).toBe(1);
    expect(get("old")).toBeUndefined();
    expect(events().at(-1)).toEqual(["REMOVE", "old", { type: "Service", principalId: "dynamodb.amazonaws.com" }]);
    execute("DeleteItem", { TableName: "crm", Key: key("young") });
    expect(events().at(-1)).toEqual(["REMOVE", "young", undefined]);
  });

  it("Items are copied on input and output", () => {
    const item = { ...key("a"), l: { L: [{ B: Uint8Array.of(1) }] } };
    execute("PutItem", { TableName: "crm", Item: item });
    item.l.L.push({ B: Uint8Array.of(2) });
    (item.l.L[0] as { B: Uint8Array }).B[0] = 9;
    expect(get("a")).toEqual({ ...key("a"), l: { L: [{ B: Bytes.of(1) }] } });
  });
});
