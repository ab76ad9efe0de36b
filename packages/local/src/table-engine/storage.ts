import type { Item } from "./attribute-value.ts";

/** Storage of the table engine's rows: memory for tests, a file for `npm start`. All methods are synchronous. */

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A stored item. It is immutable: a write stores a new row. An index returns the whole item, too. */
export interface Row extends ItemKey {
  readonly item: Item;
  /** Size in bytes by DynamoDB's rules. */
  readonly size: number;
}

/** A secondary index: an item is in it if it has both attributes. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** One bound of the sort key. */
export interface Bound {
  readonly value: string;
  readonly inclusive: boolean;
}

export interface KeyRange {
  /** Undefined for the table itself. */
  readonly index: string | undefined;
  readonly partition: string;
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
  readonly forward: boolean;
  /** Continue after this row, in the direction of the range: its sort key in the table or index, and the key of its item. */
  readonly after: (ItemKey & { readonly sort: string }) | undefined;
}

/** A write of one item: `before` is the stored row, `after` the new one; undefined if there is none. */
export interface Change extends ItemKey {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Whether the stream gets a record. A write that changes nothing gets none. */
  readonly isStreamed: boolean;
  /** Whether the item was removed because its time to live was over. */
  readonly isExpiry: boolean;
}

export interface StreamRecord extends ItemKey {
  /** Increases by one with each record of the table. */
  readonly sequence: number;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly isExpiry: boolean;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export interface TokenRecord {
  /** Digest of the transaction's actions. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Read units of a repeat. DynamoDB charges it by the images that the first run read and wrote. */
  readonly repeatUnits: number;
}

export interface NamedToken extends TokenRecord {
  readonly name: string;
}

/**
 * Strings sort by their UTF-8 bytes, as DynamoDB's do. Rows of an index with equal sort keys sort by `pk`, then `sk`. `commit` is atomic, with its
 * stream records, even if the process is killed.
 */
export interface TableStorage {
  get(key: ItemKey): Row | undefined;
  /** Yields the rows of one partition lazily, in order. The reader must read to the end or `break`, and must not commit meanwhile. */
  range(range: KeyRange): Iterable<Row>;
  /** Yields all rows after a key, ordered by `pk`, then `sk`. */
  scan(after: ItemKey | undefined): Iterable<Row>;
  /** Yields all rows of an index after a row, ordered by its partition key, then as in `range`. */
  scanIndex(index: string, after: (ItemKey & { readonly partition: string; readonly sort: string }) | undefined): Iterable<Row>;
  /** `now` in milliseconds since 1970. */
  commit(changes: readonly Change[], options: { readonly now: number; readonly token?: NamedToken }): void;
  /**
   * Runs commands whose commits are written together: all of them or, if a write failed, none. Returns whether they were written; if not, the caller
   * runs each command by itself.
   */
  commitTogether(commands: () => void): boolean;
  token(name: string): TokenRecord | undefined;
  dropTokens(expiredBefore: number): void;
  /** Returns stream records after a sequence number, in order. */
  records(after: number, limit: number): StreamRecord[];
  /** Returns the sequence number of the newest record; 0 without records. */
  lastSequence(): number;
  /** Deletes records up to `sequence` that were created before `createdBefore` (seconds since 1970); never the newest. */
  trimRecords(sequence: number, createdBefore: number): void;
  /** Returns at most `limit` rows whose time to live is over at `now` (seconds since 1970). */
  expired(now: number, limit: number): Row[];
  close(): void;
}
