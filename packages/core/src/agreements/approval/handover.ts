import { isId } from "../../kernel/id.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { Availability } from "../../platform/user/availability.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type ApprovalRecord, Approvals, type handoverReasons } from "./approval.entity.ts";
import { type ApproverKind, escalationTargets } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Round } from "./round.ts";

/** Handover: a pending approval moves to the next candidate when its approver is suspended, deleted or absent. Decided approvals stay. */

type HandoverReason = (typeof handoverReasons)[number];

/** Returns the approval with another approver, and adds the former one to `tried`. */
export const reassign = (
  approval: ApprovalRecord,
  { id, away_from }: Approver.Approver,
  because: HandoverReason,
): ApprovalRecord => ({
  ...approval,
  approver_id: id,
  asked_id: approval.asked_at === null ? null : id,
  stands_for_id: approval.approver_id,
  stands_because: because,
  tried: [...new Set([...approval.tried, approval.approver_id])],
  away_from,
});

/** Reassigns to the next candidate for the role. Returns undefined if there is none. */
export async function reassignToRole(
  approval: ApprovalRecord,
  subject: Subject,
  role: ApproverKind,
  because: HandoverReason,
): Promise<ApprovalRecord | undefined> {
  const nextApprover = await Approver.find(role, subject, await listExcluded(approval));
  return nextApprover && reassign(approval, nextApprover, because);
}

/** Returns the role that is asked at present: after an escalation that is the higher role. */
export const findRequestedRole = ({ role, escalated_at }: ApprovalRecord): ApproverKind =>
  escalated_at === null ? role : escalationTargets[role];

/** Like `reassignToRole`, for the role that is asked at present. */
export const reassignToNext = (
  approval: ApprovalRecord,
  subject: Subject,
  because: HandoverReason,
): Promise<ApprovalRecord | undefined> => reassignToRole(approval, subject, findRequestedRole(approval), because);

/** Returns the users who must not be asked: those who may not approve, who were asked before, or who are asked in the same round. */
export async function listExcluded(approval: ApprovalRecord): Promise<string[]> {
  const roundApprovals = await Round.loadAll(approval);
  return [...approval.never, ...approval.tried, approval.approver_id, ...roundApprovals.map(({ approver_id }) => approver_id)];
}

/**
 * Keeps the approval with its approver if that user can decide; otherwise reassigns it to the next candidate. Without another candidate it stays with
 * its approver.
 */
export async function ensureAvailable(approval: ApprovalRecord, subject: Subject | undefined): Promise<ApprovalRecord> {
  const { because, away_from } = await Approver.checkPresence(approval.approver_id);
  const handoverReason = subject && (because ?? (await findDisqualification(approval, subject)));
  return (handoverReason && (await reassignToNext(approval, subject, handoverReason))) || { ...approval, away_from };
}

/**
 * An owner cannot approve their own record, and an approver must see it. Both can change after the request, because the subject may get a new owner.
 */
async function findDisqualification(
  { approver_id }: ApprovalRecord,
  { collection, record }: Subject,
): Promise<"OWNER" | "UNSEEN" | null> {
  if (collection.ownerId(record) === approver_id) return "OWNER";
  return (await isVisibleTo(approver_id, collection, record)) ? null : "UNSEEN";
}

/** Hands a pending approval over if its approver can no longer decide. */
export const recheckApprover = (id: string): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Approvals, id, async (current) =>
      current.status === "pending" ? ensureAvailable(current, await Round.loadSubject(current)) : current,
    ),
  );

/** Upper bound on the pending approvals that are checked for one user. The rest are escalated at their deadline. */
const MAX_PENDING = 1000;

/** Listener for changes of users and absences, and for the start of an absence (`approval.handover_due`). */
export async function onApproverAbsence(event: DomainEvent): Promise<void> {
  if (event.type === "approval.handover_due") return recheckApprover(event.record_id);
  const user = isId(event.record_id, USER) ? event.record_id : await Availability.findUserId(event.record_id);
  if (!user) return;
  const waiting = { index: "by_owner" as const, facets: { asked_id: user, status: "pending" } };
  let count = 0;
  for await (const row of queryPartitions(Approvals, [waiting], { order: "asc", after: undefined, chunk: 100 })) {
    if (++count > MAX_PENDING) return;
    await recheckApprover(Approvals.fromRow(row).id);
  }
}

export * as Handover from "./handover.ts";
