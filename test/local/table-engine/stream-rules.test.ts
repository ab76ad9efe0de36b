import { Clock } from "@crm/core/kernel/clock.ts";
import { createRandom } from "@crm/local/seeded-random.ts";
import { tableDefinition } from "@crm/local/table-engine/definition.ts";
import { type Action, TableEngine } from "@crm/local/table-engine/engine.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { tableStream } from "@crm/local/table-engine/table-stream.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** DynamoDB rules for the stream and for eventually consistent reads; each title is AWS's rule in our own words. */

type Parameters = Record<string, unknown>;

const DAY_MS = 86_400_000;
const START = Date.parse("2026-01-01T00:00:00Z");
const PARTITION = "T#1#E#lead";

const definition = tableDefinition("crm");
const makeEngine = (staleness?: () => number): TableEngine =>
  new TableEngine({
    ...{ definition, storage: new MemoryStorage(definition.indexes, definition.timeToLive), now: Date.now },
    ...(staleness ? { staleness } : {}),
  });
const key = (sk: string, pk = PARTITION) => ({ pk: { S: pk }, sk: { S: sk } });

let engine: TableEngine;
const execute = (action: Action, input: Parameters): Parameters => engine.execute(action, { TableName: "crm", ...input });
const putItem = (sk: string, attributes: Parameters = {}, pk = PARTITION) =>
  execute("PutItem", { Item: { ...key(sk, pk), ...attributes } });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  // By default, the clock reads the machine's time, which fake timers do not replace.
  Clock.set(() => Date.now());
  engine = makeEngine();
});
afterEach(() => {
  Clock.set();
  vi.useRealTimers();
});

describe("The stream", () => {
  const read = async (after: string, limit = 100) => {
    const { records, position } = await tableStream(engine).read(after, limit);
    return { keys: records.map(({ dynamodb }) => dynamodb?.Keys?.sk?.S), position };
  };

  it("Records of an item are in the order of its writes, and are delivered again until the consumer advances", async () => {
    for (const sk of ["a", "b", "a", "c"]) putItem(sk, { n: { N: String(engine.storage.lastSequence()) } });
    const first = await read("0", 3);
    expect(first).toEqual({ keys: ["a", "b", "a"], position: "3" });
    expect(await read("0", 3)).toEqual(first);
    expect(await read(first.position)).toEqual({ keys: ["c"], position: "4" });
    expect(await read("4")).toEqual({ keys: [], position: "4" });
  });

  it("The consumer gets records of tenants only, and advances past all others", async () => {
    putItem("a", {}, "other");
    putItem("b");
    putItem("c", {}, "other");
    expect(await read("0")).toEqual({ keys: ["b"], position: "3" });
  });

  it("One read examines at most ten pages of records that the consumer skips", async () => {
    for (let record = 0; record < 12; record++) putItem(String(record), {}, record < 11 ? "other" : PARTITION);
    expect(await read("0", 1)).toEqual({ keys: [], position: "10" });
    expect(await read("10", 1)).toEqual({ keys: ["11"], position: "12" });
  });

  it("Records stay for 24 hours after the consumer has read them, and longer if it has not", async () => {
    const stream = tableStream(engine);
    const sequences = (): number[] => engine.records(0, 100).map(({ sequence }) => sequence);
    for (const sk of ["a", "b", "c", "d"]) putItem(sk);
    vi.setSystemTime(START + DAY_MS);
    putItem("e");
    await stream.trim("2");
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
    vi.setSystemTime(START + DAY_MS + 1000);
    await stream.trim("2");
    expect(sequences()).toEqual([3, 4, 5]);
    await stream.trim("5");
    expect(sequences()).toEqual([5]);
  });

  it("Expired items are removed with the next trim, a hundred at a time", async () => {
    const stream = tableStream(engine);
    const seconds = Math.floor(Clock.ms() / 1000);
    for (let index = 0; index < 250; index++) putItem(String(index), { ttl: { N: String(seconds) } });
    putItem("young", { ttl: { N: String(seconds + 1) } });
    expect(execute("Scan", { Select: "COUNT" }).Count).toBe(251);
    await stream.trim("0");
    expect(execute("Scan", {}).Items).toEqual([{ ...key("young"), ttl: { N: String(seconds + 1) } }]);
    stream.close();
    engine.close();
  });
});

describe("Eventually consistent reads", () => {
  const WRITES = 60;

  /** The newest value that the read returns after each write. */
  function readAll(read: () => Parameters): number[] {
    return Array.from({ length: WRITES }, (_, index) => {
      putItem("a", { due: { S: "d" }, due_sort: { S: String(index).padStart(3, "0") }, n: { N: String(index) } });
      const { Item, Items, Responses } = read() as { Item?: Parameters; Items?: Parameters[]; Responses?: { crm: Parameters[] } };
      const item = Item ?? Items?.[0] ?? Responses?.crm[0];
      return Number(((item?.due_sort ?? { S: "-1" }) as { S: string }).S);
    });
  }
  const isRising = (values: readonly number[]): boolean => values.every((value, index) => value >= (values[index - 1] ?? -1));
  const isCurrent = (value: number, index: number): boolean => value === index;

  it("Reads without strong consistency may return an older state, by seed, and never go back in time", () => {
    const query = { KeyConditionExpression: "due = :d", ExpressionAttributeValues: { ":d": { S: "d" } }, IndexName: "due" };
    const reads: readonly (() => Parameters)[] = [
      () => execute("GetItem", { Key: key("a") }),
      () => execute("Scan", {}),
      () => execute("Scan", { IndexName: "due" }),
      () => execute("Query", query),
      () => engine.execute("BatchGetItem", { RequestItems: { crm: { Keys: [key("a")] } } }),
    ];
    for (const read of reads) {
      const values = [1, 1, 2].map((seed) => {
        engine = makeEngine(createRandom(seed));
        return readAll(read);
      });
      expect(values[0]).toEqual(values[1]);
      expect(values[0]).not.toEqual(values[2]);
      expect(values.every(isRising)).toBe(true);
      expect(values[0]?.filter(isCurrent).length).toBeGreaterThan(WRITES / 4);
      expect(values[0]?.every(isCurrent)).toBe(false);
    }
  });

  it("Strongly consistent reads and transactions see every write", () => {
    const query = { KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": { S: PARTITION } } };
    const reads: readonly (() => Parameters)[] = [
      () => execute("GetItem", { Key: key("a"), ConsistentRead: true }),
      () => execute("Scan", { ConsistentRead: true }),
      () => execute("Query", { ...query, ConsistentRead: true }),
      () => engine.execute("BatchGetItem", { RequestItems: { crm: { Keys: [key("a")], ConsistentRead: true } } }),
      () => ({
        Items: (
          execute("TransactGetItems", { TransactItems: [{ Get: { TableName: "crm", Key: key("a") } }] }).Responses as Parameters[]
        ).map(({ Item }) => Item),
      }),
    ];
    for (const read of reads) {
      engine = makeEngine(createRandom(1));
      expect(readAll(read).every(isCurrent)).toBe(true);
    }
  });
});
