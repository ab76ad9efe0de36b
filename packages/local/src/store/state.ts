import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A sentence for the person at the terminal: what is wrong, and what to do. */
export class Refusal extends Error {
  override name = "Refusal";
}

/**
 * The folder of all local state, held by one server at a time. What the runner itself must remember (the clock, how far
 * the stream has been read, events and mails) is in a small SQLite file, whose lock is also the lock of the folder: the
 * system releases it however the process ends.
 */
export class State {
  readonly folder: string;
  /** Gone when it is closed. */
  readonly isTemporary: boolean;
  readonly #database: DatabaseSync;
  /** Prepared once, because the stream's consumer asks several times a second. */
  readonly #get: StatementSync;
  readonly #set: StatementSync;

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
        throw new Refusal(`Another server uses the folder ${this.folder}: stop it, or name another folder in CRM_DATA.`);
      }
      throw new Refusal(`The folder ${this.folder} cannot be written (${message}): name one that can in CRM_DATA.`);
    }
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, subscriber TEXT NOT NULL, event TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
      CREATE TABLE IF NOT EXISTS mails (id TEXT PRIMARY KEY, sent_at TEXT NOT NULL, message TEXT NOT NULL);
    `);
    this.#get = this.#database.prepare("SELECT value FROM kept WHERE key = ?");
    this.#set = this.#database.prepare("INSERT INTO kept VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  }

  get(key: string): string | undefined {
    const row = this.#get.get(key);
    return row && String(row.value);
  }

  set(key: string, value: string): void {
    this.#set.run(key, value);
  }

  /** Rows of a query, for the adapters that keep more than single values. */
  query(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...values);
  }

  execute(sql: string, ...values: (string | number)[]): void {
    this.#database.prepare(sql).run(...values);
  }

  /** Several statements, all or none of them. */
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
 * Takes from everybody else what they may do with a folder of ours: passwords' hashes, keys and mails lie there. A folder in
 * which others have their own is left as it is, and so is one that is not ours.
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

/** Of what this process and those that it starts make from now on, others see nothing. */
export const restrictNewFiles = (): void => {
  process.umask(0o077);
};
