import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { FlowStep } from "../../kernel/domain.ts";
import { Flow } from "../../lib/state-machine/flow.ts";
import { Records } from "../../storage/write/records.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { escalationTargets } from "./approver.rules.ts";
import type { Subject } from "./approver.ts";
import { Handover } from "./handover.ts";
import { GRACE_SECONDS } from "./request.ts";
import { expireApproval, Round } from "./round.ts";

/**
 * What the machine does (approval.asl.ts). Records decide and the machine follows: a step that is called again finds what the first has
 * written, and whatever comes after a decision finds that.
 */

const StepInput = z.object({ approval_id: z.string() });

const buildChangeStep =
  (change: (approval: ApprovalRecord) => ApprovalRecord | Promise<ApprovalRecord>): FlowStep =>
  async (input) => {
    const { approval_id } = StepInput.parse(input);
    const { status } = await Records.change(Approvals, approval_id, async (current) =>
      current.status === "pending" ? change(current) : current,
    );
    return { status };
  };

/** Keeps the token, and asks whose turn it is; what is decided by now, or is not asked for any more, answers itself. */
export const ask: FlowStep = async (input, { token = null }) => {
  const { approval_id } = StepInput.parse(input);
  const written = await Records.change(Approvals, approval_id, async (current) => {
    if (current.status !== "pending") return current;
    const subject = await Round.loadSubject(current);
    if (!subject) return Round.endApproval({ ...current, token }, "cancelled");
    const begun = current.asked_at === null ? await activateApproval(current, subject) : current;
    return { ...begun, token, attention_at: begun.due_at && Clock.addSeconds(GRACE_SECONDS, Date.parse(begun.due_at)) };
  });
  // Unlike that of who decides, this answer has nobody else who gives it: the machine asks again where it gets lost.
  if (written.status !== "pending" && token !== null) await Flow.succeed(token, { status: written.status });
  return { status: written.status };
};

/** The turn of one who waited for others: the time is theirs from now on, and somebody else is asked where they are not there. */
async function activateApproval(approval: ApprovalRecord, subject: Subject): Promise<ApprovalRecord> {
  const { approver_id } = approval;
  const due_at = Clock.addSeconds(approval.patience.expire_after_hours * 3600);
  return Handover.ensureAvailable({ ...approval, asked_id: approver_id, asked_at: Clock.now(), due_at }, subject);
}

/** Whoever can still decide; else somebody else is asked, who needs no reminder yet. */
export const remind = buildChangeStep(async (approval) => {
  const present = await Handover.ensureAvailable(approval, await Round.loadSubject(approval));
  return present.approver_id === approval.approver_id ? { ...present, reminded_at: Clock.now() } : present;
});

/** Somebody above is asked instead; where there is nobody, who is asked is reminded. */
export const escalate = buildChangeStep(async (approval) => {
  if (approval.escalated_at !== null) return approval;
  const subject = await Round.loadSubject(approval);
  const next = subject && (await Handover.reassignToRole(approval, subject, escalationTargets[approval.role], "ESCALATED"));
  const at = Clock.now();
  return next ? { ...next, escalated_at: at } : { ...approval, reminded_at: at };
});

/** Nobody has answered in time. */
export const expire = buildChangeStep(expireApproval);

const RoundInput = z.object({ approvals: z.array(z.string()).min(1) });

/** What has been decided is what becomes of the subject; a round without a decision has gone wrong. */
export const conclude: FlowStep = async (input) => {
  const { approvals } = RoundInput.parse(input);
  const one = await Records.load(Approvals, approvals[0] as string);
  if (one && !(await Round.conclude(one))) throw new Error(`Nothing is decided of ${one.subject_id}, round ${one.round}`);
  return null;
};
