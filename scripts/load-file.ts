import { hash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { Key } from "@crm/core/storage/table/key.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { TABLE } from "@crm/local/engine.ts";

/**
 * Writes items into the file of the embedded engine, while no engine has it open, as the engine itself would lay them
 * down: the item, its size as DynamoDB counts it, the hash that scans go by, and a row in each index that it is in.
 * No journal and no waiting for the disk until the end: what is killed midway is no store.
 */
export interface TableFile {
  put(item: Item): void;
  get(key: Key): Item | undefined;
  /** Waits for the disk, and leaves the file as the engine had it. */
  close(): void;
  /** Rows written: items, and rows of indexes. */
  readonly written: { items: number; indexed: number };
}

/**
 * Memory for pages, in KiB: keys of words and locks have no order, so all of the table's own index is written at random.
 * While it fits, pages at the end of tables are written out and it is not, until all is committed at once.
 */
const CACHE = 4_000_000;

export function openTable(folder: string): TableFile {
  const file = new DatabaseSync(join(folder, "table.sqlite"));
  file.exec(
    `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE}`,
  );
  const known = file.prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?").get(TABLE);
  if (!String(known?.sql).includes("hash_prefix")) throw new Error("The engine keeps its table in another form than this knows");
  const insert = file.prepare(
    `INSERT OR REPLACE INTO ${TABLE} (pk, sk, item_json, item_size, hash_prefix) VALUES (?, ?, ?, ?, ?)`,
  );
  const select = file.prepare(`SELECT item_json FROM ${TABLE} WHERE pk = ? AND sk = ?`);
  const indexes = table.indexes.map((index) => {
    const names = ["pk", "sk", index.partitionKey, index.sortKey, ...index.projected];
    return { ...index, names, insert: intoIndex(file, index.name) };
  });
  const written = { items: 0, indexed: 0 };
  const hashOf = lastOf((pk: string) => hash("md5", `Outliers${pk}`).slice(0, 6));
  file.exec("BEGIN");
  return {
    written,
    put(item) {
      const { pk, sk } = item as unknown as Key;
      const texts: Record<string, string> = {};
      let whole = "";
      let size = 0;
      for (const name in item) {
        const text = `"${name}":${noted(item[name])}`;
        texts[name] = text;
        whole += whole === "" ? text : `,${text}`;
        size += Buffer.byteLength(name) + sizeOf(item[name]);
      }
      insert.run(`S:${pk}`, `S:${sk}`, `{${whole}}`, size, hashOf(pk));
      written.items++;
      // Only records are in indexes, and what lists show of them; a checkpoint may be in that of what is due.
      if (item.row === undefined && item.due === undefined) return;
      for (const index of indexes) {
        const [partition, sort] = [item[index.partitionKey], item[index.sortKey]];
        if (partition === undefined || sort === undefined) continue;
        const shown = index.names.flatMap((name) => texts[name] ?? []).join(",");
        index.insert.run(`S:${partition}`, `S:${sort}`, `S:${pk}`, `S:${sk}`, `{${shown}}`);
        written.indexed++;
      }
    },
    get({ pk, sk }) {
      const row = select.get(`S:${pk}`, `S:${sk}`);
      return row && plainItem(JSON.parse(String(row.item_json)));
    },
    close() {
      file.exec("COMMIT; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL");
      file.close();
    },
  };
}

function intoIndex(file: DatabaseSync, name: string): StatementSync {
  const columns = "gsi_pk, gsi_sk, table_pk, table_sk, item_json";
  return file.prepare(`INSERT OR REPLACE INTO "${TABLE}::gsi::${name}" (${columns}) VALUES (?, ?, ?, ?, ?)`);
}

/** Remembers the last answer: items of one partition come together. */
function lastOf<A, R>(work: (given: A) => R): (given: A) => R {
  let last: { given: A; result: R } | undefined;
  return (given) => {
    if (last?.given !== given) last = { given, result: work(given) };
    return last.result;
  };
}

/** A value in the table's own notation, as text. */
function noted(value: unknown): string {
  if (typeof value === "string") return `{"S":${JSON.stringify(value)}}`;
  if (typeof value === "number") return `{"N":"${value}"}`;
  if (typeof value === "boolean") return `{"BOOL":${value}}`;
  if (Array.isArray(value)) return `{"L":[${value.map(noted).join(",")}]}`;
  if (value instanceof Uint8Array) return `{"B":"${Buffer.from(value).toString("base64")}"}`;
  if (value instanceof Set) return `{"SS":${JSON.stringify([...value])}}`;
  throw new Error(`No item that is loaded has a value such as ${value}`);
}

/** The size of a value as DynamoDB counts it: texts and bytes by their length, numbers by their digits. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(value).replace(/0+$/, "").length / 2) + 1;
  if (typeof value === "boolean") return 1;
  const inner = [...(value as Iterable<unknown>)];
  const texts = inner.reduce<number>((sum, each) => sum + sizeOf(each), 0);
  return value instanceof Set ? texts : 3 + inner.length + texts;
}

type Attribute = { S?: string; N?: string; BOOL?: boolean; SS?: string[] };

/** An item of texts, numbers and sets: counters and blocks have nothing else. */
const plainItem = (item: Record<string, Attribute>): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, { S, N, BOOL, SS }]) => [name, S ?? BOOL ?? (SS ? new Set(SS) : Number(N))]),
  );
