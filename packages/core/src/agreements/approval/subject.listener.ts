import type { DomainEvent } from "../../kernel/ports.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { Handover } from "./handover.ts";
import { Round } from "./round.ts";

/** Only the newest approvals of a subject are checked. Older ones belong to earlier rounds and are not pending. */
const MAX_APPROVALS = 50;

/**
 * Listener for changes of a subject; the domain of the subject subscribes it. Cancels a pending approval if the subject no longer waits for it, and
 * replaces an approver who has become the owner. Repeated and late calls are safe: decided approvals stay, and a later round is not touched.
 */
export async function onSubjectChanged({ record_id }: DomainEvent): Promise<void> {
  const among = { index: "by_related" as const, facets: { subject_id: record_id } };
  let count = 0;
  for await (const row of queryPartitions(Approvals, [among], { order: "desc", after: undefined, chunk: MAX_APPROVALS })) {
    const approval = Approvals.fromRow(row);
    if (approval.status === "pending") await recheckApproval(approval);
    if (++count >= MAX_APPROVALS) return;
  }
}

async function recheckApproval({ id, subject_id, subject_type, round }: ApprovalRecord): Promise<void> {
  const isAsked = await Round.loadSubject({ subject_id, subject_type, round });
  await (isAsked ? Handover.recheckApprover(id) : Round.cancel(id));
}
