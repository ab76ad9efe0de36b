import { join } from "node:path";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { Key } from "@crm/core/storage/table/key.ts";
import type { AttributeValue, Item as StoredItem } from "@crm/local/table-engine/attribute-value.ts";
import { SqliteBulk } from "@crm/local/table-engine/sqlite-bulk.ts";
import { definition, TABLE_FILE } from "@crm/local/table-file.ts";

/** Writes items into the table's file of a store that no server has open. What is killed midway is no store. */
export interface TableFile {
  put(item: Item): void;
  get(key: Key): Item | undefined;
  /** Waits for the disk. */
  close(): void;
  /** Rows written: items, and entries of indexes. */
  readonly written: { items: number; indexed: number };
}

const CACHE_KIB = 4_000_000;

export function openTable(folder: string): TableFile {
  const bulk = new SqliteBulk(join(folder, TABLE_FILE), definition, { cacheKib: CACHE_KIB, isJournaled: false });
  return {
    written: bulk.written,
    put: (item) => bulk.put(item as unknown as Key, storedItem(item)),
    get(key) {
      const item = bulk.get(key);
      return item && plainItem(item);
    },
    close: () => bulk.close(),
  };
}

function storedItem(item: Item): StoredItem {
  const stored: StoredItem = {};
  for (const name in item) stored[name] = storedValue(item[name]);
  return stored;
}

function storedValue(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(storedValue) };
  if (value instanceof Uint8Array) return { B: value };
  if (value instanceof Set) return { SS: [...(value as Set<string>)].sort() };
  throw new Error(`No item that is loaded has a value such as ${value}`);
}

/** An item of texts, numbers and sets: counters and blocks have nothing else. */
const plainItem = (item: StoredItem): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));

function plainValue(value: AttributeValue): unknown {
  if ("S" in value) return value.S;
  if ("BOOL" in value) return value.BOOL;
  if ("SS" in value) return new Set(value.SS);
  return "N" in value ? Number(value.N) : undefined;
}
