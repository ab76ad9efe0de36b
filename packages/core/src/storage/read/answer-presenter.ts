import type { BaseRecord, Collection } from "../table/collection.ts";
import { findLoadedCollection } from "../table/collection-registry.ts";
import type { CustomFieldValues } from "../table/custom-field-values.ts";

/**
 * An answer as the caller is shown it, wherever in it a record stands: without what is internal of its kind, and with such fields of
 * the tenant's own as they see.
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

const CUSTOM_FIELDS = "custom_fields";
const MASK = "***";

/** The kind of a record of which not all is shown to everybody; undefined for any other, and for what is none. */
function findPresentedCollection(value: object): Collection<BaseRecord> | undefined {
  const { id } = value as { id?: unknown };
  const collection = typeof id === "string" ? findLoadedCollection(id) : undefined;
  if (!collection) return undefined;
  const { customFields: own, internal = [] } = collection.definition;
  const isOwning = own !== undefined && Object.hasOwn(value, CUSTOM_FIELDS);
  return isOwning || internal.some((field) => Object.hasOwn(value, field)) ? collection : undefined;
}

function collectCollections(value: unknown, kinds: Set<Collection<BaseRecord>>): void {
  if (value === null || typeof value !== "object") return;
  const kind = findPresentedCollection(value);
  if (kind) kinds.add(kind);
  for (const [field, each] of Object.entries(value)) if (field !== CUSTOM_FIELDS) collectCollections(each, kinds);
}

function presentValue(value: unknown, seen: ReadonlyMap<Collection<BaseRecord>, ValuePresenter>): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => presentValue(each, seen));
  const kind = findPresentedCollection(value);
  const shows = kind && seen.get(kind);
  const internal: readonly string[] = kind?.definition.internal ?? [];
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, each]) => {
      // An entry of the audit trail says of it that there is something.
      if (internal.includes(field) && each !== MASK) return [];
      if (field !== CUSTOM_FIELDS) return [[field, presentValue(each, seen)]];
      return [[field, shows ? shows((each ?? null) as CustomFieldValues | null) : each]];
    }),
  );
}
