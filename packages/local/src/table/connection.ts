import type { Database } from "@crm/core/kernel/ports.ts";
import type { StreamSource } from "../stream-consumer.ts";
import type { TableEngine } from "../table-engine/engine.ts";
import { type TableDatabaseOptions, tableDatabase } from "../table-engine/table-database.ts";
import { tableStream } from "../table-engine/table-stream.ts";

/** A table that is open: of the table engine, or of another server. */
export interface TableConnection {
  readonly database: Database;
  readonly source: StreamSource;
  /** The table engine where it runs in this thread; undefined where it has a thread of its own, and over another server. */
  readonly table?: TableEngine;
  /** Closes all but the source. */
  close(): Promise<void>;
}

export const connectTable = (table: TableEngine, options?: TableDatabaseOptions): TableConnection => ({
  table,
  database: tableDatabase(table, options),
  source: tableStream(table),
  close: async () => table.close(),
});
