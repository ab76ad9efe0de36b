import { runIn, systemContext, useTenant } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import { listTenants } from "../read/tenants.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItem, readItems } from "../table/database.ts";
import type { Item, WriteStep } from "../table/item.ts";
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
  /** The number of the job, in place of `resume`: another number tries records that failed in the last job again. */
  job?: number;
  /** Only counts the records that are due, and writes nothing. */
  isDryRun?: boolean;
  monitor?: WalkMonitor;
}

/** What a batch has done: in its tenant, kind and position. */
export interface WalkBatch {
  walk: string;
  tenant: string;
  kind: string;
  after: string;
  walked: number;
  rewritten: number;
  failed: number;
}

/** Watches a walk. Its steps are written together with the progress of each batch that walked records. */
export interface WalkMonitor {
  buildSteps(batch: WalkBatch): WriteStep[];
  /** Whether the walk goes on after this batch. */
  mayContinue(batch: WalkBatch): Promise<boolean>;
}

export interface WalkResult {
  /** Records that this call checked, and that it rewrote, or that were due in a dry run. */
  walked: number;
  rewritten: number;
  /** Records that could not be rewritten. They stay unchanged, and the next job tries them again. */
  failed: { tenant: string; id: string; error: string }[];
  /** Whether every record was checked. */
  done: boolean;
}

/** The number of records on which the job has failed so far, in all its parts, by kind. */
export type FailuresByKind = Record<string, number>;

interface Walk {
  job: WalkJob;
  options: WalkOptions;
  result: WalkResult & { failures: FailuresByKind };
  /** Batches that this call may still walk. */
  remaining: number;
}

/** Runs a part of the job. */
export async function walkRecords(
  ports: Ports,
  job: WalkJob,
  options: WalkOptions = {},
): Promise<WalkResult & { failures: FailuresByKind }> {
  const tenants = await runIn(systemContext(ports, undefined, job.name, ["tenants"]), listTenants);
  const walk: Walk = {
    job,
    options,
    result: { walked: 0, rewritten: 0, failed: [], done: false, failures: {} },
    remaining: options.batches ?? Number.POSITIVE_INFINITY,
  };
  for (const tenant of tenants) {
    const context = systemContext(ports, tenant, job.name, options.monitor ? ["migration"] : []);
    if (!(await runIn(context, () => walkTenant(walk)))) return walk.result;
  }
  return { ...walk.result, done: true };
}

/** The progress in a kind. The walk processes live records first, then deleted ones. */
interface WalkProgress {
  mark: number;
  life: "live" | "deleted" | "done";
  /** The id of the last record checked; empty at the beginning. */
  after: string;
  failed: number;
  job?: number;
}

const progressKey = ({ name }: WalkJob, kind: string): Key => ({ pk: tenantKey(useTenant(), "WALK", name), sk: kind });

/** Returns whether the tenant is complete. */
async function walkTenant(walk: Walk): Promise<boolean> {
  const { job, options, result } = walk;
  const storedItems = options.isDryRun ? [] : await readItems(job.kinds.map(({ name }) => progressKey(job, name)));
  for (const [index, collection] of job.kinds.entries()) {
    let progress = resumeProgress(walk, job.targetVersion(collection), storedItems[index]);
    while (progress.life !== "done") {
      if (walk.remaining <= 0) return false;
      const { next, batch } = await walkBatch(walk, collection, progress);
      const isEmpty = batch.walked === 0;
      // An empty partition saves no progress, so it must not use up the last batch of a call.
      if (!isEmpty) walk.remaining--;
      const steps = isEmpty ? [] : (options.monitor?.buildSteps(batch) ?? []);
      // An empty partition is read again after a kill; the progress of the kind is written at its end.
      if (!options.isDryRun && (!isEmpty || next.life === "done"))
        await saveProgress(progressKey(job, collection.name), next, steps);
      progress = next;
      if (options.monitor && !(await options.monitor.mayContinue(batch))) return false;
    }
    result.failures[collection.name] = (result.failures[collection.name] ?? 0) + progress.failed;
  }
  return true;
}

async function saveProgress(key: Key, progress: WalkProgress, steps: readonly WriteStep[]): Promise<void> {
  const tx = transaction().put({ ...key, ...progress });
  for (const step of steps) tx.addStep(step);
  await tx.commit(undefined);
}

function resumeProgress(
  { job: { isRepeatable = false }, options }: Walk,
  mark: number,
  storedItem: Item | undefined,
): WalkProgress {
  const progress = storedItem as WalkProgress | undefined;
  const isSameJob = options.job === undefined ? (options.resume ?? false) : progress?.job === options.job;
  const isOver = progress?.life === "done" && !isSameJob && (isRepeatable || progress.failed > 0);
  const goesOn = progress?.mark === mark && !isOver;
  if (goesOn) return progress;
  return { mark, life: "live", after: "", failed: 0, ...(options.job === undefined ? {} : { job: options.job }) };
}

async function walkBatch(
  { job, options, result }: Walk,
  collection: Collection<BaseRecord>,
  progress: WalkProgress,
): Promise<{ next: WalkProgress; batch: WalkBatch }> {
  const ids = await listIds(collection, progress);
  const tenant = useTenant();
  const items = await readItems(
    ids.map((id) => recordKey(tenant, id)),
    job.attribute === undefined ? {} : { only: job.attribute },
  );
  let failed = 0;
  const rewrittenBefore = result.rewritten;
  const rewrite = (id: string): Promise<boolean> | true => options.isDryRun || rewriteRecord(job, collection, id);
  const rewriteIfDue = async (id: string, item: Item | undefined): Promise<void> => {
    try {
      if (item && (await job.isDue(collection, item)) && (await rewrite(id))) result.rewritten++;
    } catch (error) {
      failed++;
      result.failed.push({ tenant, id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  for (let start = 0; start < ids.length; start += 10) {
    await Promise.all(ids.slice(start, start + 10).map((id, behind) => rewriteIfDue(id, items[start + behind])));
  }
  result.walked += ids.length;
  const after = ids.at(-1) ?? "";
  const place = { walk: job.name, tenant, kind: collection.name, after };
  const batch = { ...place, walked: ids.length, rewritten: result.rewritten - rewrittenBefore, failed };
  const next = { ...progress, after, failed: progress.failed + failed };
  if (ids.length === dynamodbLimits.batchGet) return { next, batch };
  return { next: { ...next, after: "", life: progress.life === "live" ? "deleted" : "done" }, batch };
}

async function listIds(collection: Collection<BaseRecord>, { life, after }: WalkProgress): Promise<string[]> {
  // Only the kind `tenant` has no index of all its records.
  if (!collection.definition.indexes.by_time) return life === "live" && collection.name === "tenant" ? [useTenant()] : [];
  const partition = [{ index: "by_time" as const, facets: { life } }];
  return listKeysAfter(collection, partition, { order: "asc", after: after || undefined, limit: dynamodbLimits.batchGet });
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
