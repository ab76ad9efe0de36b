import * as z from "zod";
import { ContractDocument } from "../contract-template/document.ts";
import { today } from "../kernel/day.ts";
import { conflict, type Detail, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { CONTRACT_TYPES } from "../masters/shared.masters.ts";
import { inForce } from "../rule/in-force.ts";
import { Records } from "../storage/write/records.ts";
import { ContractApproval } from "./approval.kind.ts";
import { type Facts, needOf } from "./approval-need.rules.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { moved, reopened } from "./contract.ts";
import { roundsOf } from "./rounds.ts";
import { isAsked } from "./status.rules.ts";
import { upToDate } from "./wording.ts";

/**
 * The approval of contracts: legal review, then who answers for it, each a round of its own (docs/approvals.md). What is needed is
 * said by the rule that is in force at the submission, for both.
 */

const One = z.strictObject({ id: text(64) });

const waiting = { LEGAL_REVIEW: "UNDER_REVIEW", APPROVAL: "PENDING_APPROVAL" } as const;

const rounds = roundsOf<ContractRecord>({
  collection: () => Contracts,
  called: ({ contract_number: number, title: name }) => ({ number, name }),
  isAsked: ({ status }) => isAsked(status),
  waiting: (contract, step) => moved(contract, waiting[step]),
  agreed: (contract) => ({ ...moved(contract, "APPROVED"), written_by: [] }),
  // Refused or unanswered it is a DRAFT again.
  ended: (contract) => ({ ...reopened(contract), approval: contract.approval }),
});

export const openRound = rounds.open;
export const { approvable } = rounds;

/** APPROVED at once where the tenant's rule asks nobody; otherwise it waits for those who are asked with it. */
export const submit = fn(One, async ({ id }) => {
  const rule = await inForce(ContractApproval);
  return Records.change(Contracts, id, async (current, tx) => {
    requireReady(current);
    const said = await upToDate(tx, current);
    const submitted = { ...said, letter: await ContractDocument.letterFor(said) };
    return rounds.submitted(tx, submitted, rule, needOf(rule.definition, await factsOf(said)));
  });
});

async function factsOf(contract: ContractRecord): Promise<Facts> {
  const type = contract.contract_type_id ? await Master.find(CONTRACT_TYPES, contract.contract_type_id) : undefined;
  return { ...contract, requires_legal_review: type?.requires_legal_review === true };
}

function requireReady({ status, end_date }: ContractRecord): void {
  if (status !== "DRAFT")
    throw conflict(`The contract is ${status}: a DRAFT is submitted`, [{ field: "status", message: status }]);
  const wrong: Detail[] = [];
  if (end_date < today()) wrong.push({ field: "end_date", message: "Over already: choose a later day" });
  if (wrong.length > 0) throw invalidAll(wrong);
}

/** Taken back before it is in force: what it says can be written anew, and what one side has signed counts no more. */
export const withdraw = fn(One, ({ id }) =>
  Records.change(Contracts, id, (current) => {
    const isBoth = current.customer_signed && current.company_signed;
    if (current.status === "DRAFT" || isBoth) {
      const why = isBoth ? "Both sides have signed it: terminate it" : "The contract is DRAFT: nothing was submitted";
      throw conflict(why, [{ field: isBoth ? "customer_signed" : "status", message: isBoth ? "Signed" : "DRAFT" }]);
    }
    return reopened(current);
  }),
);

export * as ContractApprovals from "./approval.ts";
