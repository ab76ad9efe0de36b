import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadedOf } from "../table/collections.ts";
import type { OwnValues } from "../table/own-fields.ts";

/** An answer with values of such fields as the caller sees them, wherever in it a record with some stands. */
export async function ownShown<T>(answer: T): Promise<T> {
  const kinds = new Set<Collection<BaseRecord>>();
  note(answer, kinds);
  if (kinds.size === 0) return answer;
  const seen = new Map<Collection<BaseRecord>, Seen>();
  for (const kind of kinds) if (kind.definition.own) seen.set(kind, await kind.definition.own.seen(kind.name));
  return shownBy(answer, seen) as T;
}

type Seen = (values: OwnValues | null) => OwnValues;

const FIELD = "custom_fields";

/** The kind of a record that has such values; undefined for what is none. */
function kindOf(value: object): Collection<BaseRecord> | undefined {
  if (!Object.hasOwn(value, FIELD)) return undefined;
  const { id } = value as { id?: unknown };
  const collection = typeof id === "string" ? loadedOf(id) : undefined;
  return collection?.definition.own && collection;
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
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => {
      if (field !== FIELD) return [field, shownBy(each, seen)];
      return [field, shows ? shows((each ?? null) as OwnValues | null) : each];
    }),
  );
}
