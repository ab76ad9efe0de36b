import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqliteStorage, type SqliteStorageOptions } from "@crm/local/table-engine/sqlite-storage.ts";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { SUITE_INDEXES, TIME_TO_LIVE } from "./storage-rows.ts";

const { prepare } = DatabaseSync.prototype;

/** SQLite storage files for one test file. Everything that a test opens is closed after it. */
export function useSqliteFiles() {
  let folder: string;
  let fileCount = 0;
  const opened: { close(): void }[] = [];
  const closeAll = (): void => {
    for (const resource of opened.splice(0)) resource.close();
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "crm-sqlite-storage-"));
  });
  afterEach(closeAll);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const nameNewFile = (): string => join(folder, `${++fileCount}.sqlite`);

  function openStorage(file: string, options: Partial<SqliteStorageOptions> = {}): SqliteStorage {
    const storage = SqliteStorage.open(file, { indexes: SUITE_INDEXES, timeToLive: TIME_TO_LIVE, ...options });
    opened.push(storage);
    return storage;
  }

  /** Opens a connection besides the storage's own. */
  function openConnection(file: string): DatabaseSync {
    const database = new DatabaseSync(file);
    opened.push({ close: () => database.isOpen && database.close() });
    return database;
  }

  /** Opens a storage and observes its connection and the SQL of its statements. */
  function openObserved(file: string, options: Partial<SqliteStorageOptions> = {}) {
    const connections = new Set<DatabaseSync>();
    const statements = new Set<string>();
    const spy = vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql, ...rest) {
      connections.add(this);
      statements.add(sql);
      return prepare.call(this, sql, ...rest);
    });
    opened.push({ close: () => spy.mockRestore() });
    const storage = openStorage(file, options);
    return { storage, connection: [...connections][0] as DatabaseSync, statements };
  }

  return { nameNewFile, openStorage, openConnection, openObserved, closeAll };
}
