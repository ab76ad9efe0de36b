import type { DomainEvent } from "../../kernel/ports.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { Handover } from "./handover.ts";
import { Round } from "./round.ts";

/** So many of a subject are looked at, the newest: what was submitted more often than that has no older ones pending. */
const MAX_APPROVALS = 50;

/**
 * For the domain of a subject, at the events of its changes: what it does not wait for any more is taken back, and who owns it now is asked no
 * more. Twice and late too: what is decided stays so, and a later round is left alone.
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
