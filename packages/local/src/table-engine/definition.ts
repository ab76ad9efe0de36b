import { table } from "@crm/core/storage/table/table.ts";
import type { IndexDefinition } from "./storage.ts";

/** The table that an engine serves. All keys are texts. */
export interface TableDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly timeToLive: string;
  readonly indexes: readonly ProjectedIndex[];
}

export interface ProjectedIndex extends IndexDefinition {
  /** Attributes that the index has beside all keys; an empty list means keys alone. */
  readonly projected: readonly string[];
}

/** The product's one table, under the name that the runner gives it. */
export const tableDefinition = (name: string): TableDefinition => ({ ...table, name });
