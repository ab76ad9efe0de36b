import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readTable, TABLE_FILE } from "@crm/local/table/file.ts";
import { serializeItem } from "@crm/local/table-engine/item-text.ts";
import type { TableStorage } from "@crm/local/table-engine/storage.ts";

/** The tables in a file of versions up to 0.1, as far as a conversion reads them. */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE _tables (table_name TEXT PRIMARY KEY, table_id TEXT, created_at INTEGER NOT NULL);
  CREATE TABLE _stream_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, event_name TEXT NOT NULL, keys_json TEXT NOT NULL,
    new_image TEXT, old_image TEXT, sequence_number TEXT NOT NULL, shard_id TEXT NOT NULL, created_at INTEGER NOT NULL, user_identity TEXT
  );
  CREATE TABLE crm (
    pk TEXT NOT NULL, sk TEXT NOT NULL DEFAULT '', item_json TEXT NOT NULL, item_size INTEGER NOT NULL, cached_at REAL,
    hash_prefix TEXT NOT NULL DEFAULT '', PRIMARY KEY (pk, sk)
  );
  INSERT INTO _tables (table_name, table_id, created_at) VALUES ('crm', 'a', 1);
`;

/** Turns a store into one of versions up to 0.1: the same table, only in their file format. */
export function makeEarlierStore(folder: string): void {
  const table = readTable(folder);
  const file = join(folder, "table.sqlite");
  rmSync(file);
  const earlier = new DatabaseSync(file);
  try {
    earlier.exec(SCHEMA);
    earlier.exec("BEGIN");
    copyItems(table, earlier);
    copyRecords(table, earlier);
    earlier.exec("COMMIT");
  } finally {
    earlier.close();
    table.close();
  }
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, TABLE_FILE + suffix), { force: true });
}

function copyItems(table: TableStorage, earlierDatabase: DatabaseSync): void {
  const insert = earlierDatabase.prepare("INSERT INTO crm (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)");
  // In the old format, a key starts with its type.
  for (const { pk, sk, item, size } of table.scan(undefined)) insert.run(`S:${pk}`, `S:${sk}`, serializeItem(item), size);
}

function copyRecords(table: TableStorage, earlierDatabase: DatabaseSync): void {
  const insert = earlierDatabase.prepare(`
    INSERT INTO _stream_records (id, table_name, event_name, keys_json, new_image, old_image, sequence_number, shard_id, created_at)
    VALUES (?, 'crm', '', ?, ?, ?, ?, '', ?)`);
  for (const { sequence, pk, sk, before, after, createdAt } of table.records(0, 10_000_000)) {
    const [from, to] = [before, after].map((image) => (image ? serializeItem(image) : null)) as (string | null)[];
    const keys = JSON.stringify({ pk: { S: pk }, sk: { S: sk } });
    insert.run(sequence, keys, to ?? null, from ?? null, String(sequence), createdAt);
  }
}
