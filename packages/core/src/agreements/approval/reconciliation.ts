import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Flow } from "../../lib/state-machine/flow.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { FLOW, toExecutionName } from "./flow-name.ts";
import { GRACE_SECONDS } from "./request.ts";
import { expireApproval, Round } from "./round.ts";

/**
 * Reconciliation: each approval is looked after when its machine should have done something by then (docs/agreements/approvals.md). What was decided and not
 * heard is told again, what was never started is started, and what a machine has left undone is done without it.
 */

/** At `approval.requested`, of the first of a round; twice is as once. What is decided by then the machine finds when it asks. */
export async function onRequested({ record_id }: Pick<DomainEvent, "record_id">): Promise<void> {
  const first = await Records.load(Approvals, record_id, { live: true });
  if (first) await Round.start(first);
}

/** Seconds until it is looked again whether a machine has come to it. */
const RECHECK_SECONDS = 120;

export const onAttentionDue = createClockListener(async (id, due_at) => {
  const approval = await Clocks.loadDue(Approvals, id, "attention", due_at);
  if (!approval) return;
  const next = await reconcileApproval(approval);
  // What has ended by this has another instant by now.
  await Clocks.runDue(Approvals, id, "attention", due_at, (current) => ({ ...current, attention_at: next }));
});

/** Does what is left to do; when it is to be looked after again. */
async function reconcileApproval(approval: ApprovalRecord): Promise<string | null> {
  const isPending = approval.status === "pending";
  if (!(await Round.loadSubject(approval))) {
    // It was changed, taken back or decided.
    await (isPending ? Round.cancel(approval.id) : Round.notifyFlow(approval));
    return null;
  }
  const isRunning = await ensureFlow(approval);
  if (isPending) return approval.token === null && !isOver(approval) ? Clock.addSeconds(RECHECK_SECONDS) : expireIfOver(approval);
  if (!isRunning) await Round.conclude(approval);
  return isRunning && (await Round.isDecided(approval)) ? Clock.addSeconds(RECHECK_SECONDS) : null;
}

/** Starts an execution that there is not, and tells one that runs what was decided; whether it goes on. */
async function ensureFlow(approval: ApprovalRecord): Promise<boolean> {
  const run = await Flow.readHistory(FLOW, toExecutionName(approval));
  if (!run) await Round.start(approval);
  else if (run.status === "RUNNING" && approval.status !== "pending") await Round.notifyFlow(approval);
  return !run || run.status === "RUNNING";
}

/** One that was never asked is looked after when it would have ended at the latest. */
const isOver = ({ due_at, place }: ApprovalRecord): boolean => (due_at === null ? place > 1 : due_at <= Clock.now());

/** What its machine should have ended long ago ends here. */
async function expireIfOver(approval: ApprovalRecord): Promise<string | null> {
  if (!isOver(approval)) return approval.due_at && Clock.addSeconds(GRACE_SECONDS, Date.parse(approval.due_at));
  await Round.notifyFlow(await Records.change(Approvals, approval.id, expireApproval));
  return null;
}
