import type { TableStorage } from "@crm/local/table-engine/storage.ts";
import { expect, it } from "vitest";
import {
  buildRow,
  NOW,
  numberValue,
  putChange,
  putRows,
  readKeys,
  readPartition,
  removeChange,
  removeRow,
  textValue,
} from "./storage-rows.ts";

/** Tests that every storage must pass for stream records, tokens and times to live. */

const NOW_SECONDS = NOW / 1000;
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/** Writes one record for each second from `NOW` on. */
function putRecords(storage: TableStorage, count: number): void {
  for (let second = 0; second < count; second++)
    storage.commit([putChange(storage, buildRow("p", String(second)))], { now: NOW + second * 1000 + 999 });
}

const readSequences = (storage: TableStorage, after = 0, limit = 100): number[] =>
  storage.records(after, limit).map(({ sequence }) => sequence);

export function describeStream(storage: () => TableStorage): void {
  it("is empty at first", () => {
    expect(storage().lastSequence()).toBe(0);
    expect(storage().records(0, 10)).toEqual([]);
    storage().trimRecords(10, NOW_SECONDS);
  });

  it("has the images before and after each write, numbered without gaps", () => {
    const [first, second] = [buildRow("p", "1", { name: textValue("a") }), buildRow("p", "1", { name: textValue("b") })];
    putRows(storage(), first);
    putRows(storage(), second);
    storage().commit([removeChange(storage(), first, true)], { now: NOW + 5999 });
    const key = { pk: "p", sk: "1" };
    expect(storage().records(0, 10)).toEqual([
      { ...key, sequence: 1, before: undefined, after: first.item, isExpiry: false, createdAt: NOW_SECONDS },
      { ...key, sequence: 2, before: first.item, after: second.item, isExpiry: false, createdAt: NOW_SECONDS },
      { ...key, sequence: 3, before: second.item, after: undefined, isExpiry: true, createdAt: NOW_SECONDS + 5 },
    ]);
    expect(storage().lastSequence()).toBe(3);
  });

  it("has no record of a write that is excluded from the stream", () => {
    storage().commit([{ ...putChange(storage(), buildRow("p", "1")), isStreamed: false }], { now: NOW });
    expect(storage().lastSequence()).toBe(0);
    expect(readPartition(storage(), "p")).toEqual(["p/1"]);
  });

  it("is read after a sequence number, up to a limit", () => {
    putRecords(storage(), 5);
    expect(readSequences(storage(), 0, 2)).toEqual([1, 2]);
    expect(readSequences(storage(), 2, 2)).toEqual([3, 4]);
    expect(readSequences(storage(), 4, 2)).toEqual([5]);
    expect(readSequences(storage(), 5, 2)).toEqual([]);
    expect(readSequences(storage(), 9, 2)).toEqual([]);
  });

  it("is trimmed up to a number and an age", () => {
    putRecords(storage(), 6);
    storage().trimRecords(0, NOW_SECONDS + 60);
    expect(readSequences(storage())).toEqual([1, 2, 3, 4, 5, 6]);
    storage().trimRecords(2, NOW_SECONDS + 60);
    expect(readSequences(storage())).toEqual([3, 4, 5, 6]);
    storage().trimRecords(6, NOW_SECONDS + 3);
    expect(readSequences(storage())).toEqual([4, 5, 6]);
    expect(readSequences(storage(), 1, 2)).toEqual([4, 5]);
  });

  it("keeps its newest record, and continues its numbers after it", () => {
    putRecords(storage(), 3);
    storage().trimRecords(3, NOW_SECONDS + 60);
    expect(readSequences(storage())).toEqual([3]);
    storage().trimRecords(99, NOW_SECONDS + 60);
    expect(readSequences(storage())).toEqual([3]);
    expect(storage().lastSequence()).toBe(3);
    putRecords(storage(), 1);
    expect(readSequences(storage())).toEqual([3, 4]);
  });
}

export function describeTokens(storage: () => TableStorage): void {
  const putToken = (name: string, digest: string, expiresAt: number): void =>
    storage().commit([], { now: NOW, token: { name, digest, expiresAt, repeatUnits: 6 } });

  it("are stored with a commit, and replaced", () => {
    expect(storage().token("a")).toBeUndefined();
    putToken("a", "one", NOW + 1);
    expect(storage().token("a")).toEqual({ digest: "one", expiresAt: NOW + 1, repeatUnits: 6 });
    putToken("a", "two", NOW + 2);
    expect(storage().token("a")).toEqual({ digest: "two", expiresAt: NOW + 2, repeatUnits: 6 });
  });

  it("are dropped once they expire, and can be used again", () => {
    putToken("a", "one", NOW);
    putToken("b", "one", NOW + 1);
    storage().dropTokens(NOW);
    expect(storage().token("a")).toBeDefined();
    storage().dropTokens(NOW + 1);
    expect(storage().token("a")).toBeUndefined();
    expect(storage().token("b")).toBeDefined();
    putToken("a", "two", NOW + 2);
    expect(storage().token("a")).toEqual({ digest: "two", expiresAt: NOW + 2, repeatUnits: 6 });
    expect(storage().token("b")).toBeDefined();
  });
}

export function describeTimesToLive(storage: () => TableStorage): void {
  const readExpired = (now: number, limit = 100): string[] => readKeys(storage().expired(now, limit)).sort();

  it("are reached in their second, and ignored after five years", () => {
    putRows(
      storage(),
      buildRow("p", "past", { ttl: numberValue(NOW_SECONDS - 1) }),
      buildRow("p", "now", { ttl: numberValue(NOW_SECONDS) }),
      buildRow("p", "future", { ttl: numberValue(NOW_SECONDS + 1) }),
      buildRow("p", "fraction", { ttl: { N: `${NOW_SECONDS}.5` } }),
      buildRow("p", "ancient", { ttl: numberValue(NOW_SECONDS - FIVE_YEARS_SECONDS) }),
      buildRow("p", "old", { ttl: numberValue(NOW_SECONDS - FIVE_YEARS_SECONDS + 1) }),
      buildRow("p", "text", { ttl: textValue(String(NOW_SECONDS)) }),
      buildRow("p", "none"),
    );
    expect(readExpired(NOW_SECONDS)).toEqual(["p/now", "p/old", "p/past"]);
    expect(readExpired(NOW_SECONDS + 1)).toEqual(["p/fraction", "p/future", "p/now", "p/past"]);
    expect(readExpired(NOW_SECONDS, 2)).toHaveLength(2);
  });

  it("follow changes of the item", () => {
    putRows(
      storage(),
      buildRow("p", "1", { ttl: numberValue(NOW_SECONDS) }),
      buildRow("p", "2", { ttl: numberValue(NOW_SECONDS) }),
    );
    putRows(storage(), buildRow("p", "1", { ttl: numberValue(NOW_SECONDS + 10) }));
    expect(readExpired(NOW_SECONDS)).toEqual(["p/2"]);
    removeRow(storage(), { pk: "p", sk: "2" });
    putRows(storage(), buildRow("p", "1"));
    expect(readExpired(NOW_SECONDS + 10)).toEqual([]);
  });
}
