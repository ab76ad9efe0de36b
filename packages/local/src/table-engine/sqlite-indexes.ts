import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Item } from "./attribute-value.ts";
import { readIndexKey } from "./index-key.ts";
import { parseItem } from "./item-text.ts";
import { Transaction } from "./sqlite-file.ts";
import type { IndexDefinition, ItemKey, Row } from "./storage.ts";

/** Keeps index entries and expiry times of a file in line with the table's definition, which a release may change. */

/** An index and its number in the file. Index entries contain the number, not the name. */
export interface NumberedIndex extends IndexDefinition {
  readonly number: number;
}

const INSERT_ENTRY = "INSERT INTO index_entries (index_number, partition, sort, pk, sk, item_id) VALUES (?, ?, ?, ?, ?, ?)";
const DELETE_ENTRY = "DELETE FROM index_entries WHERE index_number = ? AND partition = ? AND sort = ? AND pk = ? AND sk = ?";

type Image = Pick<Row, "item">;

/** Maintains the index entries of items in a file. */
export class IndexEntries {
  readonly #indexes: readonly NumberedIndex[];
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, indexes: readonly NumberedIndex[]) {
    this.#indexes = indexes;
    this.#insert = database.prepare(INSERT_ENTRY);
    this.#delete = database.prepare(DELETE_ENTRY);
  }

  /**
   * Changes an item's entries from those of its image before to those of its image after, which has a row id. Returns the number of inserted entries.
   * Entries with an unchanged key are not written; most writes leave most keys unchanged.
   */
  change({ pk, sk }: ItemKey, before: Image | undefined, after: (Image & { id: number }) | undefined): number {
    let inserted = 0;
    for (const index of this.#indexes) {
      const from = before && readIndexKey(before, index);
      const to = after && readIndexKey(after, index);
      if (from?.partition === to?.partition && from?.sort === to?.sort) continue;
      if (from) this.#delete.run(index.number, from.partition, from.sort, pk, sk);
      if (!after || !to) continue;
      this.#insert.run(index.number, to.partition, to.sort, pk, sk, after.id);
      inserted++;
    }
    return inserted;
  }
}

/**
 * Fills indexes that the file lacks, and drops those that the definition no longer has. Each is one transaction that also writes the index's
 * definition, so a start after a kill continues with the unfinished index.
 */
export function alignIndexes(database: DatabaseSync, definitions: readonly IndexDefinition[]): NumberedIndex[] {
  const transaction = new Transaction(database);
  for (const stored of readIndexes(database))
    if (!definitions.some((definition) => isSameIndex(definition, stored))) transaction.run(() => dropIndex(database, stored));
  const present = readIndexes(database);
  for (const definition of definitions)
    if (!present.some((stored) => isSameIndex(definition, stored))) transaction.run(() => fillIndex(database, definition));
  return readIndexes(database);
}

const isSameIndex = (a: IndexDefinition, b: IndexDefinition): boolean =>
  a.name === b.name && a.partitionKey === b.partitionKey && a.sortKey === b.sortKey;

/** Returns the indexes of a file. */
export const readIndexes = (database: DatabaseSync): NumberedIndex[] =>
  database
    .prepare("SELECT number, name, partition_key, sort_key FROM indexes ORDER BY number")
    .all()
    .map(({ number, name, partition_key, sort_key }) => ({
      number: Number(number),
      name: String(name),
      partitionKey: String(partition_key),
      sortKey: String(sort_key),
    }));

function dropIndex(database: DatabaseSync, { number }: NumberedIndex): void {
  database.prepare("DELETE FROM index_entries WHERE index_number = ?").run(number);
  database.prepare("DELETE FROM indexes WHERE number = ?").run(number);
}

function fillIndex(database: DatabaseSync, definition: IndexDefinition): void {
  const { name, partitionKey, sortKey } = definition;
  const { lastInsertRowid } = database
    .prepare("INSERT INTO indexes (name, partition_key, sort_key) VALUES (?, ?, ?)")
    .run(name, partitionKey, sortKey);
  const insert = database.prepare(INSERT_ENTRY);
  for (const { id, pk, sk, item } of readItems(database)) {
    const key = readIndexKey({ item }, definition);
    if (key) insert.run(lastInsertRowid, key.partition, key.sort, pk, sk, id);
  }
}

/** Yields items in the order of their row ids, which the caller's writes do not change. */
function* readItems(database: DatabaseSync): Generator<ItemKey & { id: number; item: Item }> {
  const select: StatementSync = database.prepare("SELECT id, pk, sk, item FROM items ORDER BY id");
  for (const { id, pk, sk, item } of select.iterate())
    yield { id: Number(id), pk: String(pk), sk: String(sk), item: parseItem(String(item)) };
}

/** Recomputes expiry times if they were stored for another attribute. */
export function alignTimeToLive(database: DatabaseSync, attribute: string): void {
  const stored = database.prepare("SELECT value FROM settings WHERE name = 'time_to_live'").get();
  if (stored?.value === attribute) return;
  new Transaction(database).run(() => {
    database.exec("UPDATE items SET expires_at = NULL WHERE expires_at IS NOT NULL");
    const update = database.prepare("UPDATE items SET expires_at = ? WHERE id = ?");
    for (const { id, item } of readItems(database)) {
      const expiresAt = readExpiry(item, attribute);
      if (expiresAt !== null) update.run(expiresAt, id);
    }
    database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES ('time_to_live', ?)").run(attribute);
  });
}

/** Returns the expiry time in seconds since 1970; null for an item that does not expire. */
export function readExpiry(item: Item, attribute: string): number | null {
  const value = item[attribute];
  return value && "N" in value ? Number(value.N) : null;
}
