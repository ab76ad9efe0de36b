import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { conflict, forbidden, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import { anyId, id, oneOf, query, text } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type ApprovalRecord, Approvals, PublicApproval } from "./approval.entity.ts";
import { approvalStatuses } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Handover } from "./handover.ts";
import { Round } from "./round.ts";

/** The approval domain: its API reads approvals, decides them and delegates them. */

export { request } from "./request.ts";

export const Info = PublicApproval;
export const Row = rowSchema(PublicApproval, Approvals.definition.row);

const filters = {
  status: oneOf(approvalStatuses).optional(),
  subject: anyId().optional().describe("Of what: the id of a quote, say"),
  mine: query.boolean().optional().describe("Those that the caller is or was asked for"),
};

export const Query = listSchema(Approvals, filters);

export const list = fn(
  Query,
  ({ mine, ...input }): Promise<Page<ApprovalRecord>> =>
    listRecords(Approvals, buildListQuery(Approvals, mine ? { ...input, ...{ asked: useActorId() } } : input)),
);

const IdInput = z.strictObject({ id: text(64) });
const commentFields = { ...IdInput.shape, comment: text(2000).nullish() };

export const get = fn(IdInput, ({ id: wanted }) => Records.read(Approvals, wanted));

type Decision = "approved" | "rejected";

const decisionVerb = (status: Decision) =>
  fn(z.strictObject(commentFields), ({ id: wanted, comment = null }) => decide(wanted, status, comment, (decided) => decided));

/**
 * Decides an approval as the caller and returns `answer` of the decided record. A repeated request returns the same answer. The decision is final
 * once it is written; the flow is notified afterwards, or by the reconciliation (reconciliation.ts).
 */
export async function decide<A>(
  wanted: string,
  status: Decision,
  comment: string | null,
  answer: (decided: ApprovalRecord) => A,
): Promise<A> {
  let decided: ApprovalRecord | undefined;
  const edit = async (current: ApprovalRecord, tx: Transaction): Promise<ApprovalRecord> => {
    requireActiveApprover(current);
    await requireWaitingSubject(tx, current);
    return { ...Round.endApproval(current, status), decided_at: Clock.now(), decided_by: useActorId(), comment };
  };
  const told = await Records.change(Approvals, wanted, edit, {
    answer: (written) => {
      decided = written;
      return answer(written);
    },
  });
  if (decided) await Round.notifyFlow(decided);
  return told;
}

export const approve = decisionVerb("approved");
export const reject = decisionVerb("rejected");

/** Returns the caller's approval among these: the pending one if there is one, else one that the caller was asked for earlier. */
export async function findOwnApproval(ids: readonly string[]): Promise<string | undefined> {
  const approvals = (await Records.loadMany(Approvals, ids)).flatMap((each) => each ?? []);
  const actor = useActorId();
  const own =
    approvals.find(({ approver_id, status }) => approver_id === actor && status === "pending") ??
    approvals.find(({ approver_id, tried }) => approver_id === actor || tried.includes(actor));
  return own?.id;
}

const delegateField = id(USER).optional().describe("Left out, whoever would be asked if the caller were away");

/**
 * Hands the approval to another user. That user must be available, see the subject and be allowed to approve it. If no user is named, the next
 * candidate is asked.
 */
export const delegate = fn(
  z.strictObject({ ...commentFields, to: delegateField }),
  async ({ id: wanted, to: named, comment = null }) =>
    Records.change(Approvals, wanted, async (current, tx) => {
      requireActiveApprover(current);
      const subject = await requireWaitingSubject(tx, current);
      const delegated = named
        ? Handover.reassign(current, await resolveDelegate(current, subject, named), "DELEGATED")
        : await Handover.reassignToNext(current, subject, "DELEGATED");
      if (!delegated) throw ruleViolation("Nobody else may approve it", [{ field: "to", message: "There is nobody else" }]);
      return { ...delegated, comment: comment ?? current.comment };
    }),
);

async function resolveDelegate(current: ApprovalRecord, subject: Subject, to: string): Promise<Approver.Approver> {
  if (subject.collection.ownerId(subject.record) === to) throw invalid("to", "Nobody approves what is theirs");
  if (current.never.includes(to)) throw invalid("to", "Who submits it or made its prices does not approve it");
  const others = await Round.loadAll(current);
  if (others.some(({ approver_id }) => approver_id === to)) throw invalid("to", "Is asked already");
  const delegate = await Approver.findById(to, subject);
  if (!delegate) throw invalid("to", "Nobody who is there, and sees it, has this id");
  return delegate;
}

/** Throws unless the caller is the approver and is asked now. The error tells a former approver, or one who comes late, what happened. */
function requireActiveApprover(current: ApprovalRecord): void {
  const { approver_id, tried, decided_by, status, asked_at } = current;
  const actor = useActorId();
  const isTheirs = approver_id === actor || decided_by === actor;
  if (!isTheirs && tried.includes(actor))
    throw conflict(`It went to somebody else: ${handoverExplanations[current.stands_because ?? "GONE"]}`, [
      { field: "approver_id", message: approver_id },
    ]);
  if (!isTheirs) throw forbidden("Somebody else is asked for this approval");
  if (status !== "pending") throw conflict(describeEnd(current), [{ field: "status", message: status }]);
  if (asked_at === null)
    throw conflict("Its turn has not come: others are asked before", [{ field: "asked_at", message: "null" }]);
}

const handoverExplanations = {
  DELEGATED: "it was delegated",
  AWAY: "who was asked is away",
  GONE: "who was asked is not there any more",
  OWNER: "nobody approves what is theirs",
  ESCALATED: "it was not answered in time",
  UNSEEN: "who was asked does not see it any more",
} as const;

function describeEnd({ status, decided_at, updated_at, decided_by, comment }: ApprovalRecord): string {
  const at = decided_at ?? updated_at;
  if (status === "cancelled") return `It was cancelled at ${at}: what was to be approved was changed, taken back or decided`;
  if (status === "expired") return `It expired at ${at}`;
  return `It was ${status} by ${decided_by} at ${at}${comment ? `: ${comment}` : ""}`;
}

/** Loads the subject and adds a condition on its version to the transaction: if the subject changes in between, the decision is not written. */
async function requireWaitingSubject(tx: Transaction, current: ApprovalRecord): Promise<Subject> {
  const subject = await Round.loadSubject(current);
  if (!subject)
    throw conflict("It does not wait any more: it was changed, taken back or decided", [
      { field: "subject_id", message: "Does not wait" },
    ]);
  if (subject.collection.ownerId(subject.record) === useActorId()) throw forbidden("Nobody approves what is theirs");
  tx.requireUnchanged(subject.record);
  return subject;
}

export * as Approval from "./approval.ts";
