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
 * Versions up to 0.1 kept the table in `table.sqlite`, the file of the database engine dynoxide, which they ran as a process of its own.
 * A store of theirs is converted when it is opened: item by item into a file beside it, which gets its name when it is complete. A
 * conversion that is killed goes on where it was; until it is done, the earlier version can still open the store.
 */
export const EARLIER_FILE = "table.sqlite";
const PARTIAL_FILE = `${TABLE_FILE}.partial`;

/** Stands in place of the earlier file: an earlier version, which would begin an empty table, ends with an error instead. */
const NOTE = `The table of this store is in ${TABLE_FILE}: start the version of the CRM that wrote it, or a newer one.\n`;

/** Items and records that are stored together. */
const BATCH_SIZE = 500;

/** Whether a folder has a table of an earlier version, and none of this one. */
export const isEarlierStore = (folder: string): boolean => hasEarlierTable(folder) && !hasTable(folder);

/** Whether the file is a table, and not the note in its place. */
export const hasEarlierTable = (folder: string): boolean => isSqliteFile(join(folder, EARLIER_FILE));

/** Converts the table of a folder that this process has locked, if it is of an earlier version; leaves a note for earlier versions. */
export async function convertStore(state: State, log?: Log): Promise<void> {
  if (isEarlierStore(state.folder)) {
    await endEarlierEngine(state);
    convertTable(state.folder, log);
  }
  writeNote(state.folder);
}

/** Converts the table of a folder that no one else uses. */
export function convertTable(folder: string, log?: Log): void {
  const [earlierFile, partialFile] = [join(folder, EARLIER_FILE), join(folder, PARTIAL_FILE)];
  const earlier = new DatabaseSync(earlierFile);
  try {
    const source = describeSource(earlier);
    if (existsSync(partialFile) && readSource(partialFile) !== source.name) removeDatabase(partialFile);
    log?.write("warn", "The store of an earlier version is converted", { items: source.items });
    const items = copyTable(earlier, partialFile, source);
    if (items !== source.items)
      throw new Refusal(
        `The conversion of ${earlierFile} came to ${items} items in place of ${source.items}: start the earlier version, make a backup, and report this.`,
      );
  } finally {
    earlier.close();
  }
  syncPath(partialFile);
  renameSync(partialFile, join(folder, TABLE_FILE));
  syncPath(folder);
}

/** Copies what the partial file has not yet; gives the number of its items. */
function copyTable(earlier: DatabaseSync, partialFile: string, source: ConversionSource): number {
  const bulk = new SqliteBulk(partialFile, definition);
  try {
    bulk.database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)").run(SOURCE_SETTING, source.name);
    copyItems(earlier, bulk);
    copyRecords(earlier, bulk);
    bulk.flush();
    const { items } = bulk.database.prepare("SELECT COUNT(*) AS items FROM items").get() ?? {};
    bulk.close();
    return Number(items);
  } finally {
    bulk.abandon();
  }
}

/** Removes what an unfinished conversion left, because the table that it read is replaced. */
export const discardConversion = (folder: string): void => removeDatabase(join(folder, PARTIAL_FILE));

interface ConversionSource {
  /** Tells it from the same table after another write, and from other tables. */
  readonly name: string;
  readonly items: number;
}

const SOURCE_SETTING = "converted_from";

function describeSource(earlier: DatabaseSync): ConversionSource {
  const { table_id, created_at } =
    earlier.prepare("SELECT table_id, created_at FROM _tables WHERE table_name = 'crm'").get() ?? {};
  const { writes } = earlier.prepare("SELECT seq AS writes FROM sqlite_sequence WHERE name = '_stream_records'").get() ?? {};
  const { items } = earlier.prepare("SELECT COUNT(*) AS items FROM crm").get() ?? {};
  return { name: JSON.stringify([table_id, created_at, writes, items]), items: Number(items) };
}

function readSource(partialFile: string): string | undefined {
  const database = new DatabaseSync(partialFile);
  try {
    const row = database.prepare("SELECT value FROM settings WHERE name = ?").get(SOURCE_SETTING);
    return row && String(row.value);
  } catch {
    // Killed before it had its tables.
    return undefined;
  } finally {
    database.close();
  }
}

function copyItems(earlier: DatabaseSync, bulk: SqliteBulk): void {
  const last = bulk.database.prepare("SELECT pk, sk FROM items ORDER BY pk DESC, sk DESC LIMIT 1").get();
  const rows = earlier
    .prepare("SELECT pk, sk, item_json FROM crm WHERE (pk, sk) > (?, ?) ORDER BY pk, sk")
    .iterate(last ? `S:${last.pk}` : "", last ? `S:${last.sk}` : "");
  let copied = 0;
  for (const { pk, sk, item_json } of rows) {
    bulk.put({ pk: stripType(pk), sk: stripType(sk) }, parseItem(String(item_json)));
    if (++copied % BATCH_SIZE === 0) bulk.flush();
  }
  bulk.flush();
}

function copyRecords(earlier: DatabaseSync, bulk: SqliteBulk): void {
  const { last } = bulk.database.prepare("SELECT MAX(sequence) AS last FROM stream_records").get() ?? {};
  let copied = 0;
  for (const row of earlier.prepare(`${SELECT_RECORDS} WHERE id > ? ORDER BY id`).iterate(Number(last ?? 0))) {
    bulk.putRecord(readRecord(row));
    if (++copied % BATCH_SIZE === 0) bulk.flush();
  }
}

/** Of the earlier file; `readRecord` takes its rows. */
export const SELECT_RECORDS = "SELECT id, keys_json, old_image, new_image, created_at FROM _stream_records";

/** A stream record of the earlier file. */
export function readRecord({ id, keys_json, old_image, new_image, created_at }: Record<string, unknown>): StreamRecord {
  return {
    ...{ sequence: Number(id), createdAt: Number(created_at), isExpiry: false, ...parseKey(String(keys_json)) },
    before: parseImage(old_image),
    after: parseImage(new_image),
  };
}

/** The earlier file has the type before each key. */
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

/** Ends the engine that a killed server of an earlier version left running: it would go on writing. */
export async function endEarlierEngine(state: State): Promise<void> {
  const { pid, file = join(state.folder, EARLIER_FILE) } = JSON.parse(state.get("engine") ?? "{}") as {
    pid?: number;
    file?: string;
  };
  for (;;) {
    const left = [...new Set([...(pid ? [pid] : []), ...listProcesses()])].filter((each) => servesFile(each, file));
    if (left.length === 0) return;
    for (const each of left) killProcess(each);
    await sleep(10);
  }
}

/** Every process that there is, where the system tells. */
const listProcesses = (): number[] =>
  process.platform === "linux"
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

/** Whether the process is an engine over the file, and not another that got its number since. */
function servesFile(pid: number, file: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return command.includes("--db-path") && command.includes(file);
  } catch {
    // It has ended, or the system does not tell.
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
