import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Records } from "../../storage/write/records.ts";
import { buildPlainFigures } from "../approval/decision-figures.ts";
import { previewSubmission } from "../approval/submission-preview.ts";
import { composeLetter } from "../letterhead/letter.ts";
import { ContractApproval } from "./approval.rule-kind.ts";
import { loadApprovalFacts } from "./approval-facts.ts";
import { checkRounds, determineRounds } from "./approval-need.rules.ts";
import { createRounds } from "./approval-rounds.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { applyStatus, reopen } from "./contract.ts";
import { pickRenewalTerms } from "./renewal-approval.rules.ts";
import { isAwaitingApproval } from "./status.rules.ts";
import { requireCurrentWording } from "./wording.ts";

/**
 * The approval of contracts: legal review and then approval, each a round of its own (docs/agreements/approvals.md). The rule that is in force at the
 * submission decides both rounds.
 */

const waitingStatuses = { LEGAL_REVIEW: "UNDER_REVIEW", APPROVAL: "PENDING_APPROVAL" } as const;

const rounds = createRounds<ContractRecord>({
  collection: () => Contracts,
  describe: ({ contract_number, title }) => ({ number: contract_number, name: title }),
  buildSheet: ({ description, monthly_fee, billing_frequency, payment_terms, duration_months, auto_renew, special_terms }) => ({
    ...{ description, monthly_fee, billing_frequency, payment_terms, duration_months, auto_renew, special_terms },
  }),
  buildFigures: ({ currency, contract_value }) => buildPlainFigures(currency, contract_value),
  isAwaitingApproval: ({ status }) => isAwaitingApproval(status),
  toWaiting: (contract, step) => applyStatus(contract, waitingStatuses[step]),
  toAgreed: (contract) => ({ ...applyStatus(contract, "APPROVED"), written_by: [] }),
  // After a rejection or an expiry the contract is a DRAFT again.
  toEnded: (contract) => ({ ...reopen(contract), approval: contract.approval }),
});

export const openRound = rounds.open;
export const { approvable } = rounds;

/** Submits a DRAFT. It is APPROVED at once if the tenant's rule needs no round, otherwise it waits for the approvers. */
export const submit = fn(IdInput, async ({ id }) => {
  const rule = await loadActiveRule(ContractApproval);
  return Records.change(Contracts, id, async (current, tx) => {
    requireReady(current);
    const wordedContract = await requireCurrentWording(tx, current);
    const letter = await composeLetter(wordedContract);
    const submitted = { ...wordedContract, letter, approved_renewal: pickRenewalTerms(wordedContract) };
    return rounds.submit(tx, submitted, rule, determineRounds(rule.definition, await loadApprovalFacts(wordedContract)));
  });
});

/** Says who would be asked to review and to approve, and why, if the caller submitted the contract now. */
export const preview = fn(IdInput, async ({ id }) => {
  const [rule, record] = await Promise.all([loadActiveRule(ContractApproval), Records.read(Contracts, id)]);
  const { review, levels } = checkRounds(rule.definition, await loadApprovalFacts(record));
  const approvers = rule.definition.legal_review?.approvers ?? [];
  return previewSubmission(
    { collection: Contracts, record, excludedIds: record.written_by },
    { review: review && { checks: review, approvers }, levels },
  );
});

function requireReady({ status, end_date }: ContractRecord): void {
  if (status !== "DRAFT")
    throw conflict(`The contract is ${status}; only a DRAFT can be submitted`, [{ field: "status", message: status }]);
  const details: ErrorDetail[] = [];
  if (end_date < today()) details.push({ field: "end_date", message: "Must not be in the past: choose a later day" });
  if (details.length > 0) throw invalidAll(details);
}

/** Withdraws a contract that is not in force: it becomes a DRAFT again, and a signature of one side is discarded. */
export const withdraw = fn(IdInput, ({ id }) =>
  Records.change(Contracts, id, (current) => {
    const isBoth = current.customer_signed && current.company_signed;
    if (current.status === "DRAFT" || isBoth) {
      const why = isBoth
        ? "Both sides have signed the contract: terminate it instead"
        : "The contract is a DRAFT: there is no submission to withdraw";
      throw conflict(why, [{ field: isBoth ? "customer_signed" : "status", message: isBoth ? "Signed" : "DRAFT" }]);
    }
    return reopen(current);
  }),
);

export * as ContractApprovals from "./approval.ts";
