import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Approvable, Outcome } from "./approvable.ts";
import type { ApprovalNeed } from "./approval-need.rules.ts";
import type { DecisionFigures } from "./decision-figures.ts";
import { request } from "./request.ts";

/**
 * The submission of records whose rule has one list of levels, and its outcome: quotes, proposals and bulk sends
 * (docs/agreements/approvals.md).
 */

interface Submission<R extends BaseRecord, N extends ApprovalNeed> {
  collection: Collection<R>;
  record: R;
  /** Number and name for notifications; a record without a number passes its name twice. */
  number: string;
  name: string;
  rule: { kind: string; id: string; number: number };
  need: N;
  /** Users who may not approve, in addition to the owner and the submitting user. */
  excludedIds: readonly string[];
  figures?: DecisionFigures | undefined;
}

/**
 * Returns the round and the summary of a submission, and adds the requests for approval to the transaction. Without a need the outcome is APPROVED at
 * once. Throws RULE_VIOLATION if no user can approve.
 */
export async function requestSubmission<R extends BaseRecord & { approval_round: number }, N extends ApprovalNeed>(
  tx: Transaction,
  { rule, need, ...submission }: Submission<R, N>,
) {
  const { patience, ...needFields } = need;
  const { level, reasons, conditions, approvers, side_by_side } = need;
  const round = submission.record.approval_round + 1;
  const now = Clock.now();
  return {
    approval_round: round,
    approval: {
      ...needFields,
      approvers: [...approvers],
      reasons: [...reasons],
      conditions: [...conditions],
      round,
      rule: { kind: rule.kind, id: rule.id, number: rule.number },
      submitted_by: useActorId(),
      submitted_at: now,
      outcome: level === null ? ("APPROVED" as const) : null,
      decided_at: level === null ? now : null,
      comment: null,
      approvals:
        level === null
          ? []
          : await request(tx, { ...submission, round, level, reasons, conditions, approvers, side_by_side, patience }),
    },
  };
}

/** Creates the `Approvable` of a kind. `conclude` returns the record after the outcome; the summary in `approval` follows. */
export const createApprovable = <R extends BaseRecord & { approval: object | null; approval_round: number }>(
  collection: Collection<R>,
  isAwaitingApproval: (record: R) => boolean,
  conclude: (record: R, outcome: Outcome, comment: string | null) => R,
): Approvable => {
  const isWaiting = (record: R, round: number): boolean => isAwaitingApproval(record) && record.approval_round === round;
  return {
    isWaiting: (subject, round) => isWaiting(subject as R, round),
    async conclude(id, round, outcome, comment, approvals) {
      let isDecided = false;
      await Records.change(collection, id, (current) => {
        isDecided = isWaiting(current, round);
        if (!isDecided || !current.approval) return current;
        const summary = { ...current.approval, outcome, decided_at: Clock.now(), comment, approvals: [...approvals] };
        return { ...conclude(current, outcome, comment), approval: summary };
      });
      return isDecided;
    },
  };
};
