import type { Json } from "../../kernel/json.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKindById, loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";

/** A record with its collection. */
export interface CollectedRecord {
  readonly collection: Collection<BaseRecord>;
  readonly record: BaseRecord & Record<string, unknown>;
}

/** Loads a live record of any kind that the actor may see; for a merged record, the one into which it was merged. */
export async function findRecord(id: string): Promise<CollectedRecord | undefined> {
  const kind = findKindById(id);
  if (!kind) return undefined;
  const found = (await Records.findVisibleByIds([{ kind, id }])).get(id);
  const collection = await loadCollectionById(id);
  return found && collection ? { collection, record: found as CollectedRecord["record"] } : undefined;
}

/** Returns the id in a field that names a record: `customer` stands for `customer_id`. */
export function readReference(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = record[`${name}_id`] ?? record[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The person whom a record is about: for messages, and for the question whether the person may be processed. */
export function findPersonId({ id, personal_key_id, person_id }: Readonly<Record<string, unknown>>): string | undefined {
  for (const value of [personal_key_id, person_id]) if (typeof value === "string") return value;
  return typeof id === "string" && id.startsWith("per_") ? id : undefined;
}

/**
 * Finds the record that a step acts on: the enrolled one, one that it refers to (`customer`, `owner.manager`), or one that a step has created.
 * Returns its id; undefined if there is none.
 */
export async function findTargetId(
  target: string | undefined,
  record: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, Json>>,
): Promise<string | undefined> {
  if (target === undefined || target === "record") return String(record.id);
  const [first = "", ...rest] = target.split(".");
  if (first === "created") {
    const created = outputs[rest[0] ?? ""] as { id?: string } | undefined;
    return created?.id;
  }
  let id = readReference(record, first);
  for (const name of rest) {
    const next: CollectedRecord | undefined = id === undefined ? undefined : await findRecord(id);
    id = next && readReference(next.record, name);
  }
  return id;
}
