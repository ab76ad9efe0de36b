import { ruleViolation } from "../../kernel/error.ts";
import { findDefaultRule, findPublishedRule, loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { NeededRound } from "../approval/level.rules.ts";
import { ContractApproval } from "./approval.rule-kind.ts";
import { loadApprovalFacts } from "./approval-facts.ts";
import { determineRounds } from "./approval-need.rules.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { planNextTerm } from "./planned-term.rules.ts";
import {
  exceedsExtent,
  findCoveredExtent,
  findCoveredValue,
  findMissingRound,
  pickRenewalTerms,
  planExtent,
} from "./renewal-approval.rules.ts";
import type { NextTermOverrides } from "./renewal-fields.ts";

/** Which approval the next term of a contract needs beyond that of the contract (docs/agreements/renewals.md, Approval of the next term). */

/** The first round that is missing; null if the rule asks no approver; undefined if the approval of the contract covers the term. */
export type MissingApproval = NeededRound | null | undefined;

/** Returns which approval a change of the renewal terms needs, by the rule that is in force. */
export async function findChangeApproval(current: ContractRecord, next: ContractRecord): Promise<MissingApproval> {
  const planned = planExtent(next);
  if (!exceedsExtent(planned, planExtent(current))) return undefined;
  if (!exceedsExtent(planned, findCoveredExtent(next, current.approved_renewal))) return undefined;
  return findFirstRound(next);
}

/** Returns which approval a renewal by hand needs, by the rule that is in force. */
export async function findHandApproval(contract: ContractRecord, overrides: NextTermOverrides): Promise<MissingApproval> {
  const approved = contract.approved_renewal ?? ((await findUnapprovedRound(contract)) ? null : pickRenewalTerms(contract));
  const planned = { ...planExtent(contract, overrides), auto_renew: false };
  return exceedsExtent(planned, findCoveredExtent(contract, approved)) ? findFirstRound(contract, overrides) : undefined;
}

async function findFirstRound(contract: ContractRecord, overrides?: NextTermOverrides): Promise<NeededRound | null> {
  const { definition } = await loadActiveRule(ContractApproval);
  const { start_date, end_date, contract_value } = planNextTerm(contract, overrides);
  const facts = { ...(await loadApprovalFacts(contract)), start_date, end_date, contract_value, next_value: null };
  return determineRounds(definition, facts)[0] ?? null;
}

/**
 * Returns the round that the next term needs by the rule of the submission, if that round was not approved. The clock asks, for contracts whose terms
 * an earlier release did not check, and for prices that rise with each term.
 */
export async function findUnapprovedRound(contract: ContractRecord): Promise<NeededRound | undefined> {
  const { approved_renewal, approval } = contract;
  const facts = { ...(await loadApprovalFacts(contract)), next_value: null };
  const { definition } = await loadSubmissionRule(contract);
  const { contract_value } = planNextTerm(contract, null);
  const needed = determineRounds(definition, { ...facts, contract_value });
  const covered = determineRounds(definition, {
    ...{ ...facts, auto_renew: approved_renewal?.auto_renew ?? false },
    contract_value: findCoveredValue(contract, approved_renewal),
  });
  return findMissingRound(needed, covered, approval?.steps ?? []);
}

/** Returns the rule that decided about the contract, or the one in force if the contract was not submitted. */
async function loadSubmissionRule({ approval }: ContractRecord) {
  const stored = approval && (await findPublishedRule(ContractApproval, approval.rule.id));
  if (stored) return stored;
  return approval?.rule.number === 0 ? findDefaultRule(ContractApproval) : loadActiveRule(ContractApproval);
}

/** Returns the error for a next term whose approval is missing. */
export const unapprovedRejection = ({ level }: NeededRound, fields: readonly string[]): Error =>
  ruleViolation(
    `The next term needs the approval "${level}": renew the contract without this change, and change the new term with an amendment`,
    fields.map((field) => ({ field, message: `Needs the approval "${level}"` })),
  );

export * as RenewalApproval from "./renewal-approval.ts";
