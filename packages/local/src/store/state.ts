import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { memoizeByText } from "@crm/core/kernel/memoize.ts";

/** A message for the person at the terminal: the problem and the fix. */
export class Refusal extends Error {
  override name = "Refusal";
}

/**
 * The folder of all local state, held by one server at a time. The runner's own state (the clock, the stream's position, events and mails) is in a
 * small SQLite file. Its lock is the folder's lock, which the system releases however the process ends.
 */
export class State {
  readonly folder: string;
  /** Whether the folder is removed on close. */
  readonly isTemporary: boolean;
  readonly #database: DatabaseSync;
  /** Statements are prepared once, because the stream's consumer reads several times a second. */
  readonly #prepare = memoizeByText((sql) => this.#database.prepare(sql));

  constructor(data: string) {
    this.isTemporary = data === "memory";
    this.folder = this.isTemporary ? mkdtempSync(join(tmpdir(), "crm-memory-")) : resolve(data);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      restrictToOwner(this.folder);
      this.#database = new DatabaseSync(join(this.folder, "local.sqlite"));
      this.#database.exec(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT",
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : "";
      if (/locked|busy/i.test(message)) {
        throw new Refusal(`Another server uses the folder ${this.folder}: stop it, or set CRM_DATA to another folder.`);
      }
      throw new Refusal(`The folder ${this.folder} cannot be written (${message}): set CRM_DATA to a writable folder.`);
    }
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, subscriber TEXT NOT NULL, event TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
      CREATE TABLE IF NOT EXISTS mails (id TEXT PRIMARY KEY, sent_at TEXT NOT NULL, message TEXT NOT NULL);
    `);
  }

  get(key: string): string | undefined {
    const [row] = this.query("SELECT value FROM kept WHERE key = ?", key);
    return row && String(row.value);
  }

  set(key: string, value: string): void {
    this.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
  }

  /** Returns a query's rows, for adapters with tables of their own. */
  query(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...values);
  }

  execute(sql: string, ...values: (string | number)[]): void {
    this.#prepare(sql).run(...values);
  }

  /** Runs several statements in one transaction. */
  runTransaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
    if (this.isTemporary) rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Makes the folder accessible to its owner alone, because it contains password hashes, keys and mails. A shared folder (with the sticky bit) and a
 * folder of another owner are left as they are.
 */
function restrictToOwner(folder: string): void {
  const { mode, uid } = statSync(folder);
  const isShared = (mode & 0o1000) !== 0;
  if (isShared || uid !== process.getuid?.()) return;
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
  for (const name of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, name.name);
    if (name.isFile() && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  }
}

/** Makes new files of this process and its children accessible to their owner alone. */
export const restrictNewFiles = (): void => {
  process.umask(0o077);
};
