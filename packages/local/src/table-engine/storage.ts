import type { Item } from "./attribute-value.ts";

/** What the table engine keeps its rows in: memory for tests, a file for `npm start`. All of it is synchronous. */

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A stored item. It is never changed: a write stores another. An index gives the whole item, too. */
export interface Row extends ItemKey {
  readonly item: Item;
  /** Bytes by DynamoDB's rules. */
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
  /** Goes on behind this row, in the direction of the range: its sort key in the table or index, and the key of its item. */
  readonly after: (ItemKey & { readonly sort: string }) | undefined;
}

/** A write of one item: `before` is the stored row, `after` the new one; undefined where there is none. */
export interface Change extends ItemKey {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Whether the stream gets a record: not of a write that changes nothing. */
  readonly isStreamed: boolean;
  /** Set for a removal by time to live. */
  readonly isExpiry: boolean;
}

export interface StreamRecord extends ItemKey {
  /** Rises by one with each record of the table. */
  readonly sequence: number;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly isExpiry: boolean;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export interface TokenRecord {
  /** Of the request that the token came with. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Read units of a repeat: DynamoDB charges it by the images that the first run read and wrote. */
  readonly repeatUnits: number;
}

export interface NamedToken extends TokenRecord {
  readonly name: string;
}

/**
 * Strings sort by their UTF-8 bytes, as DynamoDB's do. Rows of an index with equal sort keys sort by `pk`, then `sk`.
 * `commit` is atomic: after a kill of the process all of it is stored, its stream records included, or none.
 */
export interface TableStorage {
  get(key: ItemKey): Row | undefined;
  /** Rows of one partition, lazily, in order. A reader goes on to the end or stops with `break`, and commits nothing meanwhile. */
  range(range: KeyRange): Iterable<Row>;
  /** All rows, ordered by `pk`, then `sk`, behind a key. */
  scan(after: ItemKey | undefined): Iterable<Row>;
  /** All rows of an index, ordered by its partition key, then as in `range`, behind a row. */
  scanIndex(index: string, after: (ItemKey & { readonly partition: string; readonly sort: string }) | undefined): Iterable<Row>;
  /** `now` in milliseconds since 1970. */
  commit(changes: readonly Change[], options: { readonly now: number; readonly token?: NamedToken }): void;
  token(name: string): TokenRecord | undefined;
  dropTokens(expiredBefore: number): void;
  /** Stream records behind a sequence number, in order. */
  records(after: number, limit: number): StreamRecord[];
  /** The sequence number of the newest record; 0 without one. */
  lastSequence(): number;
  /** Drops records up to `sequence` that were created before `createdBefore` (seconds since 1970); never the newest. */
  trimRecords(sequence: number, createdBefore: number): void;
  /** Rows whose time to live is over at `now` (seconds since 1970), at most `limit` of them. */
  expired(now: number, limit: number): Row[];
  close(): void;
}
