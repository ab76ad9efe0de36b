import { Clock } from "../../kernel/clock.ts";
import type { Context } from "../../kernel/context.ts";
import { waitForStream } from "../../storage/scheduler/backpressure.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { Job, type JobLease, LeaseLost } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { buildActorContext } from "../sign-in/actor-context.ts";
import { type BulkChangeRecord, BulkChanges, buildEndFields, isOpen } from "./bulk-change.ts";
import { loadChangeable, requireRight } from "./changeable.ts";
import { DRY_RUN_ROWS, runPart } from "./part.ts";
import { openPlan } from "./plan.ts";
import type { Work } from "./row.ts";
import { initialProgress, type Progress, RowLog, toCounts } from "./row-log.ts";
import { createGatherer } from "./selection.ts";
import type { UndoTarget } from "./undo.ts";

/** The worker of bulk changes. A slice selects records, or changes parts of them, in the name of the user who started it. */
const changer = createWorker<BulkChangeRecord, Progress>({
  name: "bulk-change",
  collection: BulkChanges,
  isOpen,
  sliceMs: 5000,
  contextFor: buildContext,
  work,
  onFailed: async (record, { message }) => {
    await changer.change(record.id, () => ({ status: "failed", error: message, ...buildEndFields() }));
  },
});
export const { run, scheduleRecovery, onContinueRequested } = changer;

type Lease = JobLease<Progress> & { state: Progress };

/**
 * Builds the context of the user who started the bulk change, with their current roles and visibility. The reason that they gave goes to the audit
 * trail of each record.
 */
async function buildContext({ id, owner_id, reason }: BulkChangeRecord): Promise<Context | undefined> {
  const context = await buildActorContext(owner_id, { authority: "bulk_change", request: id });
  return context && { ...context, request: { ...context.request, ...(reason === null ? {} : { reason }) } };
}

async function work(bulkChange: BulkChangeRecord, from: JobLease<Progress>, until: number): Promise<void> {
  const changeable = await loadChangeable(bulkChange.kind);
  const undone = await loadUndoTarget(bulkChange);
  requireRight(changeable, undone?.original.action ?? bulkChange.action);
  const record = await acquireFences(bulkChange, from);
  const isTime = (): boolean => performance.now() < until;
  let lease: Lease = { ...from, state: from.state ?? initialProgress };
  if (!lease.state.gathered) {
    const gather = await createGatherer(record, changeable);
    do {
      lease = await gather(lease);
      if (!isTime()) return changer.requestNextSlice(record.id);
    } while (!lease.state.gathered && (await requireOpen(record)));
  }
  const workContext: Work = { record, changeable, ...(await openPlan(record.id)), lease };
  while (hasMoreParts(record, lease.state)) {
    await waitForStream(isTime);
    if (!isTime()) return changer.requestNextSlice(record.id);
    lease = await runPart(workContext, undone, lease);
  }
  await changer.change(record.id, () => ({ status: "completed", ...toCounts(lease.state), ...buildEndFields() }));
}

/** Whether parts are left. A dry run tries only its first rows. */
const hasMoreParts = ({ dry_run }: BulkChangeRecord, { part, parts, counts }: Progress): boolean =>
  part <= parts && !(dry_run && counts.done + counts.failed + counts.skipped >= DRY_RUN_ROWS);

const requireOpen = async ({ id }: BulkChangeRecord): Promise<boolean> => {
  const now = await Records.load(BulkChanges, id);
  if (!now || !isOpen(now)) throw new LeaseLost("The bulk change has ended meanwhile");
  return true;
};

/** Puts the lane locks in this worker's name, unless the bulk change was cancelled meanwhile. */
const acquireFences = (bulkChange: BulkChangeRecord, lease: JobLease<Progress>): Promise<BulkChangeRecord> =>
  retryOnConflict(async () => {
    await changer.change(bulkChange.id, ({ status, started_at }) => ({
      status: status === "queued" ? "running" : status,
      started_at: started_at ?? Clock.now(),
    }));
    const record = await Records.load(BulkChanges, bulkChange.id);
    if (!record || !isOpen(record)) throw new LeaseLost("The bulk change has ended meanwhile");
    const tx = transaction().requireUnchanged(record).addStep(Job.requireLeaseStep(record.id, lease));
    for (const step of RowLog.buildLockSteps(record.id, lease.worker)) tx.addStep(step);
    return tx.commit(record);
  });

/** Loads the bulk change that an undo takes back. */
async function loadUndoTarget({ undoes_id }: BulkChangeRecord): Promise<UndoTarget | undefined> {
  const original = undoes_id === null ? undefined : await Records.load(BulkChanges, undoes_id);
  return original && { original, plan: (await openPlan(original.id)).plan };
}
