import { DatabaseSync } from "node:sqlite";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { App } from "@crm/local/app.ts";
import { readRecord, SELECT_RECORDS } from "@crm/local/store-conversion.ts";
import { parseItem } from "@crm/local/table-engine/item-text.ts";
import { lambdaRecord } from "@crm/local/table-engine/table-stream.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { dynoxideOf } from "./dynoxide/dynoxide.ts";

/** What the table of a running app holds, read beside all commands: from the table engine of this process, or from dynoxide's file. */

export type StoredItem = Record<string, AttributeValue>;

/** Every item, in DynamoDB's own form. */
export function storedItems(app: App): StoredItem[] {
  if (app.table) return Array.from(app.table.storage.scan(undefined), ({ item }) => item as StoredItem);
  return inFile(app, (database) =>
    database
      .prepare("SELECT item_json FROM crm ORDER BY pk, sk")
      .all()
      .map(({ item_json }) => parseItem(String(item_json)) as StoredItem),
  );
}

/** The table's stream from its beginning. */
export function storedRecords(app: App): DynamoDBRecord[] {
  if (app.table) return app.table.records(0, 1_000_000).map(lambdaRecord);
  return inFile(app, (database) => database.prepare(`${SELECT_RECORDS} ORDER BY id`).all().map(readRecord).map(lambdaRecord));
}

function inFile<T>(app: App, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(dynoxideOf(app).file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
