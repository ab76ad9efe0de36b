import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { FlowStep } from "../../kernel/domain.ts";
import { isMissingRecord } from "../../kernel/error.ts";
import { Flow } from "../../lib/state-machine/flow.ts";
import { Records } from "../../storage/write/records.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { escalationTargets } from "./approver.rules.ts";
import type { Subject } from "./approver.ts";
import { Handover } from "./handover.ts";
import { GRACE_SECONDS } from "./request.ts";
import { expireApproval, Round } from "./round.ts";

/**
 * Steps of the state machine (approval.asl.ts). The records decide and the flow follows: a repeated or late step finds the decision in the record and
 * does nothing.
 */

const StepInput = z.object({ approval_id: z.string() });

type ApprovalEdit = (approval: ApprovalRecord) => ApprovalRecord | Promise<ApprovalRecord>;

/** Changes an approval while it is pending, and returns its status. An approval that is gone needs no answer any more. */
async function changePending(approvalId: string, edit: ApprovalEdit): Promise<ApprovalRecord["status"]> {
  try {
    const written = await Records.change(Approvals, approvalId, async (current) =>
      current.status === "pending" ? edit(current) : current,
    );
    return written.status;
  } catch (error) {
    if (!isMissingRecord(error, approvalId)) throw error;
    return "cancelled";
  }
}

const buildChangeStep =
  (edit: ApprovalEdit): FlowStep =>
  async (input) => ({ status: await changePending(StepInput.parse(input).approval_id, edit) });

/**
 * Stores the task token and asks the approver. If the approval is decided already, or its subject no longer waits, the step answers the task itself.
 */
export const ask: FlowStep = async (input, { token = null }) => {
  const { approval_id } = StepInput.parse(input);
  const status = await changePending(approval_id, async (current) => {
    const subject = await Round.loadSubject(current);
    if (!subject) return Round.endApproval({ ...current, token }, "cancelled");
    const activeApproval = current.asked_at === null ? await activateApproval(current, subject) : current;
    return {
      ...activeApproval,
      token,
      attention_at: activeApproval.due_at && Clock.addSeconds(GRACE_SECONDS, Date.parse(activeApproval.due_at)),
    };
  });
  // Unlike in `Approval.decide`, an error must be thrown here: the state machine then retries the step.
  if (status !== "pending" && token !== null) await Flow.succeed(token, { status });
  return { status };
};

/** Asks the next approver of a sequence. The deadline counts from now. If the approver is unavailable, the approval moves to the next candidate. */
async function activateApproval(approval: ApprovalRecord, subject: Subject): Promise<ApprovalRecord> {
  const { approver_id } = approval;
  const due_at = Clock.addSeconds(approval.patience.expire_after_hours * 3600);
  return Handover.ensureAvailable({ ...approval, asked_id: approver_id, asked_at: Clock.now(), due_at }, subject);
}

/** Reminds the approver. An unavailable approver is replaced instead, and the new one needs no reminder yet. */
export const remind = buildChangeStep(async (approval) => {
  const present = await Handover.ensureAvailable(approval, await Round.loadSubject(approval));
  return present.approver_id === approval.approver_id ? { ...present, reminded_at: Clock.now() } : present;
});

/** Asks a candidate of the higher role instead. If there is none, the approver is reminded again. */
export const escalate = buildChangeStep(async (approval) => {
  if (approval.escalated_at !== null) return approval;
  const subject = await Round.loadSubject(approval);
  const next = subject && (await Handover.reassignToRole(approval, subject, escalationTargets[approval.role], "ESCALATED"));
  const time = Clock.now();
  return next ? { ...next, escalated_at: time } : { ...approval, reminded_at: time };
});

/** Ends an approval that was not answered in time. */
export const expire = buildChangeStep(expireApproval);

const RoundInput = z.object({ approvals: z.array(z.string()).min(1) });

/** Applies the outcome of the round to the subject. Throws if the round is neither decided nor cancelled; the state machine then retries the step. */
export const conclude: FlowStep = async (input) => {
  const { approvals } = RoundInput.parse(input);
  const approval = await Records.load(Approvals, approvals[0] as string, { live: true });
  if (approval && !(await Round.conclude(approval)))
    throw new Error(`No outcome yet for ${approval.subject_id}, round ${approval.round}`);
  return null;
};
