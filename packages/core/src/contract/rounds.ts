import type { Approvable, Asked } from "../approval/approvable.ts";
import { Approval } from "../approval/approval.ts";
import type { ApproverKind, Patience } from "../approval/approver.rules.ts";
import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { type Transaction, transaction } from "../storage/write/transaction.ts";
import { type Reviewed, type Step, stepIn, withStep } from "./step.ts";

/**
 * Legal review, then who answers for it, each a round of its own (docs/approvals.md): the same for contracts and for their amendments.
 * What is needed is said by the rule that is in force at the submission, for both rounds.
 */

/** What a kind says of how its records go through the rounds. */
export interface Course<R extends Reviewed & BaseRecord> {
  collection: () => Collection<R>;
  /** What people call a record. */
  called: (record: R) => { number: string; name: string };
  isAsked: (record: R) => boolean;
  /** As it waits for a step. */
  waiting: (record: R, step: Step["step"]) => R;
  /** As it is once nobody is left to be asked. */
  agreed: (record: R) => R;
  /** As it is once a round has refused it, or nobody has answered in time. What was found stays to be read. */
  ended: (record: R, outcome: "REJECTED" | "EXPIRED", comment: string | null) => R;
}

/** What is to be asked in a round. */
export interface Need {
  step: Step["step"];
  level: string;
  reasons: readonly string[];
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Patience;
}

interface Rule {
  kind: string;
  id: string;
  number: number;
}

export interface Rounds<R> {
  /** Joins what is asked first to the transaction of a submission: gives the record as it is then. */
  submitted(tx: Transaction, record: R, rule: Rule, needs: readonly Need[]): Promise<R>;
  /** The second round begins once the first has agreed; who is asked then, a listener finds. */
  open(id: string): Promise<void>;
  approvable: Approvable;
}

export function roundsOf<R extends Reviewed & BaseRecord>(course: Course<R>): Rounds<R> {
  /** Where it goes on: to the first step that nobody has decided, or else it is agreed. */
  function next(record: R): R {
    const step = record.approval?.steps.find(({ outcome }) => outcome === null);
    if (!step) return course.agreed(record);
    const approval_round = record.approval_round + 1;
    const begun = course.waiting(record, step.step);
    return withStep({ ...begun, approval_round }, { ...step, round: approval_round });
  }

  function asked(tx: Transaction, record: R, step: Step, round: number): Promise<Asked[]> {
    const { written_by, approval } = record;
    const { level, reasons, approvers, side_by_side, patience } = step;
    const never = [...written_by, ...(approval ? [approval.submitted_by] : [])];
    return Approval.request(tx, {
      ...{ collection: course.collection(), record, round, ...course.called(record), level, reasons },
      ...{ approvers, side_by_side, patience, never },
    });
  }

  const isWaiting = (record: R, round: number): boolean => course.isAsked(record) && record.approval_round === round;

  function decided(record: R, outcome: NonNullable<Step["outcome"]>, comment: string | null, approvals: readonly Asked[]): R {
    const step = stepIn(record);
    if (!step) return record;
    const told = withStep(record, { ...step, outcome, decided_at: Clock.now(), comment, approvals: [...approvals] });
    return outcome === "APPROVED" ? next(told) : course.ended(told, outcome, comment);
  }

  return {
    async submitted(tx, record, { kind, id, number }, needs) {
      const steps = needs.map(
        (need): Step => ({
          ...need,
          ...{ approvers: [...need.approvers], reasons: [...need.reasons] },
          ...{ round: null, outcome: null, decided_at: null, comment: null, approvals: [] },
        }),
      );
      const approval = { rule: { kind, id, number }, submitted_by: useActorId(), submitted_at: Clock.now(), steps };
      const given = { ...record, approval };
      // Whom the second round would ask is known now: that nobody may is better said before anybody has reviewed.
      for (const later of steps.slice(1)) await asked(transaction(), given, later, record.approval_round + 2);
      const begun = next(given);
      const step = course.isAsked(begun) ? stepIn(begun) : undefined;
      return step ? withStep(begun, { ...step, approvals: await asked(tx, begun, step, begun.approval_round) }) : begun;
    },

    async open(id) {
      await Records.unlessGone(
        Records.change(course.collection(), id, async (current, tx) => {
          const step = stepIn(current);
          if (!step || !course.isAsked(current) || step.approvals.length > 0) return current;
          const approvals = await orNobody(asked(tx, current, step, current.approval_round));
          if (approvals) return withStep(current, { ...step, approvals });
          const comment = "Nobody may approve it: neither its owner, who wrote or submitted it, nor who is away";
          return decided(current, "EXPIRED", comment, []);
        }),
      );
    },

    approvable: {
      waits: (subject, round) => isWaiting(subject as R, round),
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

/** Undefined where nobody may be asked. */
async function orNobody(asked: Promise<Asked[]>): Promise<Asked[] | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!isFailure(error, "RULE_VIOLATION")) throw error;
    return undefined;
  }
}
