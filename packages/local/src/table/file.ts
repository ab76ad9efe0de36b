import { existsSync } from "node:fs";
import { join } from "node:path";
import { tableDefinition } from "../table-engine/definition.ts";
import { TableEngine } from "../table-engine/engine.ts";
import { SqliteStorage } from "../table-engine/sqlite-storage.ts";
import type { TableStorage } from "../table-engine/storage.ts";
import { TABLE_NAME } from "./dynamodb.ts";

/** The file of the table in the folder of a store. */
export const TABLE_FILE = "items.sqlite";

/** The product's one table, as the table engine serves it. */
export const definition = tableDefinition(TABLE_NAME);

export const hasTable = (folder: string): boolean => existsSync(join(folder, TABLE_FILE));

/** Serves the table of a folder, which it makes where there is none. */
export const openTable = (folder: string): TableEngine =>
  new TableEngine({ definition, storage: SqliteStorage.open(join(folder, TABLE_FILE), definition) });

/** The table of a folder as it is at this moment, to be read beside the server that writes it. */
export const readTable = (folder: string): TableStorage =>
  SqliteStorage.openSnapshot(join(folder, TABLE_FILE), definition.timeToLive);
