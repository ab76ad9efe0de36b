import { join } from "node:path";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { Key } from "@crm/core/storage/table/key.ts";
import { definition, TABLE_FILE } from "@crm/local/table/file.ts";
import { type AttributeValue, Bytes, type Item as StoredItem } from "@crm/local/table-engine/attribute-value.ts";
import { SqliteBulk } from "@crm/local/table-engine/sqlite-bulk.ts";

/** Writes items into the table's file of a store that no server has open. If the process is killed, the file is unusable. */
export interface BulkTable {
  put(item: Item): void;
  get(key: Key): Item | undefined;
  /** Syncs to the disk and closes the file. */
  close(): void;
  /** Numbers of items and index entries written. */
  readonly writeCounts: { items: number; indexed: number };
}

const CACHE_KIB = 4_000_000;

export function openBulkTable(folder: string): BulkTable {
  const bulk = new SqliteBulk(join(folder, TABLE_FILE), definition, { cacheKib: CACHE_KIB, isJournaled: false });
  return {
    writeCounts: bulk.writeCounts,
    put: (item) => bulk.put(item as unknown as Key, toStoredItem(item)),
    get(key) {
      const item = bulk.get(key);
      return item && toPlainItem(item);
    },
    close: () => bulk.close(),
  };
}

function toStoredItem(item: Item): StoredItem {
  const stored: StoredItem = {};
  for (const name in item) stored[name] = toStoredValue(item[name]);
  return stored;
}

function toStoredValue(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toStoredValue) };
  if (value instanceof Uint8Array) return { B: new Bytes(value) };
  if (value instanceof Set) return { SS: [...(value as Set<string>)].sort() };
  throw new Error(`Unsupported value in a loaded item: ${value}`);
}

/** Converts an item of texts, numbers and sets. Counters and blocks contain no other types. */
const toPlainItem = (item: StoredItem): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toPlainValue(value)]));

function toPlainValue(value: AttributeValue): unknown {
  if ("S" in value) return value.S;
  if ("BOOL" in value) return value.BOOL;
  if ("SS" in value) return new Set(value.SS);
  return "N" in value ? Number(value.N) : undefined;
}
