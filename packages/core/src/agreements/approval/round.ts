import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { Flow } from "../../lib/state-machine/flow.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { loadApprovable, type PendingApprover } from "./approvable.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { APPROVAL } from "./approval.kind.ts";
import { type ApprovalStatus, listDeadlineSteps, resolveOutcome } from "./approver.rules.ts";
import type { Subject } from "./approver.ts";
import { FLOW, toExecutionName } from "./flow-name.ts";

/** A round: all approvals of one submission. Their ids are derived from each other, so all of them are read by key from any one. */

interface RoundKey {
  subject_id: string;
  round: number;
}

export const toApprovalId = (ms: number, { subject_id, round }: RoundKey, place: number): string =>
  derivedId(APPROVAL, ms, `${subject_id}/${round}/${place}`);

const listIds = (approval: ApprovalRecord): string[] =>
  Array.from({ length: approval.of }, (_, index) => toApprovalId(idTime(approval.id), approval, index + 1));

/** Loads all approvals of the round, in the order of `place`. */
export async function loadAll(approval: ApprovalRecord): Promise<ApprovalRecord[]> {
  const records = await Records.loadMany(Approvals, listIds(approval));
  return records.filter((record) => record !== undefined);
}

export const toPendingApprover = ({ id, role, approver_id, status }: ApprovalRecord): PendingApprover => ({
  id,
  role,
  approver_id,
  status,
});

/** Starts the execution of the round. Its name is unique, so a second start has no effect. */
export const start = (approval: ApprovalRecord): Promise<void> =>
  Flow.start(FLOW, toExecutionName(approval), {
    approvals: listIds(approval),
    side_by_side: approval.side_by_side,
    turns: listDeadlineSteps(approval.patience).map((turn): Json => ({ ...turn })),
  });

/** Loads the subject if it still waits for this round, else returns undefined. */
export async function loadSubject({
  subject_id,
  subject_type,
  round,
}: RoundKey & Pick<ApprovalRecord, "subject_type">): Promise<Subject | undefined> {
  const kind = findKindById(subject_id);
  if (!kind) return undefined;
  const collection = await loadCollection(kind);
  const record = await Records.load(collection, subject_id, { live: true });
  const approvable = await loadApprovable(subject_type);
  if (!record || !approvable.isWaiting(record, round)) return undefined;
  return { collection, record, ownerId: await approvable.findOwnerId?.(record) };
}

/**
 * Sends the decision to the waiting execution. A failure is only logged: the reconciliation (reconciliation.ts) sends the decision again, so the
 * approver sees no error.
 */
export async function notifyFlow({ id, token, status }: Pick<ApprovalRecord, "id" | "token" | "status">): Promise<void> {
  if (token === null) return;
  try {
    await Flow.succeed(token, { status });
  } catch (error) {
    usePorts().log.write("warn", "Decision did not reach its approval flow; it will be sent again", {
      approval: id,
      error: String(error),
    });
  }
}

/** Seconds after a decision until the reconciliation checks that the execution has received it. */
const ACKNOWLEDGEMENT_SECONDS = 60;

/** Returns the approval with a final status; it cannot be decided any more. */
export const endApproval = (approval: ApprovalRecord, status: Exclude<ApprovalStatus, "pending">): ApprovalRecord => ({
  ...approval,
  status,
  attention_at: Clock.addSeconds(ACKNOWLEDGEMENT_SECONDS),
  away_from: null,
});

/** Expires a pending approval. A decided one is returned unchanged. */
export const expireApproval = (approval: ApprovalRecord): ApprovalRecord =>
  approval.status === "pending" ? { ...endApproval(approval, "expired"), decided_at: Clock.now() } : approval;

/** Cancels a pending approval and tells its execution. A decided one stays as it is. */
export async function cancel(id: string): Promise<void> {
  const writtenApproval = await Records.change(Approvals, id, (current) =>
    current.status === "pending" ? endApproval(current, "cancelled") : current,
  );
  await notifyFlow(writtenApproval);
}

/** Returns whether the round has an outcome. */
export const isDecided = async (approval: ApprovalRecord): Promise<boolean> =>
  resolveOutcome((await loadAll(approval)).map(({ status }) => status)) !== undefined;

/**
 * Applies the outcome of the round to its subject and cancels the approvals that are still pending. Idempotent. Returns false if the round is neither
 * decided nor cancelled.
 */
export async function conclude(one: ApprovalRecord): Promise<boolean> {
  const approvals = await loadAll(one);
  const outcome = resolveOutcome(approvals.map(({ status }) => status));
  if (outcome === undefined) return approvals.some(({ status }) => status === "cancelled");
  const comment = approvals.filter(({ comment: approvalComment }) => approvalComment !== null).at(-1)?.comment ?? null;
  const closeStatus = (status: ApprovalStatus): ApprovalStatus => (status === "pending" ? "cancelled" : status);
  const askedApprovers = approvals.map((approval) => ({ ...toPendingApprover(approval), status: closeStatus(approval.status) }));
  await Records.ignoreMissing(
    (await loadApprovable(one.subject_type)).conclude(one.subject_id, one.round, outcome, comment, askedApprovers),
  );
  for (const approval of approvals) if (approval.status === "pending") await cancel(approval.id);
  return true;
}

export * as Round from "./round.ts";
