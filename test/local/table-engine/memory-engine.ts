import { tableDefinition } from "@crm/local/table-engine/definition.ts";
import { TableEngine } from "@crm/local/table-engine/engine.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";

/** A table engine with this table in memory; `now` returns its time in milliseconds since the epoch. */
export function createMemoryEngine(table: string, now?: () => number): TableEngine {
  const definition = tableDefinition(table);
  return new TableEngine({
    definition,
    storage: new MemoryStorage(definition.indexes, definition.timeToLive),
    ...(now ? { now } : {}),
  });
}
