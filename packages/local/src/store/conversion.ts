import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@crm/core/kernel/ports.ts";
import { definition, hasTable, TABLE_FILE } from "../table/file.ts";
import { parseItem } from "../table-engine/item-text.ts";
import { SqliteBulk } from "../table-engine/sqlite-bulk.ts";
import type { ItemKey, StreamRecord } from "../table-engine/storage.ts";
import { removeDatabase, syncPath } from "./disk.ts";
import { Refusal, type State } from "./state.ts";

/**
 * The table's file of versions up to 0.1, written by the database engine dynoxide, a process of its own. Such a store is converted when it is opened,
 * item by item into a partial file that gets its final name when it is complete. A killed conversion continues where it was. Until it is done, the
 * earlier version can still open the store.
 */
export const EARLIER_FILE = "table.sqlite";
const PARTIAL_FILE = `${TABLE_FILE}.partial`;

/** Content that replaces the earlier file, so that an earlier version stops with an error instead of starting with an empty table. */
const NOTE = `The table of this store is in ${TABLE_FILE}: start the version of the CRM that wrote it, or a newer one.\n`;

/** Items or records in one transaction. */
const BATCH_SIZE = 500;

/** Whether a folder has a table of an earlier version and none of this one. */
export const isEarlierStore = (folder: string): boolean => hasEarlierTable(folder) && !hasTable(folder);

/** Whether the earlier file is a table and not the note that replaces it. */
export const hasEarlierTable = (folder: string): boolean => isSqliteFile(join(folder, EARLIER_FILE));

/** Converts an earlier version's table in a folder that this process has locked. Leaves a note for earlier versions. */
export async function convertStore(state: State, log?: Log): Promise<void> {
  if (isEarlierStore(state.folder)) {
    await endEarlierEngine(state);
    convertTable(state.folder, log);
  }
  writeNote(state.folder);
}

/** Converts the table of a folder that no other process uses. */
export function convertTable(folder: string, log?: Log): void {
  const [earlierFile, partialFile] = [join(folder, EARLIER_FILE), join(folder, PARTIAL_FILE)];
  const earlierDatabase = new DatabaseSync(earlierFile);
  try {
    const source = describeSource(earlierDatabase);
    if (existsSync(partialFile) && readSource(partialFile) !== source.name) removeDatabase(partialFile);
    log?.write("warn", "Converting the store of an earlier version", { items: source.items });
    const items = copyTable(earlierDatabase, partialFile, source);
    if (items !== source.items)
      throw new Refusal(
        `The conversion of ${earlierFile} produced ${items} items instead of ${source.items}: start the earlier version, make a backup, and report this.`,
      );
  } finally {
    earlierDatabase.close();
  }
  syncPath(partialFile);
  renameSync(partialFile, join(folder, TABLE_FILE));
  syncPath(folder);
}

/** Copies what is not yet in the partial file. Returns its number of items. */
function copyTable(oldDatabase: DatabaseSync, partialFile: string, source: ConversionSource): number {
  const bulk = new SqliteBulk(partialFile, definition);
  try {
    bulk.database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)").run(SOURCE_SETTING, source.name);
    copyItems(oldDatabase, bulk);
    copyRecords(oldDatabase, bulk);
    bulk.flush();
    const { items } = bulk.database.prepare("SELECT COUNT(*) AS items FROM items").get() ?? {};
    bulk.close();
    return Number(items);
  } finally {
    bulk.abandon();
  }
}

/** Removes an unfinished conversion whose source is being replaced. */
export const discardConversion = (folder: string): void => removeDatabase(join(folder, PARTIAL_FILE));

interface ConversionSource {
  /** Identifies the table and its last write. */
  readonly name: string;
  readonly items: number;
}

const SOURCE_SETTING = "converted_from";

function describeSource(oldDatabase: DatabaseSync): ConversionSource {
  const { table_id, created_at } =
    oldDatabase.prepare("SELECT table_id, created_at FROM _tables WHERE table_name = 'crm'").get() ?? {};
  const { writes } = oldDatabase.prepare("SELECT seq AS writes FROM sqlite_sequence WHERE name = '_stream_records'").get() ?? {};
  const { items } = oldDatabase.prepare("SELECT COUNT(*) AS items FROM crm").get() ?? {};
  return { name: JSON.stringify([table_id, created_at, writes, items]), items: Number(items) };
}

function readSource(partialFile: string): string | undefined {
  const database = new DatabaseSync(partialFile);
  try {
    const row = database.prepare("SELECT value FROM settings WHERE name = ?").get(SOURCE_SETTING);
    return row && String(row.value);
  } catch {
    // The process was killed before it created its tables.
    return undefined;
  } finally {
    database.close();
  }
}

function copyItems(oldDatabase: DatabaseSync, bulk: SqliteBulk): void {
  const last = bulk.database.prepare("SELECT pk, sk FROM items ORDER BY pk DESC, sk DESC LIMIT 1").get();
  const rows = oldDatabase
    .prepare("SELECT pk, sk, item_json FROM crm WHERE (pk, sk) > (?, ?) ORDER BY pk, sk")
    .iterate(last ? `S:${last.pk}` : "", last ? `S:${last.sk}` : "");
  let copied = 0;
  for (const { pk, sk, item_json } of rows) {
    bulk.put({ pk: stripType(pk), sk: stripType(sk) }, parseItem(String(item_json)));
    if (++copied % BATCH_SIZE === 0) bulk.flush();
  }
  bulk.flush();
}

function copyRecords(oldDatabase: DatabaseSync, bulk: SqliteBulk): void {
  const { last } = bulk.database.prepare("SELECT MAX(sequence) AS last FROM stream_records").get() ?? {};
  let copied = 0;
  for (const row of oldDatabase.prepare(`${SELECT_RECORDS} WHERE id > ? ORDER BY id`).iterate(Number(last ?? 0))) {
    bulk.putRecord(readRecord(row));
    if (++copied % BATCH_SIZE === 0) bulk.flush();
  }
}

/** Selects records of the earlier file for `readRecord`. */
export const SELECT_RECORDS = "SELECT id, keys_json, old_image, new_image, created_at FROM _stream_records";

/** Parses a stream record of the earlier file. */
export function readRecord({ id, keys_json, old_image, new_image, created_at }: Record<string, unknown>): StreamRecord {
  return {
    ...{ sequence: Number(id), createdAt: Number(created_at), isExpiry: false, ...parseKey(String(keys_json)) },
    before: parseImage(old_image),
    after: parseImage(new_image),
  };
}

/** Removes the type prefix that keys in the earlier file have. */
const stripType = (key: unknown): string => String(key).replace(/^S:/, "");

function parseKey(text: string): ItemKey {
  const { pk, sk } = JSON.parse(text) as Record<"pk" | "sk", { S: string }>;
  return { pk: pk.S, sk: sk.S };
}

const parseImage = (text: unknown) => (text === null ? undefined : parseItem(String(text)));

const SQLITE_HEADER = "SQLite format 3\0";

function isSqliteFile(file: string): boolean {
  if (!existsSync(file)) return false;
  const handle = openSync(file, "r");
  try {
    const start = Buffer.alloc(SQLITE_HEADER.length);
    readSync(handle, start);
    return start.toString("latin1") === SQLITE_HEADER;
  } finally {
    closeSync(handle);
  }
}

function writeNote(folder: string): void {
  const file = join(folder, EARLIER_FILE);
  if (existsSync(file) && !isSqliteFile(file)) return;
  removeDatabase(file);
  writeFileSync(file, NOTE, { mode: 0o600 });
}

/** Kills the engine that a killed server of an earlier version left running, because it would go on writing. */
export async function endEarlierEngine(state: State): Promise<void> {
  const { pid, file = join(state.folder, EARLIER_FILE) } = JSON.parse(state.get("engine") ?? "{}") as {
    pid?: number;
    file?: string;
  };
  for (;;) {
    const processIds = [...new Set([...(pid ? [pid] : []), ...listProcesses()])].filter((processId) =>
      servesFile(processId, file),
    );
    if (processIds.length === 0) return;
    for (const processId of processIds) killProcess(processId);
    await sleep(10);
  }
}

/** Returns all process ids, on Linux. */
const listProcesses = (): number[] =>
  process.platform === "linux"
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

/** Whether the process is an engine with this file, and not a later process with the same id. */
function servesFile(pid: number, file: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return command.includes("--db-path") && command.includes(file);
  } catch {
    // The process has ended, or the system does not show it.
    return false;
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
