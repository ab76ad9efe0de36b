import { hash } from "node:crypto";
import type { FieldType } from "@crm/core/kernel/field.ts";
import { listEnumValues } from "@crm/core/kernel/field.ts";
import { idTime, numberedId } from "@crm/core/kernel/id.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { type FilterableField, listFilterableFields } from "@crm/core/storage/read/filter.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";

/**
 * A table whose rows are computed when they are read: each kind has the same number of records with invented values. So the columns of millions of rows
 * are built without a store of many gigabytes, and the memory of the process is that of the columns.
 */
export interface InventedKinds {
  readonly collections: readonly Collection<BaseRecord>[];
  readonly rows: number;
}

const FROM_MS = Date.parse("2026-01-01T00:00:00Z");
const STEP_MS = 60_000;

/** Answers queries for the rows of the kinds, and leaves all other commands to the database. */
export function inventTable(database: Database, { collections, rows }: InventedKinds): Database {
  const byPrefix = new Map(collections.map((collection) => [collection.kind.prefix, collection]));
  const byPartition = (pk: string): Collection<BaseRecord> | undefined =>
    collections.find(({ name }) => pk.endsWith(`#${name}#live`));
  const rowOf = (collection: Collection<BaseRecord>, n: number): Item => {
    const record = inventRecord(collection, n);
    return { id: record.id, row: collection.serialize(record).row };
  };
  function answerQuery(input: QueryInput): unknown {
    const values = input.ExpressionAttributeValues;
    const collection = byPartition(String(values[":pk"]));
    if (!collection) return undefined;
    const after =
      input.ExclusiveStartKey?.id ??
      values[":low"] ??
      values[":after"] ??
      Object.entries(values).find(([name]) => name !== ":pk")?.[1];
    const first = after === undefined ? 0 : numberOf(String(after)) + 1;
    const last = Math.min(rows, first + input.Limit);
    const Items = Array.from({ length: Math.max(0, last - first) }, (_, index) => rowOf(collection, first + index));
    return { Items, ...(last < rows ? { LastEvaluatedKey: Items.at(-1) } : {}) };
  }
  function answerKeys(keys: readonly { pk: string; sk: string }[], table: string): unknown {
    const items = keys.flatMap(({ pk, sk }) => {
      const collection = byPrefix.get(sk.split("_")[0] ?? "");
      return collection ? [{ pk, sk, ...rowOf(collection, numberOf(sk)) }] : [];
    });
    return items.length === keys.length ? { Responses: { [table]: items } } : undefined;
  }
  return {
    ...database,
    async send(command, scope) {
      const { input } = command as { input: QueryInput & BatchInput };
      const keys = input.RequestItems?.[database.table]?.Keys;
      const answer = input.IndexName === "by_time" ? answerQuery(input) : keys && answerKeys(keys, database.table);
      return answer ?? database.send(command, scope);
    },
  };
}

interface QueryInput {
  readonly IndexName?: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
  readonly ExclusiveStartKey?: { readonly id: string };
  readonly Limit: number;
}

interface BatchInput {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly { pk: string; sk: string }[] }>>;
}

const numberOf = (id: string): number => Math.round((idTime(id) - FROM_MS) / STEP_MS);

/** Returns a record whose every listed field has a value of its type; one in four is empty, where a field may be. */
export function inventRecord(collection: Collection<BaseRecord>, n: number): BaseRecord {
  const { kind, fields, definition } = collection;
  const at = FROM_MS + n * STEP_MS;
  const id = numberedId(kind, at, n);
  const record: Item = Object.fromEntries(fields.map((field) => [field, null]));
  for (const field of listFilterableFields(definition)) record[field.field] = inventValue(field, draw(n, field.field), at);
  const instant = new Date(at).toISOString();
  const base = {
    id,
    version: 1,
    created_at: instant,
    updated_at: instant,
    created_by: userId(n % 50),
    updated_by: userId(n % 50),
  };
  return { ...record, ...base, deleted_at: null } as BaseRecord;
}

/** A number below 2 ** 32 that depends on the record and the field. */
function draw(n: number, field: string): number {
  let mixed = Math.imul(n + 1, 0x9e3779b1) ^ (salts.get(field) ?? addSalt(field));
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

const salts = new Map<string, number>();
function addSalt(field: string): number {
  const salt = Number.parseInt(hash("sha256", field).slice(0, 8), 16) | 0;
  salts.set(field, salt);
  return salt;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const userId = (n: number): string => `usr_${(n + 1).toString(32).padStart(18, "0")}`;
const words = "amber birch cedar delta ember fjord grove harbor iris juniper kestrel lagoon maple north opal prairie".split(" ");
const word = (number: number, place: number): string => words[(number >>> place) & 15] ?? "";

function inventValue({ type, schema, operators }: FilterableField, drawn: number, at: number): unknown {
  if (operators.includes("is_null") && type !== "choices" && drawn % 4 === 0) return null;
  const choices = type === "choice" ? listEnumValues(schema) : [];
  const values: Partial<Record<FieldType, () => unknown>> = {
    boolean: () => drawn % 3 === 0,
    integer: () => drawn % 1000,
    number: () => (drawn % 100_000) / 100,
    money: () => ((drawn % 1_000_000) / 100).toFixed(2),
    date: () => new Date(at + (drawn % 365) * DAY_MS).toISOString().slice(0, 10),
    instant: () => new Date(at + (drawn % (365 * DAY_MS))).toISOString(),
    choice: () => choices[drawn % choices.length] ?? null,
    choices: () => (drawn % 3 === 0 ? [word(drawn, 4)] : []),
    master: () => `mst_${"0".repeat(17)}${(drawn % 12).toString(32)}`,
    reference: () => userId(drawn % 2000),
    email: () => `${word(drawn, 0)}.${word(drawn, 4)}.${drawn % 100_000}@mail.example`,
    phone: () => `+1 212 ${String(2_000_000 + (drawn % 7_000_000))}`,
    url: () => `https://${word(drawn, 8)}-${drawn % 10_000}.example`,
  };
  // Texts as names have them: some fifty thousand different ones.
  return (values[type] ?? (() => `${word(drawn, 0)} ${word(drawn, 4)} ${(drawn >>> 8) % 200}`))();
}
