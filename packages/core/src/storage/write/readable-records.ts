import { hasPermission } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import { isOpenedToActor } from "../read/visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { findKindById, loadCollection, loadCollectionById, resolveKind } from "../table/collection-registry.ts";
import { Records } from "./records.ts";

/** Records of any kinds that the actor may read: the actor may read their kinds and sees them, together with the records above them. */

type RecordsById = ReadonlyMap<string, BaseRecord>;

/** Returns the live records of ordinary kinds, by the requested ids, in one batch. A merged record is the one into which it was merged. */
export async function findReadable(typedIds: readonly Records.TypedId[]): Promise<RecordsById> {
  const readable = typedIds.filter(({ kind }) => !kind.isStandalone && (!kind.read || hasPermission(kind.read)));
  if (readable.length === 0) return new Map();
  const found = [...(await Records.findVisibleByIds(readable))];
  const parents = await Promise.all(
    found.map(async ([, record]) => {
      const collection = await loadCollectionById(record.id);
      return collection && !isOpenedToActor(collection, record) ? findParent(collection, record) : undefined;
    }),
  );
  const visibleParents = await Records.findVisibleByIds(parents.flatMap((parent) => parent ?? []));
  return new Map(
    found.filter((_, index) => {
      const parent = parents[index];
      return !parent || visibleParents.has(parent.id);
    }),
  );
}

/** Returns the record with which this one is visible. If the kind of that record is unknown, this one is not shown. */
function findParent(
  { kind, definition: { visibleWith } }: Collection<BaseRecord>,
  record: BaseRecord,
): Records.TypedId | undefined {
  const id = visibleWith && record[visibleWith];
  if (typeof id !== "string") return undefined;
  return { kind: resolveKind(id) ?? kind, id };
}

/**
 * Like `findReadable`, for the records that users open: of kinds with lists, and of standalone kinds whose domain declares who may read them
 * (`standalone` of its manifest). Ordinary kinds are read in one batch.
 */
export async function findOpenable(ids: readonly string[]): Promise<RecordsById> {
  const typedIds = ids.flatMap((id) => {
    const kind = findKindById(id);
    return kind?.path !== undefined && !kind.isDerived ? [{ kind, id }] : [];
  });
  const byKind = Map.groupBy(typedIds, ({ kind }) => kind);
  const listed = await Promise.all(
    [...byKind.keys()].map(async (kind) => ((await loadCollection(kind)).row.size > 0 ? [kind] : [])),
  );
  const [standalone, ordinary] = [listed.flat().filter(({ isStandalone }) => isStandalone), new Set(listed.flat())];
  const found = await Promise.all([
    findReadable(typedIds.filter(({ kind }) => ordinary.has(kind))),
    ...standalone.map((kind) => findStandalone(kind, byKind.get(kind) ?? [])),
  ]);
  return new Map(found.flatMap((records) => [...records]));
}

/** Returns the record of an id. It fails as a read of the record would fail. */
export async function requireOpenable(id: string): Promise<BaseRecord> {
  const record = (await findOpenable([id])).get(id);
  if (!record) throw notFound();
  return record;
}

async function findStandalone(kind: Kind, typedIds: readonly Records.TypedId[]): Promise<RecordsById> {
  const load = findDeclaration("standalone", kind.name);
  const isReadable = load && (!kind.read || hasPermission(kind.read));
  return isReadable ? ((await load())(typedIds.map(({ id }) => id)) as Promise<RecordsById>) : new Map();
}
