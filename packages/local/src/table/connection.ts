import type { Database } from "@crm/core/kernel/ports.ts";
import type { StreamSource } from "../stream-consumer.ts";
import type { TableEngine } from "../table-engine/engine.ts";
import { type TableDatabaseOptions, tableDatabase } from "../table-engine/table-database.ts";
import { tableStream } from "../table-engine/table-stream.ts";

/** An open table, of the table engine or of another server. */
export interface TableConnection {
  readonly database: Database;
  readonly source: StreamSource;
  /** The table engine, if it runs in this thread. Undefined if it runs in a thread of its own, and with another server. */
  readonly table?: TableEngine;
  /** Closes everything but `source`. */
  close(): Promise<void>;
}

export const connectTable = (table: TableEngine, options?: TableDatabaseOptions): TableConnection => ({
  table,
  database: tableDatabase(table, options),
  source: tableStream(table),
  close: async () => table.close(),
});
