import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { type ErrorDetail, ruleViolation } from "../../kernel/error.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { PendingApprover } from "./approvable.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { type ApproverKind, approverDescriptions, type Deadlines } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import type { DecisionFigures } from "./decision-figures.ts";
import type { LevelReasons } from "./level.rules.ts";
import { Round } from "./round.ts";

/** A request for approval, made by the domain of the subject when a record is submitted. */
interface ApprovalRequest<R extends BaseRecord> extends Subject<R>, LevelReasons {
  /** Number of the submission; it grows by one each time. */
  round: number;
  number: string;
  name: string;
  level: string;
  /** Roles, in the order in which they are asked. */
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Deadlines;
  /** Users who may not approve, in addition to the owner and the submitting user: those who made the prices. */
  excludedIds: readonly string[];
  /** What is decided, in figures. */
  figures?: DecisionFigures | undefined;
  /** Users who are asked before the candidates of the roles. */
  preferredIds?: readonly string[];
}

const exclusionText =
  "the owner, the submitter, users who made its prices, other approvers, and users who are away or cannot see it are excluded";

/** Seconds after which a missing execution is started again. */
const START_CHECK_SECONDS = 120;
/** Seconds that the execution may be late before the reconciliation acts instead of it. */
export const GRACE_SECONDS = 600;

/** Finds a different user for each role, in the order of the roles. undefined: no user can decide as this role. */
export async function selectApprovers<R extends BaseRecord>(
  subject: Subject<R> & Pick<ApprovalRequest<R>, "approvers" | "excludedIds" | "preferredIds">,
): Promise<(Approver.Approver | undefined)[]> {
  const excludedIds = [...new Set([useActorId(), ...subject.excludedIds])];
  const selected: (Approver.Approver | undefined)[] = [];
  for (const role of subject.approvers) {
    const unavailableIds = [...excludedIds, ...selected.flatMap((approver) => approver?.id ?? [])];
    selected.push(await Approver.find(role, subject, unavailableIds, subject.preferredIds));
  }
  return selected;
}

/**
 * Creates the approvals of a round in the transaction of the submission. The event `approval.requested` starts the execution. Each approver is a
 * different user. If a role has no candidate, a RULE_VIOLATION names that role.
 */
export async function request<R extends BaseRecord>(
  tx: Transaction,
  approvalRequest: ApprovalRequest<R>,
): Promise<PendingApprover[]> {
  const { approvers, record, round, collection } = approvalRequest;
  const excludedIds = [...new Set([useActorId(), ...approvalRequest.excludedIds])];
  const found = await selectApprovers(approvalRequest);
  const selectedApprovers = found.filter((approver) => approver !== undefined);
  const missing = approvers.flatMap((role, index): ErrorDetail[] =>
    found[index]
      ? []
      : [{ field: `approvers[${index}]`, message: `No user can approve as ${role}: requires ${approverDescriptions[role]}` }],
  );
  if (missing.length > 0)
    throw ruleViolation(
      `No user can approve: ${exclusionText}. An administrator can invite or promote a user, or change the approvers of "${approvalRequest.level}" in the rule`,
      missing,
    );
  const ms = Clock.ms();
  const requestedAt = Clock.now();
  const approvals = selectedApprovers.map(({ id: approver_id, away_from }, nth): ApprovalRecord => {
    const isTurn = approvalRequest.side_by_side || nth === 0;
    const { expire_after_hours } = approvalRequest.patience;
    const due_at = Clock.addSeconds(expire_after_hours * 3600 * (approvalRequest.side_by_side ? 1 : nth + 1), ms);
    const fields: Omit<ApprovalRecord, keyof BaseRecord> = {
      subject_type: collection.name,
      subject_id: record.id,
      round,
      place: nth + 1,
      of: approvers.length,
      side_by_side: approvalRequest.side_by_side,
      title: formatTitle(approvalRequest),
      level: approvalRequest.level,
      reasons: [...approvalRequest.reasons],
      conditions: [...approvalRequest.conditions],
      role: approvers[nth] as ApproverKind,
      approver_id,
      asked_id: isTurn ? approver_id : null,
      stands_for_id: null,
      stands_because: null,
      requested_by: useActorId(),
      status: "pending",
      asked_at: isTurn ? requestedAt : null,
      due_at: isTurn ? due_at : null,
      reminded_at: null,
      escalated_at: null,
      decided_at: null,
      decided_by: null,
      comment: null,
      figures: approvalRequest.figures ?? null,
      owner_id: collection.ownerId(record) ?? null,
      never: excludedIds,
      tried: [],
      patience: approvalRequest.patience,
      token: null,
      // A later approver may never be asked if the execution fails. The check after the latest possible deadline ends such an approval.
      attention_at: nth === 0 ? Clock.addSeconds(START_CHECK_SECONDS, ms) : Clock.addSeconds(GRACE_SECONDS, Date.parse(due_at)),
      away_from: isTurn ? away_from : null,
    };
    return Records.init(Approvals, fields, { id: Round.toApprovalId(ms, { subject_id: record.id, round }, nth + 1) });
  });
  for (const approval of approvals) tx.create(Approvals, approval);
  return approvals.map(Round.toPendingApprover);
}

/** A record without a name uses its number as its name. */
const formatTitle = ({ number, name }: Pick<ApprovalRequest<BaseRecord>, "number" | "name">): string =>
  name === number ? number : `${number} ${name}`;
