import * as z from "zod";
import { WORKFLOW_ENROLLMENT } from "../../engagement/workflow/workflow.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest } from "../../kernel/context.ts";
import { conflict, forbidden, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { anyId, IdInput, id, oneOf, query, text } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { loadApprovable } from "./approvable.ts";
import { type ApprovalRecord, Approvals, PublicApproval } from "./approval.entity.ts";
import { approvalStatuses, approverDescriptions } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Handover } from "./handover.ts";
import { Round } from "./round.ts";

/** The approval domain: its API reads approvals, decides them and delegates them. */

export { request } from "./request.ts";

export const Info = PublicApproval;
export const Row = rowSchema(PublicApproval, Approvals.definition.row, Approvals.definition.longTexts);

const filters = {
  status: oneOf(approvalStatuses).optional(),
  subject: anyId().optional().describe("Id of the record to be approved, such as a quote"),
  mine: query.boolean().optional().describe("true: only approvals that the caller is or was asked to decide"),
};

export const Query = listSchema(Approvals, filters);

export const list = fn(
  Query,
  ({ mine, ...input }): Promise<Page<ApprovalRecord>> =>
    listRecords(Approvals, buildListQuery(Approvals, mine ? { ...input, ...{ asked: useActorId() } } : input)),
);

const commentFields = { ...IdInput.shape, comment: text(2000).nullish() };

/** Loads an approval without a visibility check, for the domain of its subject. */
export const load = (approvalId: string): Promise<ApprovalRecord | undefined> => Records.load(Approvals, approvalId);

export const get = fn(IdInput, ({ id: approvalId }) => Records.read(Approvals, approvalId));

type Decision = "approved" | "rejected";

const decisionVerb = (status: Decision) =>
  fn(z.strictObject(commentFields), ({ id: approvalId, comment = null }) =>
    decide(approvalId, status, comment, (decided) => decided),
  );

/**
 * Decides an approval as the caller and returns `answer` of the decided record. A repeated request returns the same answer. The decision is final
 * once it is written; the flow is notified afterwards, or by the reconciliation (reconciliation.ts).
 */
export async function decide<A>(
  approvalId: string,
  status: Decision,
  comment: string | null,
  answer: (decided: ApprovalRecord) => A,
): Promise<A> {
  let decided: ApprovalRecord | undefined;
  const edit = async (current: ApprovalRecord, tx: Transaction): Promise<ApprovalRecord> => {
    await requireActiveApprover(current);
    const { record } = await requireWaitingSubject(tx, current);
    if (status === "approved") await (await loadApprovable(current.subject_type)).requireUnchanged?.(tx, record);
    return { ...Round.endApproval(current, status), decided_at: Clock.now(), decided_by: useActorId(), comment };
  };
  const response = await Records.change(Approvals, approvalId, edit, {
    answer: (writtenApproval) => {
      decided = writtenApproval;
      return answer(writtenApproval);
    },
  });
  if (decided) await Round.notifyFlow(decided);
  return response;
}

export const approve = decisionVerb("approved");
export const reject = decisionVerb("rejected");

/** Returns the caller's approval among these: the pending one if there is one, else one that the caller was asked for earlier. */
export async function findOwnApproval(ids: readonly string[]): Promise<string | undefined> {
  const approvals = (await Records.loadMany(Approvals, ids)).flatMap((approval) => approval ?? []);
  const actor = useActorId();
  const ownApproval =
    approvals.find(({ approver_id, status }) => approver_id === actor && status === "pending") ??
    approvals.find(({ approver_id, tried }) => approver_id === actor || tried.includes(actor));
  return ownApproval?.id;
}

const delegateField = id(USER).optional().describe("Default: the next candidate, as if the caller were away");

/**
 * Hands the approval to another user. That user must be available, see the subject and be a candidate for the role that is asked, because a delegate
 * has no more rights than a user whom the rule could have asked. If no user is named, the next candidate is asked.
 */
export const delegate = fn(
  z.strictObject({ ...commentFields, to: delegateField }),
  async ({ id: approvalId, to: delegateId, comment = null }) =>
    Records.change(Approvals, approvalId, async (current, tx) => {
      await requireActiveApprover(current);
      const subject = await requireWaitingSubject(tx, current);
      const delegated = delegateId
        ? Handover.reassign(current, await resolveDelegate(current, subject, delegateId), "DELEGATED")
        : await Handover.reassignToNext(current, subject, "DELEGATED");
      if (!delegated)
        throw ruleViolation("No other user may approve this record", [
          { field: "to", message: "No other approver is available" },
        ]);
      return { ...delegated, comment: comment ?? current.comment };
    }),
);

async function resolveDelegate(current: ApprovalRecord, subject: Subject, to: string): Promise<Approver.Approver> {
  if (subject.collection.ownerId(subject.record) === to) throw invalid("to", "The owner may not approve their own record");
  if (current.never.includes(to))
    throw invalid("to", "The user who submitted the record, and users who made its prices, may not approve it");
  const approvals = await Round.loadAll(current);
  if (approvals.some(({ approver_id }) => approver_id === to)) throw invalid("to", "Already an approver in this round");
  const delegate = await Approver.findById(to, subject);
  if (!delegate) throw invalid("to", "Must be the id of an available user who can see the record");
  const role = Handover.findRequestedRole(current);
  if (!(await Approver.listRoleCandidates(role, subject)).includes(to))
    throw ruleViolation(`The user may not approve as ${role}: delegate to ${approverDescriptions[role]}`, [
      { field: "to", message: "No candidate for the role that is asked" },
    ]);
  return delegate;
}

/** Throws unless the caller is the approver and is asked now. The error tells a former approver, or one who answers too late, what happened. */
async function requireActiveApprover(current: ApprovalRecord): Promise<void> {
  const { approver_id, tried, decided_by, status, asked_at } = current;
  const actor = useActorId();
  if (isId(useRequest().id, WORKFLOW_ENROLLMENT))
    throw ruleViolation("A step of a workflow cannot decide or delegate an approval: the approver does");
  const isTheirs = approver_id === actor || decided_by === actor;
  if (!isTheirs && tried.includes(actor))
    throw conflict(`The approval was reassigned to another user: ${handoverExplanations[current.stands_because ?? "GONE"]}`, [
      { field: "approver_id", message: approver_id },
    ]);
  if (!isTheirs) throw forbidden("Only the assigned approver can decide or delegate this approval");
  if (status !== "pending") throw conflict(await describeEnd(current), [{ field: "status", message: status }]);
  if (asked_at === null) throw conflict("Earlier approvers have not decided yet", [{ field: "asked_at", message: "null" }]);
}

const handoverExplanations = {
  DELEGATED: "the previous approver delegated it",
  AWAY: "the previous approver is away",
  GONE: "the previous approver is suspended or deleted",
  OWNER: "the previous approver now owns the record",
  ESCALATED: "the previous approver did not answer in time",
  UNSEEN: "the previous approver can no longer see the record",
} as const;

async function describeEnd({ status, decided_at, updated_at, decided_by, comment }: ApprovalRecord): Promise<string> {
  const endedAt = decided_at ?? updated_at;
  if (status === "cancelled") return `The approval was cancelled at ${endedAt}: the record was changed, withdrawn or decided`;
  if (status === "expired") return `The approval expired at ${endedAt}`;
  const names = decided_by !== null && isId(decided_by, USER) ? await Directory.loadNames([decided_by]) : undefined;
  return `Already ${status} by ${names?.get(decided_by ?? "") ?? decided_by} at ${endedAt}${comment ? `: ${comment}` : ""}`;
}

/** Loads the subject and adds a condition on its version to the transaction: if the subject changes in between, the decision is not written. */
async function requireWaitingSubject(tx: Transaction, current: ApprovalRecord): Promise<Subject> {
  const subject = await Round.loadSubject(current);
  if (!subject)
    throw conflict("The record no longer waits for this approval: it was changed, withdrawn or decided", [
      { field: "subject_id", message: "Not waiting for approval" },
    ]);
  if (subject.collection.ownerId(subject.record) === useActorId()) throw forbidden("You may not approve a record that you own");
  tx.requireUnchanged(subject.record);
  return subject;
}

export * as Approval from "./approval.ts";
