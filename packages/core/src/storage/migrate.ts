import { runIn, useTenant } from "../kernel/context.ts";
import type { Kind } from "../kernel/id.ts";
import type { Ports } from "../ports.ts";
import { allCollections } from "../records.ts";
import type { BaseRecord, Collection } from "./collection.ts";
import { get, getAll, type Item, queryAll } from "./database.ts";
import { systemContext } from "./derive.ts";
import { type Key, recordKey, systemKey, tenantKey } from "./key.ts";
import { Records } from "./records.ts";
import { merged } from "./scan.ts";
import { limits } from "./table.ts";
import { settled, transaction } from "./transaction.ts";

/**
 * Brings stored records into the shape of this release, so that lists show them in it and migrations of long ago cost
 * nothing at reading. The job walks the records of each kind that has migrations, in bounded batches, and writes each
 * of an old shape as its next version, as any change is written: on top of a write that came in between, never over
 * it. How far it is stands in the table, so it goes on wherever it was killed, and what it does twice does nothing.
 */
export interface Migrated {
  /** Records looked at and rewritten in this part of the job. */
  walked: number;
  rewritten: number;
  /** Records that their migration refuses; they stay as they are, and are tried again by the next job. */
  failed: { tenant: string; id: string; error: string }[];
  /** Whether every record has been looked at. */
  done: boolean;
}

export interface MigrateOptions {
  /** How many batches of at most 100 records to do now; all unless told otherwise. */
  batches?: number;
  /** Goes on with a job that was begun, rather than trying anew what failed in the last. */
  again?: boolean;
}

export async function migrate(ports: Ports, options: MigrateOptions = {}): Promise<Migrated> {
  const result: Migrated = { walked: 0, rewritten: 0, failed: [], done: false };
  const kinds = allCollections().filter(({ shape }) => shape > 1);
  let left = options.batches ?? Number.POSITIVE_INFINITY;
  if (kinds.length > 0) {
    const tenants = await runIn(systemContext(ports, undefined, "migrate", ["tenants"]), () =>
      queryAll(systemKey("tenants", "all")),
    );
    for (const { sk } of tenants) {
      const tenant = String(sk);
      left = await runIn(systemContext(ports, tenant, "migrate"), () => ofTenant(kinds, left, options.again ?? false, result));
      if (left <= 0) return result;
    }
  }
  return { ...result, done: true };
}

/** Where the walk over a kind is: first through the records that live, then through the deleted ones. */
interface Progress {
  shape: number;
  life: "live" | "deleted" | "done";
  /** The id looked at last; empty at the beginning. */
  after: string;
  failed: number;
}

const progressKey = (kind: Kind): Key => ({ pk: tenantKey(useTenant(), "MIGRATION"), sk: kind });

/** What is left of the batches when the tenant is done; 0 when it is not. */
async function ofTenant(
  kinds: readonly Collection<BaseRecord>[],
  batches: number,
  again: boolean,
  result: Migrated,
): Promise<number> {
  const kept = await getAll(kinds.map(({ kind }) => progressKey(kind)));
  let left = batches;
  for (const [at, collection] of kinds.entries()) {
    let progress = progressOf(collection, kept[at], again);
    while (progress.life !== "done") {
      if (left-- <= 0) return 0;
      progress = await batch(collection, progress, result);
      await transaction()
        .put({ ...progressKey(collection.kind), ...progress })
        .commit(undefined);
    }
  }
  return left;
}

function progressOf({ shape }: Collection<BaseRecord>, kept: Item | undefined, again: boolean): Progress {
  const progress = kept as unknown as Progress | undefined;
  const goesOn = progress?.shape === shape && (progress.life !== "done" || progress.failed === 0 || again);
  return goesOn ? progress : { shape, life: "live", after: "", failed: 0 };
}

async function batch(collection: Collection<BaseRecord>, progress: Progress, result: Migrated): Promise<Progress> {
  const ids = await idsBehind(collection, progress);
  const old = await ofOldShape(collection, ids);
  let failed = 0;
  for (let at = 0; at < old.length; at += 10) {
    await Promise.all(
      old.slice(at, at + 10).map(async (id) => {
        try {
          if (await rewrite(collection, id)) result.rewritten++;
        } catch (error) {
          failed++;
          result.failed.push({ tenant: useTenant(), id, error: error instanceof Error ? error.message : String(error) });
        }
      }),
    );
  }
  result.walked += ids.length;
  const next = { ...progress, after: ids.at(-1) ?? "", failed: progress.failed + failed };
  if (ids.length === limits.batchGet) return next;
  return { ...next, after: "", life: progress.life === "live" ? "deleted" : "done" };
}

async function idsBehind(collection: Collection<BaseRecord>, { life, after }: Progress): Promise<string[]> {
  if (life === "done") return [];
  // The one kind without an index of all its records is the tenant itself.
  if (!collection.definition.indexes.by_time) return life === "live" && collection.kind === "tenant" ? [useTenant()] : [];
  const ids: string[] = [];
  const behind = { order: "asc" as const, after: after || undefined, chunk: limits.batchGet };
  for await (const { key } of merged(collection, collection.whole(life), behind)) {
    ids.push(key);
    if (ids.length === limits.batchGet) break;
  }
  return ids;
}

async function ofOldShape(collection: Collection<BaseRecord>, ids: readonly string[]): Promise<string[]> {
  const tenant = useTenant();
  const items = await getAll(
    ids.map((id) => recordKey(tenant, id)),
    { only: "shape" },
  );
  return ids.filter((_, at) => items[at] && Number(items[at]?.shape) < collection.shape);
}

/** Writes the record as its next version; not if somebody else has, in the present shape, meanwhile. */
const rewrite = (collection: Collection<BaseRecord>, id: string): Promise<boolean> =>
  settled(async () => {
    const item = await get(recordKey(useTenant(), id));
    if (!item || Number(item.shape) >= collection.shape) return false;
    const current = collection.fromItem(item);
    await transaction().replace(collection, current, Records.nextVersion(current, current)).commit(undefined);
    return true;
  });
