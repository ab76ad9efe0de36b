import { existsSync } from "node:fs";
import { join } from "node:path";
import { tableDefinition } from "../table-engine/definition.ts";
import { TableEngine } from "../table-engine/engine.ts";
import { SqliteStorage } from "../table-engine/sqlite-storage.ts";
import type { TableStorage } from "../table-engine/storage.ts";
import { TABLE_NAME } from "./dynamodb.ts";

/** The table's file in a store's folder. */
export const TABLE_FILE = "items.sqlite";

/** The product's one table, as the table engine serves it. */
export const definition = tableDefinition(TABLE_NAME);

export const hasTable = (folder: string): boolean => existsSync(join(folder, TABLE_FILE));

/** Opens the table of a folder, and creates it if it is missing. */
export const openTable = (folder: string): TableEngine =>
  new TableEngine({ definition, storage: SqliteStorage.open(join(folder, TABLE_FILE), definition) });

/** Opens a snapshot of a folder's table, beside the server that writes it. */
export const readTable = (folder: string): TableStorage =>
  SqliteStorage.openSnapshot(join(folder, TABLE_FILE), definition.timeToLive);
