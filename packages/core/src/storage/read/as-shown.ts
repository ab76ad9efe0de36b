import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadedOf } from "../table/collections.ts";
import type { OwnValues } from "../table/own-fields.ts";

/**
 * An answer as the caller is shown it, wherever in it a record stands: without what is internal of its kind, and with such fields of
 * the tenant's own as they see.
 */
export async function asShown<T>(answer: T): Promise<T> {
  const kinds = new Set<Collection<BaseRecord>>();
  note(answer, kinds);
  if (kinds.size === 0) return answer;
  const seen = new Map<Collection<BaseRecord>, Seen>();
  for (const kind of kinds) if (kind.definition.own) seen.set(kind, await kind.definition.own.seen(kind.name));
  return shownBy(answer, seen) as T;
}

type Seen = (values: OwnValues | null) => OwnValues;

const FIELD = "custom_fields";
const MASK = "***";

/** The kind of a record of which not all is shown to everybody; undefined for any other, and for what is none. */
function kindOf(value: object): Collection<BaseRecord> | undefined {
  const { id } = value as { id?: unknown };
  const collection = typeof id === "string" ? loadedOf(id) : undefined;
  if (!collection) return undefined;
  const { own, internal = [] } = collection.definition;
  const isOwning = own !== undefined && Object.hasOwn(value, FIELD);
  return isOwning || internal.some((field) => Object.hasOwn(value, field)) ? collection : undefined;
}

function note(value: unknown, kinds: Set<Collection<BaseRecord>>): void {
  if (value === null || typeof value !== "object") return;
  const kind = kindOf(value);
  if (kind) kinds.add(kind);
  for (const [field, each] of Object.entries(value)) if (field !== FIELD) note(each, kinds);
}

function shownBy(value: unknown, seen: ReadonlyMap<Collection<BaseRecord>, Seen>): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => shownBy(each, seen));
  const kind = kindOf(value);
  const shows = kind && seen.get(kind);
  const internal: readonly string[] = kind?.definition.internal ?? [];
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, each]) => {
      // An entry of the audit trail says of it that there is something.
      if (internal.includes(field) && each !== MASK) return [];
      if (field !== FIELD) return [[field, shownBy(each, seen)]];
      return [[field, shows ? shows((each ?? null) as OwnValues | null) : each]];
    }),
  );
}
