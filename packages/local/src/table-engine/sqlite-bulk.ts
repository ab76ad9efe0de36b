import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Item } from "./attribute-value.ts";
import type { TableDefinition } from "./definition.ts";
import { sizeOfItem } from "./item.ts";
import { parseItem, serializeItem } from "./item-text.ts";
import { openTableFile } from "./sqlite-file.ts";
import { alignIndexes, alignTimeToLive, IndexEntries, readExpiry } from "./sqlite-indexes.ts";
import type { ItemKey, StreamRecord } from "./storage.ts";

interface BulkOptions {
  /** Cache for pages, in KiB. Keys of words and locks have no order, so pages are written at random: while all of them fit, each is written once. */
  readonly cacheKib?: number;
  /** Without a journal, a file is unusable if its writer is killed. */
  readonly isJournaled?: boolean;
}

/** Writes many items into a table's file that no other process has open, without stream records, in few transactions. */
export class SqliteBulk {
  /** Numbers of items and index entries written. */
  readonly writeCounts = { items: 0, indexed: 0 };
  readonly database: DatabaseSync;
  readonly #timeToLive: string;
  readonly #entries: IndexEntries;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(file: string, definition: TableDefinition, { cacheKib, isJournaled = true }: BulkOptions = {}) {
    this.database = openTableFile(file, "normal");
    if (!isJournaled) this.database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    if (cacheKib !== undefined) this.database.exec(`PRAGMA cache_size = -${cacheKib}`);
    this.#timeToLive = definition.timeToLive;
    alignTimeToLive(this.database, definition.timeToLive);
    this.#entries = new IndexEntries(this.database, alignIndexes(this.database, definition.indexes));
    this.#statements = prepareStatements(this.database);
    this.database.exec("BEGIN IMMEDIATE");
  }

  get({ pk, sk }: ItemKey): Item | undefined {
    const row = this.#statements.get.get(pk, sk);
    return row && parseItem(String(row.item));
  }

  put(key: ItemKey, item: Item): void {
    const values = [sizeOfItem(item), readExpiry(item, this.#timeToLive), serializeItem(item)] as const;
    const inserted = this.#statements.insert.get(key.pk, key.sk, ...values);
    const before = inserted ? undefined : this.get(key);
    const { id } = inserted ?? this.#statements.update.get(...values, key.pk, key.sk) ?? {};
    this.writeCounts.indexed += this.#entries.change(key, before && { item: before }, { id: Number(id), item });
    this.writeCounts.items++;
  }

  /** Writes a stream record with its own sequence number. */
  putRecord({ sequence, pk, sk, isExpiry, createdAt, before, after }: StreamRecord): void {
    const [from, to] = [before, after].map((image) => (image ? serializeItem(image) : null)) as [string | null, string | null];
    this.#statements.putRecord.run(sequence, pk, sk, isExpiry ? 1 : 0, createdAt, from, to);
  }

  /** Commits everything written so far. */
  flush(): void {
    this.database.exec("COMMIT; BEGIN IMMEDIATE");
  }

  /** Commits, syncs to the disk and closes the file. */
  close(): void {
    this.database.exec("COMMIT; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)");
    this.database.close();
  }

  /** Closes the file without the writes since the last flush. Does nothing after `close`. */
  abandon(): void {
    if (this.database.isOpen) this.database.close();
  }
}

function prepareStatements(database: DatabaseSync): Record<"get" | "insert" | "update" | "putRecord", StatementSync> {
  return {
    get: database.prepare("SELECT item FROM items WHERE pk = ? AND sk = ?"),
    insert: database.prepare(`
      INSERT INTO items (pk, sk, size, expires_at, item) VALUES (?, ?, ?, ?, ?) ON CONFLICT (pk, sk) DO NOTHING RETURNING id`),
    update: database.prepare("UPDATE items SET size = ?, expires_at = ?, item = ? WHERE pk = ? AND sk = ? RETURNING id"),
    putRecord: database.prepare(
      "INSERT INTO stream_records (sequence, pk, sk, is_expiry, created_at, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
  };
}
