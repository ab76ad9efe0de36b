import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { type Detail, ruleViolation } from "../kernel/error.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import type { Asked } from "./approvable.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { type ApproverKind, type Patience, standIns } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Round } from "./round.ts";

/** What a domain asks for when a record of it is submitted. */
export interface Request<R extends BaseRecord> extends Subject<R> {
  /** Rises with each submission. */
  round: number;
  number: string;
  name: string;
  /** Of the rule, and why that is reached. */
  level: string;
  reasons: readonly string[];
  /** Who is asked, in this order. */
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Patience;
  /** Who may not approve it beside its owner and who submits it now: whoever made its prices. */
  never: readonly string[];
}

const excluded = "neither its owner, who submits it or made its prices, who is asked already, nor who is away or does not see it";

/** Seconds after which an execution that has not begun is begun again. */
const BEGINS = 120;
/** Seconds that a machine may be late with what it does at an instant. */
export const LATE = 600;

/**
 * Asks for the approval of a round, in the transaction of the submission; the execution follows from its event. Each is somebody else; with
 * nobody who may, it is a RULE_VIOLATION that says for whom.
 */
export async function request<R extends BaseRecord>(tx: Transaction, asked: Request<R>): Promise<Asked[]> {
  const { approvers, record, round, collection } = asked;
  const never = [...new Set([useActorId(), ...asked.never])];
  const found: Approver.Approver[] = [];
  const missing: Detail[] = [];
  for (const [at, role] of approvers.entries()) {
    const approver = await Approver.find(role, asked, [...never, ...found.map(({ id }) => id)]);
    if (approver) found.push(approver);
    else missing.push({ field: `approvers[${at}]`, message: `Nobody may approve it as ${role}: it takes ${standIns[role]}` });
  }
  if (missing.length > 0)
    throw ruleViolation(
      `Nobody may approve it: ${excluded}. An administrator can invite or promote somebody, or ask others at "${asked.level}" of the rule`,
      missing,
    );
  const ms = Clock.ms();
  const at = Clock.now();
  const whole = found.map(({ id: approver_id, away_from }, nth): ApprovalRecord => {
    const isTurn = asked.side_by_side || nth === 0;
    const { expire_after_hours } = asked.patience;
    const due_at = Clock.after(expire_after_hours * 3600 * (asked.side_by_side ? 1 : nth + 1), ms);
    const fields: Omit<ApprovalRecord, keyof BaseRecord> = {
      subject_type: collection.name,
      subject_id: record.id,
      round,
      place: nth + 1,
      of: approvers.length,
      side_by_side: asked.side_by_side,
      title: titleOf(asked),
      level: asked.level,
      reasons: [...asked.reasons],
      role: approvers[nth] as ApproverKind,
      approver_id,
      asked_id: isTurn ? approver_id : null,
      stands_for_id: null,
      stands_because: null,
      requested_by: useActorId(),
      status: "pending",
      asked_at: isTurn ? at : null,
      due_at: isTurn ? due_at : null,
      reminded_at: null,
      escalated_at: null,
      decided_at: null,
      decided_by: null,
      comment: null,
      owner_id: collection.ownerOf(record) ?? null,
      never,
      tried: [],
      patience: asked.patience,
      token: null,
      // One that is never asked, because its machine is gone, ends when it would have at the latest.
      attention_at: nth === 0 ? Clock.after(BEGINS, ms) : Clock.after(LATE, Date.parse(due_at)),
      away_from: isTurn ? away_from : null,
    };
    return Records.born(Approvals, fields, { id: Round.idAt(ms, { subject_id: record.id, round }, nth + 1) });
  });
  for (const approval of whole) tx.create(Approvals, approval);
  return whole.map(Round.shown);
}

/** What was given no name has its number for one. */
const titleOf = ({ number, name }: Pick<Request<BaseRecord>, "number" | "name">): string =>
  name === number ? number : `${number} ${name}`;
