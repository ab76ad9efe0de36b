import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Refusal } from "../store/state.ts";

/** The SQLite file of a table: its application id, its format and its tables. */

/** "CRMt": distinguishes the table's file from other SQLite files. */
export const APPLICATION_ID = 0x43_52_4d_74;

/** Increase it when an older version can no longer read or write the file. */
export const FORMAT_VERSION = 1;

const BUSY_TIMEOUT_MS = 4000;
const CACHE_KIB = 8000;
/** A long reader (a backup) makes the write-ahead log grow; the log shrinks to this size afterwards. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Keys are TEXT: SQLite compares it by its UTF-8 bytes. Items have a row id of their own, because an index entry then finds its item in one descent,
 * and because a table without rowid puts items of more than 1000 bytes into overflow pages.
 *
 * `stream_records` needs no AUTOINCREMENT, which writes one more page in each commit: its newest row is never deleted, so SQLite's own numbering (the
 * largest and one) never reuses a number. Its short columns come first: SQLite reads through a long text to reach a column after it.
 */
const SCHEMA = `
  CREATE TABLE items (
    id INTEGER PRIMARY KEY, pk TEXT NOT NULL, sk TEXT NOT NULL, size INTEGER NOT NULL, expires_at REAL, item TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX items_by_key ON items (pk, sk);
  CREATE INDEX items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE indexes (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partition_key TEXT NOT NULL, sort_key TEXT NOT NULL
  ) STRICT;
  CREATE TABLE index_entries (
    index_number INTEGER NOT NULL, partition TEXT NOT NULL, sort TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL,
    item_id INTEGER NOT NULL,
    PRIMARY KEY (index_number, partition, sort, pk, sk)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_records (
    sequence INTEGER PRIMARY KEY, pk TEXT NOT NULL, sk TEXT NOT NULL, is_expiry INTEGER NOT NULL, created_at INTEGER NOT NULL,
    before TEXT, after TEXT
  ) STRICT;
  CREATE TABLE tokens (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL, expires_at INTEGER NOT NULL, repeat_units INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_expiry ON tokens (expires_at);
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/**
 * `normal`: a commit survives a kill of the process; the last ones before a power failure may be lost.
 * `full`: a commit survives a power failure too, and waits for the disk.
 */
export type SyncMode = "normal" | "full";

/** Opens a table's file, or creates it. Other processes may read the file meanwhile. */
export function openTableFile(file: string, sync: SyncMode): DatabaseSync {
  const database = refuseErrors(file, () => new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS }));
  try {
    // Checked before any write, so that a file of another program stays as it is.
    const isNew = refuseErrors(file, () => requireTableFile(database, file));
    refuseErrors(file, () => {
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${sync};
        PRAGMA cache_size = -${CACHE_KIB};
        PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES};
      `);
      if (isNew) new Transaction(database).run(() => database.exec(SCHEMA));
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Refuses a file that is not a table, or of a newer format. Returns whether it is still empty. */
function requireTableFile(database: DatabaseSync, file: string): boolean {
  const [applicationId, version] = [readPragma(database, "application_id"), readPragma(database, "user_version")];
  const isEmpty = applicationId === 0 && database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (isEmpty) return true;
  if (applicationId !== APPLICATION_ID)
    throw new Refusal(`The file ${file} is not a table of this CRM: move it away, or set CRM_DATA to another folder.`);
  if (version > FORMAT_VERSION)
    throw new Refusal(
      `The file ${file} has format ${version}, but this version of the CRM reads formats up to ${FORMAT_VERSION}: start the version that wrote it, or a newer one.`,
    );
  return false;
}

const readPragma = (database: DatabaseSync, name: "application_id" | "user_version"): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);

const NOT_A_DATABASE = 26;
const BUSY = 5;

/** Runs a step of opening. Turns SQLite's errors into messages for the person at the terminal. */
function refuseErrors<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const { errcode, message } = error as Error & { errcode?: number };
    if (errcode === undefined) throw error;
    if (errcode === NOT_A_DATABASE)
      throw new Refusal(`The file ${file} is not a SQLite database: move it away, or set CRM_DATA to another folder.`);
    if (errcode === BUSY) throw new Refusal(`Another process is writing the file ${file}: stop it, and start again.`);
    throw new Refusal(`The file ${file} cannot be opened (${message}): make it readable and writable, or restore a backup.`);
  }
}

/** Runs work in a transaction. Its statements are prepared once, because each commit of the table needs them. */
export class Transaction {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  /** The state of a running group: whether one of its works failed. */
  #group: { hasFailed: boolean } | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  /** Runs work in a transaction; within `commitTogether`, in that of the group. */
  run(work: () => void): void {
    if (this.#group) {
      this.#runInGroup(this.#group, work);
      return;
    }
    this.#begin.run();
    try {
      work();
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * Runs several works in one transaction, which is written once. Returns false if one of them or the commit failed: then nothing was written, and
   * the caller runs each by itself.
   */
  commitTogether(works: () => void): boolean {
    const group = { hasFailed: false };
    this.#group = group;
    try {
      works();
      if (group.hasFailed) this.#rollBack();
      else if (this.#database.isTransaction) this.#commit.run();
      return !group.hasFailed;
    } catch {
      this.#rollBack();
      return false;
    } finally {
      this.#group = undefined;
    }
  }

  #runInGroup(group: { hasFailed: boolean }, work: () => void): void {
    try {
      if (!this.#database.isTransaction) this.#begin.run();
      work();
    } catch (error) {
      group.hasFailed = true;
      throw error;
    }
  }

  /** After some errors, a full disk among them, SQLite has already rolled back by itself. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }
}
