import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import type { Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Approvable } from "../approval/approvable.ts";
import { Approval } from "../approval/approval.ts";
import type { ApprovalNeed } from "./approval-need.rules.ts";
import type { OfferRecord } from "./offer-fields.ts";

/** The approval of quotes and proposals: the submission and the outcome. */

interface Submission<R extends OfferRecord, N extends ApprovalNeed> {
  collection: Collection<R>;
  record: R;
  number: string;
  rule: { kind: string; id: string; number: number };
  need: N;
  /** Users who may not approve, in addition to the owner and the submitting user. */
  excludedIds: readonly string[];
}

/** Returns the fields of a submitted record, and adds the requests for approval to the transaction. Without a need it is APPROVED at once. */
export async function buildSubmission<R extends OfferRecord, N extends ApprovalNeed>(
  tx: Transaction,
  { collection, record, number, rule, need, excludedIds }: Submission<R, N>,
) {
  const { patience, ...needFields } = need;
  const { level, reasons, approvers, side_by_side } = need;
  const round = record.approval_round + 1;
  const approvalRequest = {
    collection,
    record,
    round,
    number,
    name: record.name,
    reasons,
    approvers,
    side_by_side,
    patience,
    excludedIds,
  };
  const now = Clock.now();
  return {
    status: level === null ? ("APPROVED" as const) : ("PENDING_APPROVAL" as const),
    status_changed_at: now,
    approval_round: round,
    approval: {
      ...needFields,
      approvers: [...approvers],
      reasons: [...reasons],
      round,
      rule: { kind: rule.kind, id: rule.id, number: rule.number },
      submitted_by: useActorId(),
      submitted_at: now,
      outcome: level === null ? ("APPROVED" as const) : null,
      decided_at: level === null ? now : null,
      comment: null,
      approvals: level === null ? [] : await Approval.request(tx, { ...approvalRequest, level }),
    },
  };
}

/** Creates the `Approvable` of a kind. After a rejection or an expiry the record is a DRAFT again. `settle` changes further fields. */
export const createApprovable = <R extends OfferRecord>(
  collection: Collection<R>,
  settle: (record: R, isApproved: boolean) => R,
): Approvable => ({
  isWaiting: (subject, round) => isWaiting(subject as R, round),
  async conclude(id, round, outcome, comment, approvals) {
    let isDecided = false;
    await Records.change(collection, id, (current) => {
      isDecided = isWaiting(current, round);
      if (!isDecided || !current.approval) return current;
      const now = Clock.now();
      const isApproved = outcome === "APPROVED";
      return {
        ...settle(current, isApproved),
        status: isApproved ? ("APPROVED" as const) : ("DRAFT" as const),
        status_changed_at: now,
        approval: { ...current.approval, outcome, decided_at: now, comment, approvals: [...approvals] },
      };
    });
    return isDecided;
  },
});

const isWaiting = ({ status, approval_round }: OfferRecord, round: number): boolean =>
  status === "PENDING_APPROVAL" && approval_round === round;
