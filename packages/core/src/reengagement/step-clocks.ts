import { forEach } from "../customer/kept.ts";
import { Clock } from "../kernel/clock.ts";
import { Clocks, onClock, SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { References } from "../storage/write/references.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import { stepDueOf, stepping } from "./standing.ts";
import { beginning, type Walk } from "./step-clocks.rules.ts";

/**
 * Sets the clocks of the members of a batch that begins or goes on: a page at a time in order of ids, in turns; how far it is stands
 * beside the batch, and begins anew when that is activated anew. It goes twice: what an index did not show yet, and a clock
 * that was stopped just as the batch went on, are found the second time.
 */

/** Members of one page. */
const PAGE = 100;
/** Seconds between the two walks. */
const LAGGED = 120;

/** At `reengagement_batch.walk_due`. */
export const onWalk = onClock(async (id, due_at) => {
  const batch = await Clocks.standing(Batches, id, "walk", due_at);
  if (!batch) return;
  const walk_at = batch.status === "ACTIVE" ? await walked(batch) : null;
  await Clocks.attend(Batches, id, "walk", due_at, (current) => ({ ...current, walk_at }));
});

/** A turn of a walk; when the next is due, or null at the end of the second. */
async function walked(batch: BatchRecord): Promise<string | null> {
  const until = Clock.machine() + SECONDS_PER_TURN * 1000;
  let lease = await Job.claim<Walk>(batch.id);
  do {
    const { after, isSecond } = lease.state ?? beginning;
    const ids = await keysBehind(Members, partitionsOf(batch.id), { order: "asc", after: after ?? undefined, most: PAGE });
    const there = await Records.loadMany(Members, ids, { live: true });
    const wrong = there.flatMap((member) => (member && !isRight(member, batch, isSecond) ? [member.id] : []));
    await forEach(new Set(wrong), (member) => setAnew(member, isSecond));
    const isLast = ids.length < PAGE;
    lease = await Job.advance(
      batch.id,
      lease,
      isLast ? { after: null, isSecond: true } : { after: ids.at(-1) ?? null, isSecond },
    );
    if (isLast) return isSecond ? null : Clock.after(LAGGED);
  } while (Clock.machine() < until);
  return Clock.now();
}

const partitionsOf = (batch: string) => References.partitionsBy(Members as never, "batch_id", [batch]);

/** Whether a clock needs not be set: what waits for something else is looked at as the batch goes on, and not once more behind that. */
function isRight(member: MemberRecord, batch: BatchRecord, isSecond: boolean): boolean {
  const { step_due_at: has, step_waits } = member;
  if (step_waits !== null) return isSecond;
  const due = stepDueOf(member, batch);
  return has === due || (has !== null && due !== null && has <= Clock.now() && due <= Clock.now());
}

/** The clock of a member as its batch says now: set where that goes on, and the same where it was right. */
const setAnew = (id: string, isSecond: boolean): Promise<void> =>
  retryOnConflict(async () => {
    const member = await Records.load(Members, id, { live: true });
    const batch = member && (await Records.load(Batches, member.batch_id, { live: true }));
    if (!member || !batch || isRight(member, batch, isSecond)) return;
    const next = stepping({ ...member, step_due_at: stepDueOf(member, batch), step_waits: null });
    await transaction().replace(Members, member, Records.nextVersion(member, next)).commit(undefined);
  });
