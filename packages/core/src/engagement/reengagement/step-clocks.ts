import { runForEach } from "../../accounts/customer/denormalized.ts";
import { Clock } from "../../kernel/clock.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { computeStepDue, withStepFields } from "./contact-ledger.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import { initialCheckpoint, type WalkCheckpoint } from "./step-clocks.rules.ts";

/**
 * Sets the step clocks of all members when a batch becomes active. The walk goes page by page in id order, in slices. Its checkpoint is a separate
 * item, which each activation resets. The walk runs twice: the second pass finds members that the index did not show yet, and clocks that were
 * stopped at the moment of activation.
 */

/** Number of members in a page. */
const PAGE_SIZE = 100;
/** Delay between the two passes, in seconds. */
const SECOND_WALK_SECONDS = 120;

/** Handles `reengagement_batch.walk_due`. */
export const onWalkDue = createClockListener(async (id, due_at) => {
  const batch = await Clocks.loadDue(Batches, id, "walk", due_at);
  if (!batch) return;
  const walk_at = batch.status === "ACTIVE" ? await walkSlice(batch) : null;
  await Clocks.runDue(Batches, id, "walk", due_at, (current) => ({ ...current, walk_at }));
});

/** Runs a slice of the walk. Returns when the next slice is due, or null after the second pass. */
async function walkSlice(batch: BatchRecord): Promise<string | null> {
  const until = Clock.machineTime() + SLICE_SECONDS * 1000;
  let lease = await Job.claim<WalkCheckpoint>(batch.id);
  do {
    const { after, isSecond } = lease.state ?? initialCheckpoint;
    const ids = await listKeysAfter(Members, memberPartitions(batch.id), {
      order: "asc",
      after: after ?? undefined,
      most: PAGE_SIZE,
    });
    const members = await Records.loadMany(Members, ids, { live: true });
    const staleIds = members.flatMap((member) => (member && !isClockCurrent(member, batch, isSecond) ? [member.id] : []));
    await runForEach(new Set(staleIds), (member) => resetClock(member, isSecond));
    const isLast = ids.length < PAGE_SIZE;
    lease = await Job.saveProgress(
      batch.id,
      lease,
      isLast ? { after: null, isSecond: true } : { after: ids.at(-1) ?? null, isSecond },
    );
    if (isLast) return isSecond ? null : Clock.addSeconds(SECOND_WALK_SECONDS);
  } while (Clock.machineTime() < until);
  return Clock.now();
}

const memberPartitions = (batch: string) => References.fieldPartitions(Members as never, "batch_id", [batch]);

/**
 * Returns whether a member's clock is right. The first pass resets the clock of every waiting step, so that it is checked at once; the second
 * leaves it.
 */
function isClockCurrent(member: MemberRecord, batch: BatchRecord, isSecond: boolean): boolean {
  const { step_due_at: storedDue, step_waits } = member;
  if (step_waits !== null) return isSecond;
  const due = computeStepDue(member, batch);
  return storedDue === due || (storedDue !== null && due !== null && storedDue <= Clock.now() && due <= Clock.now());
}

/** Sets a member's clock according to the current batch. A clock that is right stays. */
const resetClock = (id: string, isSecond: boolean): Promise<void> =>
  retryOnConflict(async () => {
    const member = await Records.load(Members, id, { live: true });
    const batch = member && (await Records.load(Batches, member.batch_id, { live: true }));
    if (!member || !batch || isClockCurrent(member, batch, isSecond)) return;
    const next = withStepFields({ ...member, step_due_at: computeStepDue(member, batch), step_waits: null });
    await transaction().replace(Members, member, Records.nextVersion(member, next)).commit(undefined);
  });
