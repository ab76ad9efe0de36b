import { type BulkChangeRecord, BulkChanges, ended, isOpen } from "../../bulk-change/bulk-change.ts";
import { beginning, countsOf, Ledger, type Progress } from "../../bulk-change/ledger.ts";
import { Clock } from "../../kernel/clock.ts";
import type { Context } from "../../kernel/context.ts";
import { acting } from "../../sign-in/acting.ts";
import { keepPace } from "../../storage/jobs/pace.ts";
import { worker } from "../../storage/jobs/worker.ts";
import { Fenced, Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { planOf } from "./bulk-plan.ts";
import { changeableNamed, requireRight } from "./changeable.ts";
import { gathering } from "./gather.ts";
import { part, TRIED } from "./part.ts";
import type { Work } from "./row.ts";
import type { Undone } from "./take-back.ts";

/** The worker of bulk changes: a turn finds what is meant, or does parts of it, as who asked for it. */
const changer = worker<BulkChangeRecord, Progress>({
  name: "bulk-change",
  collection: BulkChanges,
  isOpen,
  longest: 5000,
  acting: actingFor,
  work,
  failed: async (record, { message }) => {
    await changer.change(record.id, () => ({ status: "failed", error: message, ...ended() }));
  },
});
export const { run, lookAfter, onContinueRequested } = changer;

type Lease = JobLease<Progress> & { state: Progress };

/** As they are now: their roles, and what they may see. Why they asked stands in the audit trail of each record. */
async function actingFor({ id, owner_id, reason }: BulkChangeRecord): Promise<Context | undefined> {
  const context = await acting(owner_id, { request: id });
  return context && { ...context, request: { ...context.request, ...(reason === null ? {} : { reason }) } };
}

async function work(asked: BulkChangeRecord, from: JobLease<Progress>, until: number): Promise<void> {
  const changeable = await changeableNamed(asked.kind);
  const undone = await undoneBy(asked);
  requireRight(changeable, undone?.original.action ?? asked.action);
  const record = await opened(asked, from);
  const isTime = (): boolean => performance.now() < until;
  let lease: Lease = { ...from, state: from.state ?? beginning };
  if (!lease.state.gathered) {
    const gathered = await gathering(record, changeable);
    do {
      lease = await gathered(lease);
      if (!isTime()) return changer.resumeLater(record.id);
    } while (!lease.state.gathered && (await isGoingOn(record)));
  }
  const each: Work = { record, changeable, ...(await planOf(record.id)), lease };
  while (isMore(record, lease.state)) {
    await keepPace(isTime);
    if (!isTime()) return changer.resumeLater(record.id);
    lease = await part(each, undone, lease);
  }
  await changer.change(record.id, () => ({ status: "completed", ...countsOf(lease.state), ...ended() }));
}

/** Of a dry run the first rows are tried. */
const isMore = ({ dry_run }: BulkChangeRecord, { part: next, parts, counts }: Progress): boolean =>
  next <= parts && !(dry_run && counts.done + counts.failed + counts.skipped >= TRIED);

const isGoingOn = async ({ id }: BulkChangeRecord): Promise<boolean> => {
  const now = await Records.load(BulkChanges, id);
  if (!now || !isOpen(now)) throw new Fenced("It has ended meanwhile");
  return true;
};

/** The gates are this worker's from now on, unless it was cancelled meanwhile. */
const opened = (asked: BulkChangeRecord, lease: JobLease<Progress>): Promise<BulkChangeRecord> =>
  retryOnConflict(async () => {
    await changer.change(asked.id, ({ status, started_at }) => ({
      status: status === "queued" ? "running" : status,
      started_at: started_at ?? Clock.now(),
    }));
    const record = await Records.load(BulkChanges, asked.id);
    if (!record || !isOpen(record)) throw new Fenced("It has ended meanwhile");
    const tx = transaction().unchanged(record).step(Job.fence(record.id, lease));
    for (const step of Ledger.gatesSteps(record.id, lease.worker)) tx.step(step);
    return tx.commit(record);
  });

/** What an undo takes back. */
async function undoneBy({ undoes_id }: BulkChangeRecord): Promise<Undone | undefined> {
  const original = undoes_id === null ? undefined : await Records.load(BulkChanges, undoes_id);
  return original && { original, plan: (await planOf(original.id)).plan };
}
