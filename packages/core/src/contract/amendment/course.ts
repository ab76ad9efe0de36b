import type * as z from "zod";
import { Approval } from "../../approval/approval.ts";
import { ATTACHMENT } from "../../attachment/attachment.domain.ts";
import { Clock } from "../../kernel/clock.ts";
import { may } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { forbidden, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, id, name, oneOf, text } from "../../kernel/schema.ts";
import { inForce } from "../../rule/in-force.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { contractGrants } from "../contract.domain.ts";
import { Contract } from "../contract.ts";
import { requireFile, requireRecorder } from "../paper.ts";
import { roundsOf } from "../rounds.ts";
import { stepIn } from "../step.ts";
import { type AmendmentRecord, Amendments } from "./amendment.entity.ts";
import { change, moved, One, read } from "./amendment.ts";
import { acceptedBy, declinedBy, type Said } from "./answer.ts";
import { ContractAmendmentApproval } from "./approval.kind.ts";
import { requireAmendable, requireFresh, wrongDay } from "./draw.ts";
import { isAsked } from "./machine.rules.ts";
import { needOf } from "./need.rules.ts";

/** The way of an amendment from a draft to what binds both sides (docs/amendments.md, Status). */

/** Legal review and approval in the house: the rounds of contracts, and of amendments as of them. */
export const rounds = roundsOf<AmendmentRecord>({
  collection: () => Amendments,
  called: ({ amendment_number: number, title }) => ({ number, name: title }),
  isAsked: ({ status }) => isAsked(status),
  waiting: (amendment) => moved(amendment, actOf(amendment)),
  agreed: (amendment) => ({ ...moved(amendment, actOf(amendment)), written_by: [] }),
  ended: (amendment, outcome, comment) =>
    outcome === "REJECTED"
      ? { ...moved(amendment, "refuse"), ended_because: comment ?? "Refused in the house" }
      : { ...moved(amendment, "lapse"), ended_because: "Nobody answered in time" },
});

const actOf = ({ status }: AmendmentRecord) => (status === "DRAFT" ? ("submit" as const) : ("agree" as const));

export const { approvable } = rounds;

/** To the first who is asked: who knows the law, who answers for it, the customer, or those who sign. */
export const submit = fn(One, async (one) => {
  const rule = await inForce(ContractAmendmentApproval);
  return change(one, async (current, tx) => {
    if (current.status !== "DRAFT") moved(current, "submit");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    const wrong = await wrongDay(current, contract);
    if (wrong.length > 0) throw invalidAll(wrong);
    await requireFresh(contract, current);
    tx.unchanged(contract);
    const needs = needOf(rule.definition, { ...current, clauses: current.clauses.length });
    const requires_legal_review = needs.some(({ step }) => step === "LEGAL_REVIEW");
    const submitted = { ...current, requires_legal_review, submitted_at: Clock.now(), ended_because: null };
    return rounds.submitted(tx, submitted, rule, needs);
  });
});

const said = {
  from: oneOf(["customer"])
    .optional()
    .describe("What the customer has said; left out, it is the answer of the caller, who is asked"),
  comment: text(2000).nullish(),
  name: name(100).nullish().describe("Who said so for the customer"),
  date: date().nullish().describe("When they did: today unless told otherwise"),
  attachment_id: id(ATTACHMENT)
    .nullish()
    .describe("What proves it, attached to the amendment; required of the customer's approval"),
};

export const Answer = One.extend(said);
type Answer = z.output<typeof Answer>;

export const approve = fn(Answer, (answer) => (answer.from ? accepted(answer) : decided(answer, "approve")));
export const reject = fn(Answer, (answer) => (answer.from ? declined(answer) : decided(answer, "reject")));

/** The caller's own approval of the round that it waits for; the record follows as with any approval, once all have answered. */
async function decided(
  { id: contract, amendmentId, comment, ...others }: Answer,
  how: "approve" | "reject",
): Promise<AmendmentRecord> {
  const one = { id: contract, amendmentId };
  const amendment = await read(one);
  for (const field of ["name", "date", "attachment_id"] as const)
    if (others[field] != null) throw invalid(field, "Of what the customer has said alone: say from");
  if (!isAsked(amendment.status)) moved(amendment, how === "approve" ? "agree" : "refuse");
  const asked = (stepIn(amendment)?.approvals ?? []).map(({ id: own }) => own);
  const own = await Approval.ownAmong(asked);
  if (!own) throw forbidden("Somebody else is asked for this approval");
  return Approval.decide(own, how === "approve" ? "approved" : "rejected", comment ?? null, () => amendment);
}

/** Staff write down what the customer said; whoever is asked in the house need not be allowed to. */
function requireWriter(): void {
  if (!may(contractGrants.write)) throw forbidden("Your role may not write down what the customer said");
}

const accepted = (answer: Answer): Promise<AmendmentRecord> =>
  change(answer, async (current, tx) => {
    requireWriter();
    moved(current, "accept");
    // No signature follows: then this is what binds the customer.
    if (!current.requires_signature) requireRecorder();
    if (!answer.attachment_id) throw invalid("attachment_id", "Required: what proves that the customer agreed");
    const contract = await Contract.read(current.contract_id);
    return acceptedBy(tx, current, contract, await saidIn(tx, answer, current));
  });

const declined = (answer: Answer): Promise<AmendmentRecord> =>
  change(answer, async (current, tx) => {
    requireWriter();
    moved(current, "decline");
    return declinedBy(current, await saidIn(tx, answer, current));
  });

async function saidIn(
  tx: Transaction,
  { name: who, date: day, attachment_id = null, comment = null }: Answer,
  current: AmendmentRecord,
): Promise<Said> {
  if (!who) throw invalid("name", "Required: who said so for the customer");
  const said_on = day ?? today();
  if (said_on > today()) throw invalid("date", "In the future");
  if (attachment_id) await requireFile(tx, attachment_id, current.id);
  return { name: who, date: said_on, attachment_id, comment, via: "RECORDED" };
}

/** Taken back: what one side has signed counts no more. */
export const withdraw = fn(One.extend({ reason: text(2000).nullish() }), ({ reason, ...one }) =>
  change(one, (current) => ({ ...moved(current, "withdraw"), ended_because: reason ?? "Withdrawn" })),
);

export * as AmendmentCourse from "./course.ts";
