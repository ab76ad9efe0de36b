import { Bytes, type Item } from "@crm/local/table-engine/attribute-value.ts";
import type { Bound, ItemKey, KeyRange, Row, TableStorage } from "@crm/local/table-engine/storage.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  buildRow,
  compareBytes,
  NOW,
  numberValue,
  putChange,
  putRows,
  readKeys,
  readPartition,
  removeChange,
  removeRow,
  textValue,
  wholePartition,
} from "./storage-rows.ts";
import { describeStream, describeTimesToLive, describeTokens } from "./stream-suite.ts";

/** Texts in the order of their UTF-8 bytes, which differs from JavaScript's order. */
const ORDERED_TEXTS = ["\u0000", "\u0000a", "a", "a\u0000", "a\u0000b", "ab", "b", "é", "中", "\uffff", "\u{10000}", "😀"];

let storage: TableStorage;

/** Tests that every storage must pass. `make` creates one with `SUITE_INDEXES` and `TIME_TO_LIVE`. */
export function describeStorage(name: string, make: () => TableStorage): void {
  describe(name, () => {
    beforeEach(() => {
      storage = make();
    });
    afterEach(() => storage.close());
    describe("rows", describeRows);
    describe("ranges", describeRanges);
    describe("indexes", describeIndexes);
    describe("scans", describeScans);
    describe("the stream", () => describeStream(() => storage));
    describe("tokens", () => describeTokens(() => storage));
    describe("expiry times", () => describeTimesToLive(() => storage));
  });
}

function describeRows(): void {
  it("returns a stored row, and undefined for a key without one", () => {
    const row = buildRow("p", "1", { name: textValue("Ada") });
    putRows(storage, row);
    expect(storage.get({ pk: "p", sk: "1" })).toEqual(row);
    expect(storage.get({ pk: "p", sk: "2" })).toBeUndefined();
    expect(storage.get({ pk: "q", sk: "1" })).toBeUndefined();
  });

  it("replaces and removes a row", () => {
    putRows(storage, buildRow("p", "1", { name: textValue("Ada") }));
    putRows(storage, buildRow("p", "1", { name: textValue("Grace"), age: numberValue(3) }));
    expect(storage.get({ pk: "p", sk: "1" })).toEqual(buildRow("p", "1", { name: textValue("Grace"), age: numberValue(3) }));
    removeRow(storage, { pk: "p", sk: "1" });
    expect(storage.get({ pk: "p", sk: "1" })).toBeUndefined();
    removeRow(storage, { pk: "p", sk: "1" });
    expect(readPartition(storage, "p")).toEqual([]);
  });

  it("stores values of each type", () => {
    const bytes = (...values: number[]): Bytes => new Bytes(values);
    const row = buildRow("p", "1", {
      ...{ S: textValue('"B":"x" \u0000 \\ \u{10000}'), N: { N: "12345678901234567890.123" }, B: { B: bytes(0, 255, 10) } },
      ...{ BOOL: { BOOL: false }, NULL: { NULL: true }, SS: { SS: ["a", "é"] }, NS: { NS: ["1", "-2.5"] } },
      ...{ BS: { BS: [bytes(), bytes(1, 2)] }, L: { L: [{ B: bytes(7) }, textValue(""), { L: [{ BS: [bytes(8)] }] }] } },
      M: { M: { B: textValue("no bytes"), BS: { L: [] }, deep: { M: { B: { B: bytes(9) } } } } },
      ["__proto__"]: { M: { B: { B: bytes(1) } } },
    });
    putRows(storage, row);
    const stored = storage.get(row);
    expect(stored).toEqual(row);
    expect(Object.keys(stored?.item ?? {}).sort()).toEqual(Object.keys(row.item).sort());
    expect(storage.records(0, 10)[0]?.after).toEqual(row.item);
    const sets = buildRow("p", "2", { bytes: { L: [{ BS: [bytes(3)] }] } });
    putRows(storage, sets);
    expect(storage.get(sets)).toEqual(sets);
  });

  it("distinguishes texts with NUL and of several bytes, in keys and values", () => {
    putRows(
      storage,
      ...ORDERED_TEXTS.map((key) => buildRow(key, key, { value: textValue(key), owner: textValue(key), id: textValue(key) })),
    );
    for (const key of ORDERED_TEXTS) {
      expect(storage.get({ pk: key, sk: key })?.item.value).toEqual(textValue(key));
      expect(readPartition(storage, key)).toEqual([`${key}/${key}`]);
      expect(readPartition(storage, key, "by_owner")).toEqual([`${key}/${key}`]);
    }
  });

  it("applies several changes in one commit, in order", () => {
    putRows(storage, buildRow("p", "1"), buildRow("p", "2"));
    storage.commit([removeChange(storage, { pk: "p", sk: "1" }), putChange(storage, buildRow("p", "3"))], { now: NOW });
    expect(readPartition(storage, "p")).toEqual(["p/2", "p/3"]);
  });
}

/** Entries of one partition. In the index, some of them share a sort key. */
interface Entry extends ItemKey {
  readonly sort: string;
}

const compareEntries = (a: Entry, b: Entry): number =>
  compareBytes(a.sort, b.sort) || compareBytes(a.pk, b.pk) || compareBytes(a.sk, b.sk);

function selectExpectedKeys(entries: readonly Entry[], { lower, upper, forward, after }: KeyRange): string[] {
  const isAbove = ({ sort }: Entry): boolean => {
    const order = lower ? compareBytes(sort, lower.value) : 1;
    return order > 0 || (order === 0 && lower?.inclusive === true);
  };
  const isBelow = ({ sort }: Entry): boolean => {
    const order = upper ? compareBytes(sort, upper.value) : -1;
    return order < 0 || (order === 0 && upper?.inclusive === true);
  };
  const sorted = [...entries].sort((a, b) => (forward ? compareEntries(a, b) : compareEntries(b, a)));
  return sorted
    .filter((entry) => isAbove(entry) && isBelow(entry))
    .filter((entry) => !after || (forward ? compareEntries(entry, after) > 0 : compareEntries(entry, after) < 0))
    .map(({ pk, sk }) => `${pk}/${sk}`);
}

/** Every combination of bounds, direction and start row. */
function* enumerateRanges(
  partition: string,
  index: string | undefined,
  values: readonly string[],
  afters: readonly (Entry | undefined)[],
): Generator<KeyRange> {
  const bounds: (Bound | undefined)[] = [
    undefined,
    ...values.flatMap((value) => [
      { value, inclusive: true },
      { value, inclusive: false },
    ]),
  ];
  for (const lower of bounds)
    for (const upper of bounds)
      for (const forward of [true, false]) for (const after of afters) yield { index, partition, lower, upper, forward, after };
}

const findWrongRanges = (ranges: Iterable<KeyRange>, entries: readonly Entry[]): KeyRange[] =>
  [...ranges].filter((range) => readKeys(storage.range(range)).join("\n") !== selectExpectedKeys(entries, range).join("\n"));

function describeRanges(): void {
  it("sorts by UTF-8 bytes", () => {
    putRows(storage, ...ORDERED_TEXTS.toReversed().map((sk) => buildRow("p", sk)));
    const keys = ORDERED_TEXTS.map((sk) => `p/${sk}`);
    expect(readPartition(storage, "p")).toEqual(keys);
    expect(readKeys(storage.range({ ...wholePartition("p"), forward: false }))).toEqual(keys.toReversed());
  });

  it("reads one partition within all bounds, in both directions, after any row", () => {
    const sorts = ["b", "d", "f", "\uffff", "\u{10000}"];
    const entries = sorts.map((sort): Entry => ({ pk: "p", sk: sort, sort }));
    putRows(storage, ...["o", "p", "p\u0000", "q"].flatMap((pk) => sorts.map((sk) => buildRow(pk, sk))));
    const missing: Entry = { pk: "p", sk: "e", sort: "e" };
    const ranges = enumerateRanges("p", undefined, ["a", "d", "e", "\uffff"], [undefined, missing, ...entries]);
    expect(findWrongRanges(ranges, entries)).toEqual([]);
  });

  it("reads one partition of an index in the same way if rows share sort keys", () => {
    const entries: Entry[] = [
      { sort: "b", pk: "p", sk: "2" },
      { sort: "d", pk: "p", sk: "1" },
      { sort: "d", pk: "p", sk: "3" },
      { sort: "d", pk: "q", sk: "0" },
      { sort: "\u{10000}", pk: "a", sk: "1" },
    ];
    const attributes = ({ sort }: Entry, owner: string): Item => ({ owner: textValue(owner), id: textValue(sort) });
    putRows(storage, ...entries.map((entry) => buildRow(entry.pk, entry.sk, attributes(entry, "ada"))));
    putRows(storage, buildRow("z", "1", { owner: textValue("adb"), id: textValue("d"), status: textValue("ada") }));
    const missing: Entry = { sort: "d", pk: "p", sk: "2" };
    const ranges = enumerateRanges("ada", "by_owner", ["b", "d", "e"], [undefined, missing, ...entries]);
    expect(findWrongRanges(ranges, entries)).toEqual([]);
  });

  it("reads row by row with several readers at once, and stops with its reader", () => {
    putRows(storage, ...["1", "2", "3"].map((sk) => buildRow("p", sk)));
    expect(readPartition(storage, "p")).toEqual(["p/1", "p/2", "p/3"]);
    const pairs: string[] = [];
    for (const left of storage.range(wholePartition("p"))) {
      for (const right of storage.range(wholePartition("p"))) {
        pairs.push(left.sk + right.sk);
        if (right.sk === "2") break;
      }
      if (left.sk === "2") break;
    }
    expect(pairs).toEqual(["11", "12", "21", "22"]);
    putRows(storage, buildRow("p", "0"));
    expect(readPartition(storage, "p")).toEqual(["p/0", "p/1", "p/2", "p/3"]);
  });
}

function describeIndexes(): void {
  it("contain only items with both attributes", () => {
    putRows(
      storage,
      buildRow("p", "1", { owner: textValue("ada"), id: textValue("1") }),
      buildRow("p", "2", { owner: textValue("ada") }),
      buildRow("p", "3", { id: textValue("3") }),
      buildRow("p", "4", { owner: textValue("ada"), id: textValue("4"), status: textValue("open") }),
    );
    expect(readPartition(storage, "ada", "by_owner")).toEqual(["p/1", "p/4"]);
    expect(readPartition(storage, "open", "by_status")).toEqual(["p/4"]);
  });

  it("follow the attributes of an item, and its removal", () => {
    const putRow = (attributes: Item): void => putRows(storage, buildRow("p", "1", attributes));
    const read = (): string[][] => [
      readPartition(storage, "ada", "by_owner"),
      readPartition(storage, "bob", "by_owner"),
      readPartition(storage, "open", "by_status"),
    ];
    putRow({ owner: textValue("ada"), status: textValue("open"), id: textValue("1") });
    expect(read()).toEqual([["p/1"], [], ["p/1"]]);
    putRow({ owner: textValue("bob"), status: textValue("open"), id: textValue("1") });
    expect(read()).toEqual([[], ["p/1"], ["p/1"]]);
    putRow({ owner: textValue("bob"), status: textValue("open") });
    expect(read()).toEqual([[], [], []]);
    putRow({ owner: textValue("bob"), id: textValue("2") });
    expect(read()).toEqual([[], ["p/1"], []]);
    removeRow(storage, { pk: "p", sk: "1" });
    expect(read()).toEqual([[], [], []]);
  });

  it("move an item with a changed sort key", () => {
    const putRow = (sk: string, id: string): void =>
      putRows(storage, buildRow("p", sk, { owner: textValue("ada"), id: textValue(id) }));
    putRow("1", "a");
    putRow("2", "b");
    putRow("1", "c");
    expect(readPartition(storage, "ada", "by_owner")).toEqual(["p/2", "p/1"]);
  });

  it("contain the current item if its index keys stay the same", () => {
    const build = (name: string): Row =>
      buildRow("p", "1", { owner: textValue("ada"), id: textValue("1"), name: textValue(name) });
    putRows(storage, build("before"));
    putRows(storage, build("after"));
    expect([...storage.range(wholePartition("ada", "by_owner"))]).toEqual([build("after")]);
  });

  it("contain an item that is removed and put again in one commit", () => {
    const row = buildRow("p", "1", { owner: textValue("ada"), id: textValue("1") });
    putRows(storage, row);
    storage.commit([removeChange(storage, row), { ...putChange(storage, row), before: undefined }], { now: NOW });
    expect([...storage.range(wholePartition("ada", "by_owner"))]).toEqual([row]);
  });

  it("throw for an unknown index name", () => {
    expect(() => [...storage.range(wholePartition("ada", "by_nothing"))]).toThrow("by_nothing");
    expect(() => [...storage.scanIndex("by_nothing", undefined)]).toThrow("by_nothing");
  });
}

function describeScans(): void {
  it("read all rows by their keys, after any row", () => {
    const keys = ["a", "b", "\uffff", "\u{10000}"].flatMap((pk) => ["1", "2"].map((sk): ItemKey => ({ pk, sk })));
    putRows(storage, ...keys.toReversed().map(({ pk, sk }) => buildRow(pk, sk)));
    const all = keys.map(({ pk, sk }) => `${pk}/${sk}`);
    expect(readKeys(storage.scan(undefined))).toEqual(all);
    for (const [index, key] of keys.entries()) expect(readKeys(storage.scan(key))).toEqual(all.slice(index + 1));
    expect(readKeys(storage.scan({ pk: "a", sk: "3" }))).toEqual(all.slice(2));
    expect(readKeys(storage.scan({ pk: "aa", sk: "0" }))).toEqual(all.slice(2));
  });

  it("read all rows of an index by its keys, after any row", () => {
    const places = [
      ...[
        { partition: "ada", sort: "1", pk: "z", sk: "1" },
        { partition: "ada", sort: "2", pk: "a", sk: "1" },
      ],
      ...[
        { partition: "ada", sort: "2", pk: "a", sk: "2" },
        { partition: "ada", sort: "2", pk: "b", sk: "1" },
      ],
      ...[
        { partition: "\uffff", sort: "1", pk: "c", sk: "1" },
        { partition: "\u{10000}", sort: "0", pk: "d", sk: "1" },
      ],
    ];
    const rows = places.map(({ partition, sort, pk, sk }) =>
      buildRow(pk, sk, { owner: textValue(partition), id: textValue(sort) }),
    );
    putRows(storage, buildRow("p", "1", { id: textValue("1"), status: textValue("ada") }), ...rows.toReversed());
    const all = places.map(({ pk, sk }) => `${pk}/${sk}`);
    expect(readKeys(storage.scanIndex("by_owner", undefined))).toEqual(all);
    for (const [index, place] of places.entries())
      expect(readKeys(storage.scanIndex("by_owner", place))).toEqual(all.slice(index + 1));
    expect(readKeys(storage.scanIndex("by_owner", { partition: "b", sort: "9", pk: "z", sk: "9" }))).toEqual(all.slice(4));
  });
}
