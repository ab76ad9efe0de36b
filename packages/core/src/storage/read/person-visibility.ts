import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { personVisibilityKey, recordKey } from "../table/key.ts";
import { creatorViewer, type PersonVisibility, parsePersonVisibility, resolveOwners } from "../table/person-visibility.ts";

/** Reads visibility items (table/person-visibility.ts) consistently. Each has a few hundred bytes, for any number of records. */

/** Reads the visibility of records, in the order of the ids; undefined if there is no such record. */
export async function readPersonVisibilities<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<(PersonVisibility | undefined)[]> {
  const tenant = useTenant();
  const items = await readItems(ids.map((id) => personVisibilityKey(tenant, id)));
  return Promise.all(
    items.map((item, index) => {
      const sight = parsePersonVisibility(item);
      return sight.isComplete ? sight : buildFormerVisibility(collection, ids[index] as string, sight.revision);
    }),
  );
}

/** Computes the visibility of a record that an earlier release wrote without a visibility item. */
export async function buildFormerVisibility<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  revision: number,
): Promise<PersonVisibility | undefined> {
  const { derivedVisibility } = collection.definition;
  const [item] = await readItems([recordKey(useTenant(), id)]);
  if (!derivedVisibility || !item) return undefined;
  const record = collection.fromItem(item);
  return {
    isComplete: false,
    revision,
    creator: creatorViewer(record),
    mergedInto: derivedVisibility.mergedInto(record) ?? undefined,
    mergedIds: derivedVisibility.mergedIds(record),
    countsByOwner: await derivedVisibility.countGrantsByOwner(id),
  };
}

/** Limits chains of merges. */
const MAX_MERGE_STEPS = 50;

/**
 * Returns the owners under whom each record is visible, by the requested id. For a merged record, these are the owners of the record into
 * which it was merged. Ids without a record are absent.
 */
export async function findOwners<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const visibilityById = new Map<string, PersonVisibility | undefined>();
  const load = async (requestedIds: readonly string[]): Promise<void> => {
    const missing = [...new Set(requestedIds)].filter((id) => !visibilityById.has(id));
    const sights = missing.length > 0 ? await readPersonVisibilities(collection, missing) : [];
    for (const [index, id] of missing.entries()) visibilityById.set(id, sights[index]);
  };
  const end = (id: string, steps = 0): string => {
    const into = steps < MAX_MERGE_STEPS ? visibilityById.get(id)?.mergedInto : undefined;
    return into === undefined ? id : end(into, steps + 1);
  };
  for (let open = [...new Set(ids)]; open.length > 0; ) {
    await load(open);
    open = [...new Set(open.map((id) => end(id)))].filter((id) => !visibilityById.has(id));
  }
  const living = new Map(ids.map((id) => [id, end(id)]));
  await load([...living.values()].flatMap((id) => visibilityById.get(id)?.mergedIds ?? []));
  return new Map(
    [...living].flatMap(([requestedId, id]) => {
      const sight = visibilityById.get(id);
      if (!sight) return [];
      const sights = [sight, ...sight.mergedIds.flatMap((mergedId) => visibilityById.get(mergedId) ?? [])];
      return [[requestedId, resolveOwners(sights)] as const];
    }),
  );
}

export * as PersonVisibilities from "./person-visibility.ts";
