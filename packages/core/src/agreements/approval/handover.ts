import { isId } from "../../kernel/id.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { Availability } from "../../platform/user/availability.ts";
import { USER } from "../../platform/user/user.domain.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type ApprovalRecord, Approvals, type handoverReasons } from "./approval.entity.ts";
import { type ApproverKind, escalationTargets } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Round } from "./round.ts";

/** What is pending moves to the next one where who is asked is suspended, deleted or away; what was approved stays. */

type HandoverReason = (typeof handoverReasons)[number];

/** An approval as somebody else is asked. */
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

/** As the next one is asked who can stand for the role; undefined where there is nobody. */
export async function reassignToRole(
  approval: ApprovalRecord,
  subject: Subject,
  role: ApproverKind,
  because: HandoverReason,
): Promise<ApprovalRecord | undefined> {
  const found = await Approver.find(role, subject, await listExcluded(approval));
  return found && reassign(approval, found, because);
}

/** As `to`, of the role that is asked by now: once it was escalated, that above. */
export const reassignToNext = (
  approval: ApprovalRecord,
  subject: Subject,
  because: HandoverReason,
): Promise<ApprovalRecord | undefined> =>
  reassignToRole(approval, subject, approval.escalated_at === null ? approval.role : escalationTargets[approval.role], because);

/** Who may not be asked: who may not approve at all, was asked before, or is asked beside. */
export async function listExcluded(approval: ApprovalRecord): Promise<string[]> {
  const others = await Round.loadAll(approval);
  return [...approval.never, ...approval.tried, approval.approver_id, ...others.map(({ approver_id }) => approver_id)];
}

/** An approval of what waits with somebody who is there: the same one, else the next; with nobody else it waits for them. */
export async function ensureAvailable(approval: ApprovalRecord, subject: Subject | undefined): Promise<ApprovalRecord> {
  const { because, away_from } = await Approver.checkPresence(approval.approver_id);
  const own = subject && (because ?? (await findDisqualification(approval, subject)));
  return (own && (await reassignToNext(approval, subject, own))) || { ...approval, away_from };
}

/** Nobody approves what is theirs, or what they do not see: it may have been given to somebody else since. */
async function findDisqualification(
  { approver_id }: ApprovalRecord,
  { collection, record }: Subject,
): Promise<"OWNER" | "UNSEEN" | null> {
  if (collection.ownerId(record) === approver_id) return "OWNER";
  return (await isVisibleTo(approver_id, collection, record)) ? null : "UNSEEN";
}

/** Looks whether who is asked is there. */
export const recheckApprover = (id: string): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Approvals, id, async (current) =>
      current.status === "pending" ? ensureAvailable(current, await Round.loadSubject(current)) : current,
    ),
  );

/** So much that waits for a user is looked at; what is beyond goes to somebody above when its time comes. */
const MAX_PENDING = 1000;

/** At what changes of a user or of when they are there, and when an absence begins. */
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
