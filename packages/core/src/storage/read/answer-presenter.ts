import type { BaseRecord, Collection } from "../table/collection.ts";
import { findLoadedCollection } from "../table/collection-registry.ts";
import { CUSTOM_FIELDS, type CustomFieldValues } from "../table/custom-field-values.ts";

/**
 * Prepares a response for the caller: removes the internal fields of all records in it, and the custom fields that the caller may not see.
 */
export async function presentAnswer<T>(answer: T): Promise<T> {
  const kinds = new Set<Collection<BaseRecord>>();
  collectCollections(answer, kinds);
  if (kinds.size === 0) return answer;
  const seen = new Map<Collection<BaseRecord>, ValuePresenter>();
  for (const kind of kinds)
    if (kind.definition.customFields) seen.set(kind, await kind.definition.customFields.loadPresenter(kind.name));
  return presentValue(answer, seen) as T;
}

type ValuePresenter = (values: CustomFieldValues | null) => CustomFieldValues;

const MASK = "***";

/** Returns the collection of a record that has fields to remove; undefined for all other values. */
function findPresentedCollection(value: object): Collection<BaseRecord> | undefined {
  const { id } = value as { id?: unknown };
  const collection = typeof id === "string" ? findLoadedCollection(id) : undefined;
  if (!collection) return undefined;
  const { customFields, internal = [] } = collection.definition;
  const isOwning = customFields !== undefined && Object.hasOwn(value, CUSTOM_FIELDS);
  return isOwning || internal.some((field) => Object.hasOwn(value, field)) ? collection : undefined;
}

function collectCollections(value: unknown, kinds: Set<Collection<BaseRecord>>): void {
  if (value === null || typeof value !== "object") return;
  const kind = findPresentedCollection(value);
  if (kind) kinds.add(kind);
  for (const [field, fieldValue] of Object.entries(value)) if (field !== CUSTOM_FIELDS) collectCollections(fieldValue, kinds);
}

function presentValue(value: unknown, seen: ReadonlyMap<Collection<BaseRecord>, ValuePresenter>): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => presentValue(item, seen));
  const kind = findPresentedCollection(value);
  const shows = kind && seen.get(kind);
  const internal: readonly string[] = kind?.definition.internal ?? [];
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, fieldValue]) => {
      // Audit entries keep the masked field: they show that the field has a value.
      if (internal.includes(field) && fieldValue !== MASK) return [];
      if (field !== CUSTOM_FIELDS) return [[field, presentValue(fieldValue, seen)]];
      return [[field, shows ? shows((fieldValue ?? null) as CustomFieldValues | null) : fieldValue]];
    }),
  );
}
