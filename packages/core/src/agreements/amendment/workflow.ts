import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { forbidden, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, id, name, oneOf, text } from "../../kernel/schema.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Approval } from "../approval/approval.ts";
import { previewSubmission } from "../approval/submission-preview.ts";
import { createRounds } from "../contract/approval-rounds.ts";
import { findActiveStep } from "../contract/approval-step.ts";
import { contractGrants } from "../contract/contract.kind.ts";
import { Contract } from "../contract/contract.ts";
import { requireFile, requireRecorder } from "../contract/paper-signature.ts";
import { type AmendmentRecord, Amendments } from "./amendment.entity.ts";
import { AmendmentIdInput, applyAct, changeAmendment, read } from "./amendment.ts";
import { ContractAmendmentApproval } from "./approval.rule-kind.ts";
import { checkRounds, determineRounds } from "./approval-need.rules.ts";
import { acceptAmendment, type CustomerStatement, declineAmendment } from "./customer-answer.ts";
import { buildAmendmentFigures } from "./decision-figures.ts";
import { findDateFaults, requireAmendable, requireFresh } from "./drafting.ts";
import { isAwaitingApproval } from "./status.rules.ts";

/** The workflow of an amendment, from the draft to the binding text (docs/agreements/amendments.md, Status). */

/** Internal rounds: legal review and approval. Contracts use the same code. */
export const rounds = createRounds<AmendmentRecord>({
  collection: () => Amendments,
  describe: ({ amendment_number, title }) => ({ number: amendment_number, name: title }),
  buildSheet: ({ title, reason, currency, figures, deliverables, clauses }) => ({
    ...{ title, reason, currency, figures, deliverables, clauses },
  }),
  buildFigures: buildAmendmentFigures,
  isAwaitingApproval: ({ status }) => isAwaitingApproval(status),
  toWaiting: (amendment) => applyAct(amendment, resolveAct(amendment)),
  toAgreed: (amendment) => ({ ...applyAct(amendment, resolveAct(amendment)), written_by: [] }),
  toEnded: (amendment, outcome, comment) =>
    outcome === "REJECTED"
      ? { ...applyAct(amendment, "refuse"), ended_because: comment ?? "Rejected by an approver" }
      : { ...applyAct(amendment, "lapse"), ended_because: "The approval expired without an answer" },
});

const resolveAct = ({ status }: AmendmentRecord) => (status === "DRAFT" ? ("submit" as const) : ("agree" as const));

export const { approvable } = rounds;

/** Submits a DRAFT. It moves to the first required step: legal review, approval, the customer, or the signatures. */
export const submit = fn(AmendmentIdInput, async (reference) => {
  const rule = await loadActiveRule(ContractAmendmentApproval);
  return changeAmendment(reference, async (current, tx) => {
    if (current.status !== "DRAFT") applyAct(current, "submit");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    const faults = await findDateFaults(current, contract);
    if (faults.length > 0) throw invalidAll(faults);
    await requireFresh(contract, current);
    tx.requireUnchanged(contract);
    const needs = determineRounds(rule.definition, { ...current, clauses: current.clauses.length });
    const requires_legal_review = needs.some(({ step }) => step === "LEGAL_REVIEW");
    const submitted = { ...current, requires_legal_review, submitted_at: Clock.now(), ended_because: null };
    return rounds.submit(tx, submitted, rule, needs);
  });
});

/** Says who would be asked to review and to approve, and why, if the caller submitted the amendment now. */
export const preview = fn(AmendmentIdInput, async (reference) => {
  const [rule, record] = await Promise.all([loadActiveRule(ContractAmendmentApproval), read(reference)]);
  const { review, levels } = checkRounds(rule.definition, { ...record, clauses: record.clauses.length });
  const { approvers } = rule.definition.legal_review;
  return previewSubmission(
    { collection: Amendments, record, excludedIds: record.written_by },
    { review: { checks: review, approvers }, levels },
  );
});

const answerFields = {
  from: oneOf(["customer"])
    .optional()
    .describe("customer: records the customer's answer. Omitted: the caller answers as the approver"),
  comment: text(2000).nullish(),
  name: name(100).nullish().describe("Name of the person who answered for the customer"),
  date: date().nullish().describe("Day of the customer's answer. Default: today"),
  attachment_id: id(ATTACHMENT)
    .nullish()
    .describe("File that proves the customer's answer, attached to the amendment; required for the customer's approval"),
};

export const AnswerInput = AmendmentIdInput.extend(answerFields);
type AnswerInput = z.output<typeof AnswerInput>;

export const approve = fn(AnswerInput, (answer) =>
  answer.from ? recordAcceptance(answer) : decideOwnApproval(answer, "approve"),
);
export const reject = fn(AnswerInput, (answer) => (answer.from ? recordRefusal(answer) : decideOwnApproval(answer, "reject")));

/** Decides the caller's own approval in the current round. The amendment changes only when the round has an outcome. */
async function decideOwnApproval(
  { id: contract, amendmentId, comment, ...statementFields }: AnswerInput,
  decision: "approve" | "reject",
): Promise<AmendmentRecord> {
  const ids = { id: contract, amendmentId };
  const amendment = await read(ids);
  for (const field of ["name", "date", "attachment_id"] as const)
    if (statementFields[field] != null) throw invalid(field, "Only allowed for an answer of the customer: set from to customer");
  if (!isAwaitingApproval(amendment.status)) applyAct(amendment, decision === "approve" ? "agree" : "refuse");
  const approvalIds = (findActiveStep(amendment)?.approvals ?? []).map(({ id: approvalId }) => approvalId);
  const ownApprovalId = await Approval.findOwnApproval(approvalIds);
  if (!ownApprovalId) throw forbidden("Only the assigned approver can decide this approval");
  return Approval.decide(ownApprovalId, decision === "approve" ? "approved" : "rejected", comment ?? null, () => amendment);
}

/** Throws unless the caller may write contracts. Only this role records the customer's answer; an approver does not need it. */
function requireWriter(): void {
  if (!hasPermission(contractGrants.write)) throw forbidden("Your role may not record the customer's answer");
}

const recordAcceptance = (answer: AnswerInput): Promise<AmendmentRecord> =>
  changeAmendment(answer, async (current, tx) => {
    requireWriter();
    applyAct(current, "accept");
    // If no signature follows, this answer binds the customer.
    if (!current.requires_signature) requireRecorder();
    if (!answer.attachment_id) throw invalid("attachment_id", "Required: the file that proves that the customer agreed");
    const contract = await Contract.read(current.contract_id);
    return acceptAmendment(tx, current, contract, await readStatement(tx, answer, current));
  });

const recordRefusal = (answer: AnswerInput): Promise<AmendmentRecord> =>
  changeAmendment(answer, async (current, tx) => {
    requireWriter();
    applyAct(current, "decline");
    return declineAmendment(current, await readStatement(tx, answer, current));
  });

async function readStatement(
  tx: Transaction,
  { name: representative, date: day, attachment_id = null, comment = null }: AnswerInput,
  current: AmendmentRecord,
): Promise<CustomerStatement> {
  if (!representative) throw invalid("name", "Required: the name of the person who answered for the customer");
  const said_on = day ?? today();
  if (said_on > today()) throw invalid("date", "Must not be in the future");
  if (attachment_id) await requireFile(tx, attachment_id, current.id);
  return { name: representative, date: said_on, attachment_id, comment, via: "RECORDED" };
}

/** Withdraws an amendment. A signature of one side has no effect any more. */
export const withdraw = fn(AmendmentIdInput.extend({ reason: text(2000).nullish() }), ({ reason, ...reference }) =>
  changeAmendment(reference, (current) => ({ ...applyAct(current, "withdraw"), ended_because: reason ?? "Withdrawn" })),
);

export * as AmendmentWorkflow from "./workflow.ts";
