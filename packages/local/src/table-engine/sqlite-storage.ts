import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { MAX_EXPIRY_AGE_SECONDS } from "./expiry.ts";
import { parseItem, serializeItem } from "./item-text.ts";
import { openTableFile, type SyncMode, Transaction } from "./sqlite-file.ts";
import { alignIndexes, alignTimeToLive, IndexEntries, type NumberedIndex, readExpiry, readIndexes } from "./sqlite-indexes.ts";
import { buildIndexScanQuery, buildRangeQuery, buildScanQuery, type RangeQuery } from "./sqlite-range.ts";
import type {
  Change,
  IndexDefinition,
  ItemKey,
  KeyRange,
  NamedToken,
  Row,
  StreamRecord,
  TableStorage,
  TokenRecord,
} from "./storage.ts";

export interface SqliteStorageOptions {
  readonly indexes: readonly IndexDefinition[];
  /** The attribute with an item's expiry time, in seconds since 1970. */
  readonly timeToLive: string;
  readonly sync?: SyncMode;
}

type RowColumns = [pk: string, sk: string, size: number, item: string];
type TokenColumns = [digest: string, expiresAt: number, repeatUnits: number];
type RecordColumns = [
  sequence: number,
  pk: string,
  sk: string,
  isExpiry: number,
  createdAt: number,
  before: string | null,
  after: string | null,
];

/** Rows in a SQLite file. */
export class SqliteStorage implements TableStorage {
  readonly #database: DatabaseSync;
  readonly #indexes: ReadonlyMap<string, NumberedIndex>;
  readonly #timeToLive: string;
  readonly #transaction: Transaction;
  readonly #statements: Statements;
  readonly #entries: IndexEntries;
  readonly #cursors: Cursors;
  /** Tokens that expire earlier count as dropped. They are deleted with the next token, which saves a commit. */
  #droppedBefore = 0;

  private constructor(database: DatabaseSync, indexes: readonly NumberedIndex[], timeToLive: string) {
    this.#database = database;
    this.#indexes = new Map(indexes.map((index) => [index.name, index]));
    this.#timeToLive = timeToLive;
    this.#transaction = new Transaction(database);
    this.#statements = prepareStatements(database);
    this.#entries = new IndexEntries(database, indexes);
    this.#cursors = new Cursors(database);
  }

  /** Opens a table's file, or creates it. Fills missing indexes first. */
  static open(file: string, { indexes, timeToLive, sync = "normal" }: SqliteStorageOptions): SqliteStorage {
    const database = openTableFile(file, sync);
    try {
      alignTimeToLive(database, timeToLive);
      return new SqliteStorage(database, alignIndexes(database, indexes), timeToLive);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Opens a read-only snapshot of a table's file while other processes write it. Later commits are not visible. The indexes are those of the file.
   */
  static openSnapshot(file: string, timeToLive: string): SqliteStorage {
    const database = openTableFile(file, "normal");
    try {
      const storage = new SqliteStorage(database, readIndexes(database), timeToLive);
      database.exec("PRAGMA query_only = ON; BEGIN");
      storage.lastSequence();
      return storage;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get({ pk, sk }: ItemKey): Row | undefined {
    const columns = this.#statements.get.get(pk, sk) as RowColumns | undefined;
    return columns && buildRow(columns);
  }

  range(range: KeyRange): Iterable<Row> {
    return this.#read(buildRangeQuery(range, range.index === undefined ? undefined : this.#indexNumber(range.index)));
  }

  scan(after: ItemKey | undefined): Iterable<Row> {
    return this.#read(buildScanQuery(after));
  }

  scanIndex(index: string, after: (ItemKey & { partition: string; sort: string }) | undefined): Iterable<Row> {
    return this.#read(buildIndexScanQuery(this.#indexNumber(index), after));
  }

  #indexNumber(name: string): number {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`The table has no index ${name}`);
    return index.number;
  }

  *#read({ sql, parameters }: RangeQuery): Generator<Row> {
    for (const columns of this.#cursors.open(sql, parameters)) yield buildRow(columns as RowColumns);
  }

  commit(changes: readonly Change[], { now, token }: { now: number; token?: NamedToken }): void {
    const createdAt = Math.floor(now / 1000);
    this.#transaction.run(() => {
      for (const change of changes) this.#apply(change, createdAt);
      if (!token) return;
      this.#statements.deleteTokens.run(this.#droppedBefore);
      this.#statements.putToken.run(token.name, token.digest, token.expiresAt, token.repeatUnits);
    });
  }

  commitTogether(commands: () => void): boolean {
    return this.#transaction.commitTogether(commands);
  }

  #apply(change: Change, createdAt: number): void {
    const { pk, sk, before, after, isStreamed, isExpiry } = change;
    const text = after ? serializeItem(after.item) : null;
    if (after && text !== null) {
      const expiresAt = readExpiry(after.item, this.#timeToLive);
      const [id] = this.#statements.put.get(pk, sk, after.size, expiresAt, text) as unknown as [number];
      this.#entries.change(change, before, { id, item: after.item });
    } else if (before) {
      this.#entries.change(change, before, undefined);
      this.#statements.delete.run(pk, sk);
    }
    if (!isStreamed) return;
    const beforeText = before ? serializeItem(before.item) : null;
    this.#statements.putRecord.run(pk, sk, isExpiry ? 1 : 0, createdAt, beforeText, text);
  }

  token(name: string): TokenRecord | undefined {
    const columns = this.#statements.token.get(name, this.#droppedBefore) as TokenColumns | undefined;
    return columns && { digest: columns[0], expiresAt: columns[1], repeatUnits: columns[2] };
  }

  dropTokens(expiredBefore: number): void {
    this.#droppedBefore = Math.max(this.#droppedBefore, expiredBefore);
  }

  records(after: number, limit: number): StreamRecord[] {
    return (this.#statements.records.all(after, limit) as unknown as RecordColumns[]).map(buildRecord);
  }

  lastSequence(): number {
    const [sequence] = this.#statements.lastSequence.get() as unknown as [number | null];
    return sequence ?? 0;
  }

  trimRecords(sequence: number, createdBefore: number): void {
    this.#statements.trimRecords.run(sequence, createdBefore);
  }

  expired(now: number, limit: number): Row[] {
    const oldest = now - MAX_EXPIRY_AGE_SECONDS;
    return (this.#statements.expired.all(now, oldest, limit) as unknown as RowColumns[]).map(buildRow);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

const buildRow = ([pk, sk, size, item]: RowColumns): Row => ({ pk, sk, size, item: parseItem(item) });

const buildRecord = ([sequence, pk, sk, isExpiry, createdAt, before, after]: RecordColumns): StreamRecord => ({
  ...{ sequence, pk, sk, createdAt, isExpiry: isExpiry === 1 },
  before: before === null ? undefined : parseItem(before),
  after: after === null ? undefined : parseItem(after),
});

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => prepareForArrays(database, sql);
  return {
    get: prepare("SELECT pk, sk, size, item FROM items WHERE pk = ? AND sk = ?"),
    put: prepare(`
      INSERT INTO items (pk, sk, size, expires_at, item) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (pk, sk) DO UPDATE SET size = excluded.size, expires_at = excluded.expires_at, item = excluded.item
      RETURNING id`),
    delete: prepare("DELETE FROM items WHERE pk = ? AND sk = ?"),
    putRecord: prepare("INSERT INTO stream_records (pk, sk, is_expiry, created_at, before, after) VALUES (?, ?, ?, ?, ?, ?)"),
    records: prepare(`
      SELECT sequence, pk, sk, is_expiry, created_at, before, after FROM stream_records
      WHERE sequence > ? ORDER BY sequence LIMIT ?`),
    lastSequence: prepare("SELECT MAX(sequence) FROM stream_records"),
    // Stops at the first young record, so a call costs only what it deletes. The newest record stays, because SQLite numbers the next record after
    // it.
    trimRecords: prepare(`
      DELETE FROM stream_records WHERE sequence < MIN(
        COALESCE(
          (SELECT sequence FROM stream_records WHERE sequence <= ?1 AND created_at >= ?2 ORDER BY sequence LIMIT 1),
          ?1 + 1
        ),
        (SELECT MAX(sequence) FROM stream_records)
      )`),
    putToken: prepare("INSERT OR REPLACE INTO tokens (name, digest, expires_at, repeat_units) VALUES (?, ?, ?, ?)"),
    token: prepare("SELECT digest, expires_at, repeat_units FROM tokens WHERE name = ? AND expires_at >= ?"),
    deleteTokens: prepare("DELETE FROM tokens WHERE expires_at < ?"),
    expired: prepare(`
      SELECT pk, sk, size, item FROM items WHERE expires_at <= ? AND expires_at > ? ORDER BY expires_at LIMIT ?`),
  };
}

/** Prepares a statement that returns rows as arrays, which takes two thirds of the time of objects. */
function prepareForArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/**
 * Statements that yield rows one by one. A statement has one position, so while a reader has it, another reader of the same SQL gets a second one. A
 * reader that stops early (`break`, `return()`) releases its statement, and with it the snapshot of the file, which would otherwise prevent the
 * write-ahead log from being emptied.
 */
class Cursors {
  readonly #database: DatabaseSync;
  readonly #idle = new Map<string, StatementSync[]>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  *open(sql: string, parameters: readonly SQLInputValue[]): Generator<unknown> {
    const idle = this.#idle.get(sql) ?? [];
    this.#idle.set(sql, idle);
    const statement = idle.pop() ?? prepareForArrays(this.#database, sql);
    try {
      yield* statement.iterate(...parameters);
    } finally {
      idle.push(statement);
    }
  }
}
