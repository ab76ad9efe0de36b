import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import type { Approvable, PendingApprover } from "../approval/approvable.ts";
import { Approval } from "../approval/approval.ts";
import type { DecisionFigures } from "../approval/decision-figures.ts";
import type { NeededRound } from "../approval/level.rules.ts";
import { type ApprovalStep, type ApprovalSubject, findActiveStep, withStep } from "./approval-step.ts";

/**
 * Legal review and then approval, each a round of its own (docs/agreements/approvals.md). Contracts and amendments share this code. The rule that is
 * in force at the submission decides both rounds.
 */

/** How the records of a kind go through the rounds. */
interface RoundsConfig<R extends ApprovalSubject & BaseRecord> {
  collection: () => Collection<R>;
  /** Number and name for notifications. */
  describe: (record: R) => { number: string; name: string };
  /** Returns what the approver reads of a record, beside the fields that lists show. */
  buildSheet: (record: R) => Readonly<Record<string, unknown>>;
  /** Returns what is decided, in figures. */
  buildFigures: (record: R) => DecisionFigures;
  isAwaitingApproval: (record: R) => boolean;
  /** Returns the record in the status that waits for this step. */
  toWaiting: (record: R, step: ApprovalStep["step"]) => R;
  /** Returns the record once all rounds have approved. */
  toAgreed: (record: R) => R;
  /** Returns the record after a round was rejected or has expired. The summary in `approval` stays readable. */
  toEnded: (record: R, outcome: "REJECTED" | "EXPIRED", comment: string | null) => R;
}

interface RuleReference {
  kind: string;
  id: string;
  number: number;
}

interface ApprovalRounds<R> {
  /** Adds the first round to the transaction of a submission and returns the changed record. */
  submit(tx: Transaction, record: R, rule: RuleReference, needs: readonly NeededRound[]): Promise<R>;
  /** Asks the approvers of the second round, after the first has approved. A listener calls it. */
  open(id: string): Promise<void>;
  approvable: Approvable;
}

export function createRounds<R extends ApprovalSubject & BaseRecord>(course: RoundsConfig<R>): ApprovalRounds<R> {
  /** Moves the record to the first undecided step, or marks it as agreed. */
  function next(record: R): R {
    const step = record.approval?.steps.find(({ outcome }) => outcome === null);
    if (!step) return course.toAgreed(record);
    const approval_round = record.approval_round + 1;
    const waitingRecord = course.toWaiting(record, step.step);
    return withStep({ ...waitingRecord, approval_round }, { ...step, round: approval_round });
  }

  function requestApprovals(tx: Transaction, record: R, step: ApprovalStep, round: number): Promise<PendingApprover[]> {
    const { written_by, approval } = record;
    const { level, reasons, conditions = [], approvers, side_by_side, patience } = step;
    const excludedIds = [...written_by, ...(approval ? [approval.submitted_by] : [])];
    return Approval.request(tx, {
      ...{ collection: course.collection(), record, round, ...course.describe(record), level, reasons, conditions },
      ...{ approvers, side_by_side, patience, excludedIds: excludedIds, figures: course.buildFigures(record) },
    });
  }

  const isWaiting = (record: R, round: number): boolean => course.isAwaitingApproval(record) && record.approval_round === round;

  function decided(
    record: R,
    outcome: NonNullable<ApprovalStep["outcome"]>,
    comment: string | null,
    approvals: readonly PendingApprover[],
  ): R {
    const step = findActiveStep(record);
    if (!step) return record;
    const decidedRecord = withStep(record, { ...step, outcome, decided_at: Clock.now(), comment, approvals: [...approvals] });
    return outcome === "APPROVED" ? next(decidedRecord) : course.toEnded(decidedRecord, outcome, comment);
  }

  return {
    async submit(tx, record, { kind, id, number }, needs) {
      const steps = needs.map(
        (need): ApprovalStep => ({
          ...need,
          ...{ approvers: [...need.approvers], reasons: [...need.reasons], conditions: [...need.conditions] },
          ...{ round: null, outcome: null, decided_at: null, comment: null, approvals: [] },
        }),
      );
      const approval = { rule: { kind, id, number }, submitted_by: useActorId(), submitted_at: Clock.now(), steps };
      const submittedRecord = { ...record, approval };
      // Looks for the approvers of the second round now, without writing: if there is none, the submission fails before the first round is asked.
      for (const later of steps.slice(1))
        await requestApprovals(transaction(), submittedRecord, later, record.approval_round + 2);
      const nextRecord = next(submittedRecord);
      const step = course.isAwaitingApproval(nextRecord) ? findActiveStep(nextRecord) : undefined;
      return step
        ? withStep(nextRecord, { ...step, approvals: await requestApprovals(tx, nextRecord, step, nextRecord.approval_round) })
        : nextRecord;
    },

    async open(id) {
      await Records.ignoreMissing(
        Records.change(course.collection(), id, async (current, tx) => {
          const step = findActiveStep(current);
          if (!step || !course.isAwaitingApproval(current) || step.approvals.length > 0) return current;
          const approvals = await ignoreNobody(requestApprovals(tx, current, step, current.approval_round));
          if (approvals) return withStep(current, { ...step, approvals });
          const comment = "No user can approve: the owner, the authors, the submitter and users who are away are excluded";
          return decided(current, "EXPIRED", comment, []);
        }),
      );
    },

    approvable: {
      isWaiting: (subject, round) => isWaiting(subject as R, round),
      loadSheet: async (subject) => course.buildSheet(subject as R),
      async conclude(id, round, outcome, comment, approvals) {
        let isDecided = false;
        await Records.change(course.collection(), id, (current) => {
          isDecided = isWaiting(current, round);
          return isDecided ? decided(current, outcome, comment, approvals) : current;
        });
        return isDecided;
      },
    },
  };
}

/** Returns undefined if no user may approve. */
async function ignoreNobody(approvers: Promise<PendingApprover[]>): Promise<PendingApprover[] | undefined> {
  try {
    return await approvers;
  } catch (error) {
    if (!isFailure(error, "RULE_VIOLATION")) throw error;
    return undefined;
  }
}
