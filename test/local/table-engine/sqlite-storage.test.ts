import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "@crm/local/store/state.ts";
import { Bytes } from "@crm/local/table-engine/attribute-value.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { APPLICATION_ID, FORMAT_VERSION } from "@crm/local/table-engine/sqlite-file.ts";
import type { Change, IndexDefinition, Row, TableStorage } from "@crm/local/table-engine/storage.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";
import { useSqliteFiles } from "./sqlite-files.ts";
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
  SUITE_INDEXES,
  TIME_TO_LIVE,
  textValue,
  wholePartition,
} from "./storage-rows.ts";
import { describeStorage } from "./storage-suite.ts";

const { nameNewFile, openStorage, openConnection, openObserved, closeAll } = useSqliteFiles();

describeStorage("SqliteStorage", () => openStorage(nameNewFile()));

describe("the file of SqliteStorage", () => {
  it("has the commits of a group, or none of them if one fails", () => {
    const storage = openStorage(nameNewFile());
    const [first, second, third] = ["1", "2", "3"].map((sk) => buildRow("p", sk, {})) as [Row, Row, Row];
    const writeBoth = () => {
      putRows(storage, first);
      putRows(storage, second);
    };
    expect(storage.commitTogether(writeBoth)).toBe(true);
    const writeThirdAndFail = () => {
      putRows(storage, third);
      // Wrong on purpose: the write must fail.
      expect(() => putRows(storage, { ...first, size: undefined as never })).toThrow();
    };
    expect(storage.commitTogether(writeThirdAndFail)).toBe(false);
    expect([first, second, third].map((row) => storage.get(row))).toEqual([first, second, undefined]);
    putRows(storage, third);
    expect(storage.get(third)).toEqual(third);
  });

  it("has all data when it is opened again", () => {
    const file = nameNewFile();
    const [first, second] = [
      buildRow("p", "1", { owner: textValue("ada"), id: textValue("1"), ttl: numberValue(NOW / 1000) }),
      buildRow("p", "2", { owner: textValue("ada"), id: textValue("2"), bytes: { B: new Bytes([1, 2]) } }),
    ];
    const before = openStorage(file);
    putRows(before, first, second);
    before.commit([], { now: NOW, token: { name: "a", digest: "d", expiresAt: NOW, repeatUnits: 4 } });
    const records = before.records(0, 10);
    before.close();
    before.close();

    const after = openStorage(file);
    expect([...after.scan(undefined)]).toEqual([first, second]);
    expect([...after.scanIndex("by_owner", undefined)]).toEqual([first, second]);
    expect(after.records(0, 10)).toEqual(records);
    expect(after.lastSequence()).toBe(2);
    expect(after.token("a")).toEqual({ digest: "d", expiresAt: NOW, repeatUnits: 4 });
    expect(after.expired(NOW / 1000, 10)).toEqual([first]);
    removeRow(after, first);
    expect(after.lastSequence()).toBe(3);
    expect(readPartition(after, "ada", "by_owner")).toEqual(["p/2"]);
  });

  it("continues its sequence after all old records are trimmed and the file is opened again", () => {
    const file = nameNewFile();
    const before = openStorage(file);
    putRows(before, buildRow("p", "1"), buildRow("p", "2"));
    before.trimRecords(2, NOW);
    before.close();
    const after = openStorage(file);
    putRows(after, buildRow("p", "3"));
    expect(after.records(0, 10).map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  it("is rejected and left unchanged if it has a newer format", () => {
    const file = nameNewFile();
    openStorage(file).close();
    openConnection(file).exec(`PRAGMA user_version = ${FORMAT_VERSION + 1}`);
    expectRefusal(file, /has format 2, but this version of the CRM reads formats up to 1: start the version that wrote it/);
  });

  it.each([
    ["has foreign tables", "CREATE TABLE crm (pk TEXT)"],
    ["is of another application", "PRAGMA application_id = 1"],
  ])("is rejected and left unchanged if it %s", (_, sql) => {
    const file = nameNewFile();
    openConnection(file).exec(sql);
    expectRefusal(file, /is not a table of this CRM: move it away, or set CRM_DATA to another folder/);
  });

  it("is rejected and left unchanged if it is not a database", () => {
    const file = nameNewFile();
    writeFileSync(file, "a letter ".repeat(200));
    expectRefusal(file, /is not a SQLite database: move it away/);
  });

  it("is rejected if its folder does not exist", () => {
    expect(() => openStorage(join(nameNewFile(), "table.sqlite"))).toThrow(Refusal);
  });

  it("is marked, in WAL mode, and synchronized as configured", () => {
    const readPragma = (connection: DatabaseSync, name: string): unknown => connection.prepare(`PRAGMA ${name}`).get()?.[name];
    const file = nameNewFile();
    const { storage, connection } = openObserved(file);
    expect(readPragma(connection, "journal_mode")).toBe("wal");
    expect(readPragma(connection, "application_id")).toBe(APPLICATION_ID);
    expect(readPragma(connection, "synchronous")).toBe(1);
    storage.close();
    expect(readPragma(openObserved(file, { sync: "full" }).connection, "synchronous")).toBe(2);
  });
});

function expectRefusal(file: string, message: RegExp): void {
  closeAll();
  const before = readFileSync(file);
  expect(() => openStorage(file)).toThrow(Refusal);
  expect(() => openStorage(file)).toThrow(message);
  expect(readFileSync(file).equals(before)).toBe(true);
}

describe("the indexes of SqliteStorage", () => {
  const [byOwner, byStatus] = SUITE_INDEXES as [IndexDefinition, IndexDefinition];
  const fillRows = (storage: TableStorage): void =>
    putRows(
      storage,
      buildRow("p", "1", { owner: textValue("ada"), status: textValue("open"), id: textValue("2"), rank: textValue("\u0000") }),
      buildRow("p", "2", { owner: textValue("ada"), id: textValue("1") }),
      buildRow("p", "3", { status: textValue("open") }),
    );

  it("are filled when a release adds one, and removed when a release drops one", () => {
    const file = nameNewFile();
    fillRows(openStorage(file, { indexes: [byOwner] }));
    const added = openStorage(file, { indexes: [byOwner, byStatus] });
    expect(readPartition(added, "ada", "by_owner")).toEqual(["p/2", "p/1"]);
    expect(readPartition(added, "open", "by_status")).toEqual(["p/1"]);

    const dropped = openStorage(file, { indexes: [byStatus] });
    removeRow(dropped, { pk: "p", sk: "2" });
    const count = openConnection(file).prepare("SELECT COUNT(*) AS count FROM index_entries").get();
    expect(count).toMatchObject({ count: 1 });
    expect(readPartition(openStorage(file), "ada", "by_owner")).toEqual(["p/1"]);
  });

  it("are filled again when a release changes their attributes", () => {
    const file = nameNewFile();
    fillRows(openStorage(file));
    const changedStorage = openStorage(file, { indexes: [{ ...byOwner, sortKey: "rank" }, byStatus] });
    expect(readPartition(changedStorage, "ada", "by_owner")).toEqual(["p/1"]);
    expect(readPartition(changedStorage, "open", "by_status")).toEqual(["p/1"]);
  });

  it("are filled at the next start if that failed before", () => {
    const file = nameNewFile();
    fillRows(openStorage(file, { indexes: [] }));
    const connection = openConnection(file);
    failInserts(connection, "index_entries", "partition = 'open'");
    expect(() => openStorage(file)).toThrow("no more");
    connection.exec("DROP TRIGGER failing");
    const storage = openStorage(file);
    expect(readPartition(storage, "ada", "by_owner")).toEqual(["p/2", "p/1"]);
    expect(readPartition(storage, "open", "by_status")).toEqual(["p/1"]);
  });

  it("allow a release to use another attribute for the time to live", () => {
    const file = nameNewFile();
    const row = buildRow("p", "1", { ttl: numberValue(NOW / 1000), expiry: numberValue(NOW / 1000 + 5) });
    putRows(openStorage(file), row);
    const storage = openStorage(file, { timeToLive: "expiry" });
    expect(storage.expired(NOW / 1000, 10)).toEqual([]);
    expect(storage.expired(NOW / 1000 + 5, 10)).toEqual([row]);
  });
});

/** Makes inserts fail if the condition holds for the new row. */
function failInserts(database: DatabaseSync, table: string, condition: string): void {
  database.exec(
    `CREATE TRIGGER failing BEFORE INSERT ON ${table} WHEN NEW.${condition} BEGIN SELECT RAISE(ABORT, 'no more'); END`,
  );
}

/** Everything in a storage. */
const readAll = (storage: TableStorage) => ({
  items: [...storage.scan(undefined)],
  ...Object.fromEntries(SUITE_INDEXES.map(({ name }) => [name, readKeys(storage.scanIndex(name, undefined))])),
  records: storage.records(0, 10_000),
});

describe("a commit of SqliteStorage", () => {
  const token = { name: "a", digest: "d", expiresAt: NOW, repeatUnits: 2 };

  it("stores nothing when a part of it fails, and the next one works", () => {
    const file = nameNewFile();
    const storage = openStorage(file);
    putRows(storage, buildRow("p", "1", { owner: textValue("ada"), id: textValue("1") }));
    const before = readAll(storage);
    failInserts(openConnection(file), "stream_records", "pk = 'bad'");
    const changes = [
      removeChange(storage, { pk: "p", sk: "1" }),
      putChange(storage, buildRow("p", "2", { owner: textValue("ada"), id: textValue("2") })),
      putChange(storage, buildRow("bad", "1")),
    ];
    expect(() => storage.commit(changes, { now: NOW, token })).toThrow("no more");
    expect(readAll(storage)).toEqual(before);
    expect(storage.token("a")).toBeUndefined();
    storage.commit(changes.slice(0, 2), { now: NOW, token });
    expect(readPartition(storage, "ada", "by_owner")).toEqual(["p/2"]);
    expect(storage.lastSequence()).toBe(3);
  });

  it("deletes dropped tokens", () => {
    const file = nameNewFile();
    const storage = openStorage(file);
    storage.commit([], { now: NOW, token });
    storage.dropTokens(NOW + 1);
    storage.commit([], { now: NOW, token: { name: "b", digest: "d", expiresAt: NOW + 1, repeatUnits: 2 } });
    expect(openConnection(file).prepare("SELECT name FROM tokens").all()).toMatchObject([{ name: "b" }]);
  });

  it("stores nothing when the disk is full", () => {
    const { storage, connection } = openObserved(nameNewFile());
    putRows(storage, buildRow("p", "1"));
    const before = readAll(storage);
    const { page_count } = connection.prepare("PRAGMA page_count").get() as { page_count: number };
    connection.exec(`PRAGMA max_page_count = ${page_count}`);
    const large = buildRow("p", "2", { value: textValue("x".repeat(20_000)) });
    expect(() => putRows(storage, buildRow("p", "1", { value: textValue("x") }), large)).toThrow("full");
    expect(readAll(storage)).toEqual(before);
    connection.exec("PRAGMA max_page_count = 1000000");
    putRows(storage, large);
    expect(readPartition(storage, "p")).toEqual(["p/1", "p/2"]);
  });

  it("is complete or missing wherever the log of the file ends after a crash", () => {
    const file = nameNewFile();
    const storage = openStorage(file);
    const logBytes = [statSync(`${file}-wal`).size];
    const states = [readAll(storage)];
    for (let count = 1; count <= 6; count++) {
      const changes = [putChange(storage, buildRow("p", "1", { owner: textValue("ada"), id: textValue(String(count)) }))];
      if (count % 2 === 0) changes.push(putChange(storage, buildRow("p", String(count), { value: textValue("x".repeat(3000)) })));
      storage.commit(changes, { now: NOW });
      states.push(readAll(storage));
      logBytes.push(statSync(`${file}-wal`).size);
    }
    const copy = nameNewFile();
    for (const [index, bytes] of logBytes.entries())
      for (const lostBytes of [0, 1, 5000]) {
        copyFileSync(file, copy);
        copyFileSync(`${file}-wal`, `${copy}-wal`);
        truncateSync(`${copy}-wal`, bytes - lostBytes);
        const isShortened = lostBytes > 0;
        if (index === 0 && isShortened) continue;
        const crashed = openStorage(copy);
        const expected = isShortened
          ? states.filter((_, number) => (logBytes[number] ?? 0) <= bytes - lostBytes).at(-1)
          : states[index];
        expect(readAll(crashed)).toEqual(expected);
        crashed.close();
      }
  });
});

describe("another process beside SqliteStorage", () => {
  it("reads a snapshot of the file while the storage commits", () => {
    const file = nameNewFile();
    const storage = openStorage(file);
    putRows(storage, buildRow("p", "1"));
    const reader = openConnection(file);
    const count = reader.prepare("SELECT COUNT(*) AS count FROM items");
    reader.exec("BEGIN");
    expect(count.get()).toMatchObject({ count: 1 });
    putRows(storage, buildRow("p", "2"));
    expect(count.get()).toMatchObject({ count: 1 });
    reader.exec("COMMIT");
    expect(count.get()).toMatchObject({ count: 2 });
  });

  it("is not blocked by a reader of the storage that stopped early", () => {
    const file = nameNewFile();
    const storage = openStorage(file);
    putRows(storage, buildRow("p", "1"), buildRow("p", "2"));
    const checkpoint = openConnection(file).prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    for (const row of storage.range(wholePartition("p"))) if (row.sk === "1") break;
    for (const rows of [storage.scan(undefined), storage.range(wholePartition("p"))]) expect([...rows]).toHaveLength(2);
    expect(checkpoint.get()).toMatchObject({ busy: 0 });
  });
});

describe("both storages", () => {
  it("have the same content after random commits", () => {
    const random = createTestRandom("both storages");
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const names = ["", "\u0000", "a", "a\u0000", "b", "\uffff", "\u{10000}"];
    const keys = names.slice(1);
    const drawRow = (): Row =>
      buildRow(pick(keys), pick(keys), {
        ...(random() < 0.7 ? { id: textValue(pick(names)) } : {}),
        ...(random() < 0.5 ? { owner: textValue(pick(names)) } : {}),
        ...(random() < 0.5 ? { status: pick([textValue(pick(names)), numberValue(1)]) } : {}),
      });
    const [memory, sqlite] = [new MemoryStorage(SUITE_INDEXES, TIME_TO_LIVE), openStorage(nameNewFile())];
    for (let round = 0; round < 150; round++) {
      // A key occurs at most once, as in a transaction.
      const rows = new Map(
        Array.from({ length: 1 + Math.floor(random() * 4) }, drawRow).map((row) => [`${row.pk}/${row.sk}`, row]),
      );
      const changes = [...rows.values()].map(
        (row): Change => (random() < 0.7 ? putChange(memory, row) : removeChange(memory, row)),
      );
      for (const storage of [memory, sqlite]) storage.commit(changes, { now: NOW + round * 1000 });
    }
    expect(readAll(sqlite)).toEqual(readAll(memory));
  });
});
