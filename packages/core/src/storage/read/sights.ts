import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { recordKey, sightKey } from "../table/key.ts";
import { makerOf, type Sight, sightIn, standsUnder } from "../table/sight.ts";

/** Sights as they are now, strongly consistent: some items of a few hundred bytes, however much stands behind them. */

/** The sights of ids, in their order; undefined where there is no such record. */
export async function readSights<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<(Sight | undefined)[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => sightKey(tenant, id)));
  return Promise.all(
    items.map((item, at) => {
      const sight = sightIn(item);
      return sight.whole ? sight : formerSight(collection, ids[at] as string, sight.revision);
    }),
  );
}

/** What the sight of a record of an earlier release would say. */
export async function formerSight<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  revision: number,
): Promise<Sight | undefined> {
  const { revealed } = collection.definition;
  const [item] = await getAll([recordKey(useTenant(), id)]);
  if (!revealed || !item) return undefined;
  const record = collection.fromItem(item);
  return {
    whole: false,
    revision,
    maker: makerOf(record),
    into: revealed.into(record) ?? undefined,
    also: revealed.also(record),
    owners: await revealed.former(id),
  };
}

/** Merges follow each other, but not without end. */
const MOST_STEPS = 50;

/**
 * The owners under whom each of these stands, by the id that was asked for; under that of the record that it leads to, where it was
 * joined to another. Absent where there is no such record.
 */
export async function ownersOf<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const known = new Map<string, Sight | undefined>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    const missing = [...new Set(wanted)].filter((id) => !known.has(id));
    const sights = missing.length > 0 ? await readSights(collection, missing) : [];
    for (const [at, id] of missing.entries()) known.set(id, sights[at]);
  };
  const end = (id: string, steps = 0): string => {
    const into = steps < MOST_STEPS ? known.get(id)?.into : undefined;
    return into === undefined ? id : end(into, steps + 1);
  };
  for (let open = [...new Set(ids)]; open.length > 0; ) {
    await load(open);
    open = [...new Set(open.map((id) => end(id)))].filter((id) => !known.has(id));
  }
  const living = new Map(ids.map((id) => [id, end(id)]));
  await load([...living.values()].flatMap((id) => known.get(id)?.also ?? []));
  return new Map(
    [...living].flatMap(([asked, id]) => {
      const sight = known.get(id);
      if (!sight) return [];
      const sights = [sight, ...sight.also.flatMap((other) => known.get(other) ?? [])];
      return [[asked, standsUnder(sights)] as const];
    }),
  );
}

export * as Sights from "./sights.ts";
