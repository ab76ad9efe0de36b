import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { personVisibilityKey, recordKey } from "../table/key.ts";
import { creatorViewer, type PersonVisibility, parsePersonVisibility, resolveOwners } from "../table/person-visibility.ts";

/** Sights as they are now, strongly consistent: some items of a few hundred bytes, however much stands behind them. */

/** The sights of ids, in their order; undefined where there is no such record. */
export async function readPersonVisibilities<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<(PersonVisibility | undefined)[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => personVisibilityKey(tenant, id)));
  return Promise.all(
    items.map((item, at) => {
      const sight = parsePersonVisibility(item);
      return sight.isComplete ? sight : buildFormerVisibility(collection, ids[at] as string, sight.revision);
    }),
  );
}

/** What the sight of a record of an earlier release would say. */
export async function buildFormerVisibility<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  revision: number,
): Promise<PersonVisibility | undefined> {
  const { derivedVisibility: revealed } = collection.definition;
  const [item] = await getAll([recordKey(useTenant(), id)]);
  if (!revealed || !item) return undefined;
  const record = collection.fromItem(item);
  return {
    isComplete: false,
    revision,
    creator: creatorViewer(record),
    mergedInto: revealed.mergedInto(record) ?? undefined,
    mergedIds: revealed.mergedIds(record),
    countsByOwner: await revealed.countGrantsByOwner(id),
  };
}

/** Merges follow each other, but not without end. */
const MAX_MERGE_STEPS = 50;

/**
 * The owners under whom each of these stands, by the id that was asked for; under that of the record that it leads to, where it was
 * joined to another. Absent where there is no such record.
 */
export async function findOwners<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const known = new Map<string, PersonVisibility | undefined>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    const missing = [...new Set(wanted)].filter((id) => !known.has(id));
    const sights = missing.length > 0 ? await readPersonVisibilities(collection, missing) : [];
    for (const [at, id] of missing.entries()) known.set(id, sights[at]);
  };
  const end = (id: string, steps = 0): string => {
    const into = steps < MAX_MERGE_STEPS ? known.get(id)?.mergedInto : undefined;
    return into === undefined ? id : end(into, steps + 1);
  };
  for (let open = [...new Set(ids)]; open.length > 0; ) {
    await load(open);
    open = [...new Set(open.map((id) => end(id)))].filter((id) => !known.has(id));
  }
  const living = new Map(ids.map((id) => [id, end(id)]));
  await load([...living.values()].flatMap((id) => known.get(id)?.mergedIds ?? []));
  return new Map(
    [...living].flatMap(([asked, id]) => {
      const sight = known.get(id);
      if (!sight) return [];
      const sights = [sight, ...sight.mergedIds.flatMap((other) => known.get(other) ?? [])];
      return [[asked, resolveOwners(sights)] as const];
    }),
  );
}

export * as PersonVisibilities from "./person-visibility.ts";
