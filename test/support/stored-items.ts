import { DatabaseSync } from "node:sqlite";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { App } from "@crm/local/app.ts";
import { readRecord, SELECT_RECORDS } from "@crm/local/store/conversion.ts";
import { hasTable, readTable } from "@crm/local/table/file.ts";
import { parseItem } from "@crm/local/table-engine/item-text.ts";
import type { TableStorage } from "@crm/local/table-engine/storage.ts";
import { toLambdaRecord } from "@crm/local/table-engine/table-stream.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { findAppDynoxide } from "../local/dynoxide/dynoxide.ts";

/**
 * Reads the table of a running app without commands: from the table engine in this thread, from its file, or from dynoxide's file.
 */

export type StoredItem = Record<string, AttributeValue>;

/** Every item in DynamoDB's own format. */
export function listStoredItems(app: App): StoredItem[] {
  const stored = readStorage(app, (storage) => Array.from(storage.scan(undefined), ({ item }) => item as StoredItem));
  if (stored) return stored;
  return queryDynoxideFile(app, (database) =>
    database
      .prepare("SELECT item_json FROM crm ORDER BY pk, sk")
      .all()
      .map(({ item_json }) => parseItem(String(item_json)) as StoredItem),
  );
}

/** The table's stream from its beginning. */
export function listStreamRecords(app: App): DynamoDBRecord[] {
  const stored = readStorage(app, (storage) => storage.records(0, 1_000_000).map(toLambdaRecord));
  if (stored) return stored;
  return queryDynoxideFile(app, (database) =>
    database.prepare(`${SELECT_RECORDS} ORDER BY id`).all().map(readRecord).map(toLambdaRecord),
  );
}

export const usesTableEngine = (app: App): boolean => app.table !== undefined || hasTable(app.state.folder);

/** Reads the storage of the table engine; undefined if the app uses another table. */
function readStorage<T>(app: App, read: (storage: TableStorage) => T): T | undefined {
  if (!usesTableEngine(app)) return undefined;
  if (app.table) return read(app.table.storage);
  const storage = readTable(app.state.folder);
  try {
    return read(storage);
  } finally {
    storage.close();
  }
}

function queryDynoxideFile<T>(app: App, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(findAppDynoxide(app).file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
