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
 * Reconciliation: each approval is checked at the instant by which its flow should have acted (docs/agreements/approvals.md). The check starts a
 * missing execution, repeats a lost answer, and expires or concludes what a failed execution has left.
 */

/**
 * Listener for `approval.requested` of the first approval of a round. Starting twice has no effect. If an approval is decided before the execution
 * starts, the `ask` step finds the decision.
 */
export async function onRequested({ record_id }: Pick<DomainEvent, "record_id">): Promise<void> {
  const first = await Records.load(Approvals, record_id, { live: true });
  if (first) await Round.start(first);
}

/** Seconds until the next check while the execution has not acted yet. */
const RECHECK_SECONDS = 120;

export const onAttentionDue = createClockListener(async (id, due_at) => {
  const approval = await Clocks.loadDue(Approvals, id, "attention", due_at);
  if (!approval) return;
  const next = await reconcileApproval(approval);
  // If `reconcileApproval` ended the approval, `attention_at` has changed, and this write does nothing.
  await Clocks.runDue(Approvals, id, "attention", due_at, (current) => ({ ...current, attention_at: next }));
});

/** Repairs one approval. Returns when it must be checked again, or null. */
async function reconcileApproval(approval: ApprovalRecord): Promise<string | null> {
  const isPending = approval.status === "pending";
  if (!(await Round.loadSubject(approval))) {
    // The subject was changed, withdrawn or decided.
    await (isPending ? Round.cancel(approval.id) : Round.notifyFlow(approval));
    return null;
  }
  const isRunning = await ensureFlow(approval);
  if (isPending) return approval.token === null && !isOver(approval) ? Clock.addSeconds(RECHECK_SECONDS) : expireIfOver(approval);
  if (!isRunning) await Round.conclude(approval);
  return isRunning && (await Round.isDecided(approval)) ? Clock.addSeconds(RECHECK_SECONDS) : null;
}

/** Starts a missing execution, or sends the decision again to a running one. Returns whether an execution runs now. */
async function ensureFlow(approval: ApprovalRecord): Promise<boolean> {
  const run = await Flow.readHistory(FLOW, toExecutionName(approval));
  if (!run) await Round.start(approval);
  else if (run.status === "RUNNING" && approval.status !== "pending") await Round.notifyFlow(approval);
  return !run || run.status === "RUNNING";
}

/**
 * Whether the approval is past its deadline. A later approver who was never asked (`due_at` null) counts as overdue, because this check runs only
 * after the latest possible deadline.
 */
const isOver = ({ due_at, place }: ApprovalRecord): boolean => (due_at === null ? place > 1 : due_at <= Clock.now());

/** Expires an approval that its execution should have ended, or returns the next check. */
async function expireIfOver(approval: ApprovalRecord): Promise<string | null> {
  if (!isOver(approval)) return approval.due_at && Clock.addSeconds(GRACE_SECONDS, Date.parse(approval.due_at));
  await Round.notifyFlow(await Records.change(Approvals, approval.id, expireApproval));
  return null;
}
