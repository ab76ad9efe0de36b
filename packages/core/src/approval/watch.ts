import { Flow } from "../flow/flow.ts";
import { Clock } from "../kernel/clock.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { Records } from "../storage/write/records.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { executionOf, FLOW } from "./flow-name.ts";
import { LATE } from "./request.ts";
import { expired, Round } from "./round.ts";

/**
 * Reconciliation: each approval is looked after when its machine should have done something by then (docs/approvals.md). What was decided and not
 * heard is told again, what was never started is started, and what a machine has left undone is done without it.
 */

/** At `approval.requested`, of the first of a round; twice is as once. What is decided by then the machine finds when it asks. */
export async function onRequested({ record_id }: Pick<DomainEvent, "record_id">): Promise<void> {
  const first = await Records.load(Approvals, record_id, { live: true });
  if (first) await Round.start(first);
}

/** Seconds until it is looked again whether a machine has come to it. */
const AGAIN = 120;

export const onAttention = onClock(async (id, due_at) => {
  const approval = await Clocks.standing(Approvals, id, "attention", due_at);
  if (!approval) return;
  const next = await lookAfter(approval);
  // What has ended by this has another instant by now.
  await Clocks.attend(Approvals, id, "attention", due_at, (current) => ({ ...current, attention_at: next }));
});

/** Does what is left to do; when it is to be looked after again. */
async function lookAfter(approval: ApprovalRecord): Promise<string | null> {
  const isPending = approval.status === "pending";
  if (!(await Round.subjectOf(approval))) {
    // It was changed, taken back or decided.
    await (isPending ? Round.cancel(approval.id) : Round.tell(approval));
    return null;
  }
  const isRunning = await brought(approval);
  if (isPending) return approval.token === null && !isOver(approval) ? Clock.after(AGAIN) : untilOver(approval);
  if (!isRunning) await Round.conclude(approval);
  return isRunning && (await Round.isDecided(approval)) ? Clock.after(AGAIN) : null;
}

/** Starts an execution that there is not, and tells one that runs what was decided; whether it goes on. */
async function brought(approval: ApprovalRecord): Promise<boolean> {
  const run = await Flow.history(FLOW, executionOf(approval));
  if (!run) await Round.start(approval);
  else if (run.status === "RUNNING" && approval.status !== "pending") await Round.tell(approval);
  return !run || run.status === "RUNNING";
}

/** One that was never asked is looked after when it would have ended at the latest. */
const isOver = ({ due_at, place }: ApprovalRecord): boolean => (due_at === null ? place > 1 : due_at <= Clock.now());

/** What its machine should have ended long ago ends here. */
async function untilOver(approval: ApprovalRecord): Promise<string | null> {
  if (!isOver(approval)) return approval.due_at && Clock.after(LATE, Date.parse(approval.due_at));
  await Round.tell(await Records.change(Approvals, approval.id, expired));
  return null;
}
