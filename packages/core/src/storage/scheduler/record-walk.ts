import { runIn, systemContext, useTenant } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import { listTenants } from "../read/tenants.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItem, readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, recordKey, tenantKey } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";
import { Records } from "../write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../write/transaction.ts";

/**
 * A job over every record of some kinds, in all tenants, live and deleted. In batches, it writes each due record as its next version. Like
 * any change, this never overwrites a concurrent write. Its progress is stored in the table, so it continues after it was killed. Repeating
 * a batch has no effect.
 */
interface WalkJob {
  /** The actor: `system:<name>`. */
  name: string;
  kinds: readonly Collection<BaseRecord>[];
  /** Returns the target of a kind. A walk to another target starts again. */
  targetVersion(collection: Collection<BaseRecord>): number;
  /** Whether a completed walk starts again, because records can become due again, for example from a restored backup. */
  isRepeatable?: boolean;
  /** The attribute of items that tells whether they are due. Without it, whole items are read. */
  attribute?: string;
  isDue(collection: Collection<BaseRecord>, item: Item): boolean | Promise<boolean>;
  rewrite(
    collection: Collection<BaseRecord>,
    current: BaseRecord,
    /** `shape` is the shape in which the record is stored. */
    context: { tx: Transaction; shape: number },
  ): BaseRecord | Promise<BaseRecord>;
}

export interface WalkOptions {
  /** Maximum batches of 100 records in this call; all by default. */
  batches?: number;
  /** Continues the current job; otherwise records that failed in the last job are tried again. */
  resume?: boolean;
}

export interface WalkResult {
  /** Records that this call checked, and that it rewrote. */
  walked: number;
  rewritten: number;
  /** Records that could not be rewritten. They stay unchanged, and the next job tries them again. */
  failed: { tenant: string; id: string; error: string }[];
  /** Whether every record was checked. */
  done: boolean;
}

/** Runs a part of the job. `refused` counts the records on which the job has failed so far, in all its parts. */
export async function walkRecords(
  ports: Ports,
  job: WalkJob,
  options: WalkOptions = {},
): Promise<WalkResult & { refused: number }> {
  const result: WalkResult & { refused: number } = { walked: 0, rewritten: 0, failed: [], done: false, refused: 0 };
  const tenants = await runIn(systemContext(ports, undefined, job.name, ["tenants"]), listTenants);
  let remainingBatches = options.batches ?? Number.POSITIVE_INFINITY;
  for (const tenant of tenants) {
    const context = systemContext(ports, tenant, job.name);
    remainingBatches = await runIn(context, () => walkTenant(job, remainingBatches, options.resume ?? false, result));
    if (remainingBatches <= 0) return result;
  }
  return { ...result, done: true };
}

/** The progress in a kind. The walk processes live records first, then deleted ones. */
interface WalkProgress {
  mark: number;
  life: "live" | "deleted" | "done";
  /** The id of the last record checked; empty at the beginning. */
  after: string;
  failed: number;
}

const progressKey = ({ name }: WalkJob, kind: string): Key => ({ pk: tenantKey(useTenant(), "WALK", name), sk: kind });

/** Returns the number of batches left when the tenant is complete; 0 if it is not. */
async function walkTenant(
  job: WalkJob,
  batches: number,
  again: boolean,
  result: WalkResult & { refused: number },
): Promise<number> {
  const storedItems = await readItems(job.kinds.map(({ name }) => progressKey(job, name)));
  let remainingBatches = batches;
  for (const [index, collection] of job.kinds.entries()) {
    let progress = resumeProgress(job, job.targetVersion(collection), storedItems[index], again);
    while (progress.life !== "done") {
      if (remainingBatches-- <= 0) return 0;
      progress = await walkBatch(job, collection, progress, result);
      await transaction()
        .put({ ...progressKey(job, collection.name), ...progress })
        .commit(undefined);
    }
    result.refused += progress.failed;
  }
  return remainingBatches;
}

function resumeProgress(
  { isRepeatable: repeats = false }: WalkJob,
  mark: number,
  storedItem: Item | undefined,
  again: boolean,
): WalkProgress {
  const progress = storedItem as WalkProgress | undefined;
  const isOver = progress?.life === "done" && !again && (repeats || progress.failed > 0);
  const goesOn = progress?.mark === mark && !isOver;
  return goesOn ? progress : { mark, life: "live", after: "", failed: 0 };
}

async function walkBatch(
  job: WalkJob,
  collection: Collection<BaseRecord>,
  progress: WalkProgress,
  result: WalkResult,
): Promise<WalkProgress> {
  const ids = await listIds(collection, progress);
  const tenant = useTenant();
  const items = await readItems(
    ids.map((id) => recordKey(tenant, id)),
    job.attribute === undefined ? {} : { only: job.attribute },
  );
  let failed = 0;
  const rewriteIfDue = async (id: string, item: Item | undefined): Promise<void> => {
    try {
      if (item && (await job.isDue(collection, item)) && (await rewriteRecord(job, collection, id))) result.rewritten++;
    } catch (error) {
      failed++;
      result.failed.push({ tenant, id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  for (let start = 0; start < ids.length; start += 10) {
    await Promise.all(ids.slice(start, start + 10).map((id, behind) => rewriteIfDue(id, items[start + behind])));
  }
  result.walked += ids.length;
  const next = { ...progress, after: ids.at(-1) ?? "", failed: progress.failed + failed };
  if (ids.length === dynamodbLimits.batchGet) return next;
  return { ...next, after: "", life: progress.life === "live" ? "deleted" : "done" };
}

async function listIds(collection: Collection<BaseRecord>, { life, after }: WalkProgress): Promise<string[]> {
  // Only the kind `tenant` has no index of all its records.
  if (!collection.definition.indexes.by_time) return life === "live" && collection.name === "tenant" ? [useTenant()] : [];
  const partition = [{ index: "by_time" as const, facets: { life } }];
  return listKeysAfter(collection, partition, { order: "asc", after: after || undefined, most: dynamodbLimits.batchGet });
}

/** Writes the record as its next version, unless another write has made it no longer due. */
const rewriteRecord = (job: WalkJob, collection: Collection<BaseRecord>, id: string): Promise<boolean> =>
  retryOnConflict(async () => {
    const item = await readItem(recordKey(useTenant(), id));
    if (!item || !(await job.isDue(collection, item))) return false;
    const current = collection.fromItem(item);
    const tx = transaction();
    const next = Records.nextVersion(current, await job.rewrite(collection, current, { tx, shape: Number(item.shape) }));
    await tx.replace(collection, current, next).commit(undefined);
    return true;
  });
