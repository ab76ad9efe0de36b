import { type Amount, Money } from "../../kernel/money.ts";
import type { ApprovalStep } from "./approval-step.ts";
import { planNextTerm, type TermContract } from "./planned-term.rules.ts";
import type { NextTermOverrides, RenewalTerms } from "./renewal-fields.ts";

/**
 * Pure rules: whether the next term of a contract is covered by its approval (docs/agreements/renewals.md, Approval of the next term).
 *
 * A term is covered up to the present value, and up to the renewal terms that were approved. What goes beyond them is checked when a user changes it,
 * and again by the clock that renews.
 */

/** What an approval has to cover: whether the term begins by itself, its value and its last day. */
interface TermExtent {
  auto_renew: boolean;
  contract_value: Amount;
  end_date: string;
}

const noRenewal: RenewalTerms = { auto_renew: false, renewal_value: null, renewal_uplift_percent: null };

export const pickRenewalTerms = ({ auto_renew, renewal_value, renewal_uplift_percent }: RenewalTerms): RenewalTerms => ({
  ...{ auto_renew, renewal_value, renewal_uplift_percent },
});

/** Returns the extent of the next term, as the contract plans it. */
export function planExtent(contract: TermContract, overrides?: NextTermOverrides | null): TermExtent {
  const { contract_value, end_date } = planNextTerm(contract, overrides);
  return { auto_renew: contract.auto_renew, contract_value, end_date };
}

/** Returns the extent that the approval of the contract covers: the present value and length, and the approved renewal terms. */
export function findCoveredExtent(contract: TermContract, approved: RenewalTerms | null): TermExtent {
  const planned = planExtent({ ...contract, ...(approved ?? noRenewal) }, null);
  return { ...planned, contract_value: pickHigher(planned.contract_value, contract.contract_value) };
}

/** Returns whether a term goes beyond another one. */
export const exceedsExtent = (extent: TermExtent, limit: TermExtent): boolean =>
  (extent.auto_renew && !limit.auto_renew) ||
  Money.compare(extent.contract_value, limit.contract_value) > 0 ||
  extent.end_date > limit.end_date;

/**
 * Returns the value up to which the clock renews without looking at the levels again: the present one, or a fixed one that was approved. A percentage
 * raises the value with each term, so it can reach a level for which no approver was asked.
 */
export const findCoveredValue = (
  { contract_value }: Pick<TermContract, "contract_value">,
  approved: RenewalTerms | null,
): Amount => pickHigher(contract_value, approved?.renewal_value ?? contract_value);

const pickHigher = (a: Amount, b: Amount): Amount => (Money.compare(a, b) > 0 ? a : b);

type RoundName = Pick<ApprovalStep, "step" | "level">;

/** Returns the first round that the next term needs, that was not approved, and that the covered term does not need either. */
export const findMissingRound = <R extends RoundName>(
  needed: readonly R[],
  covered: readonly RoundName[],
  approvedSteps: readonly (RoundName & Pick<ApprovalStep, "outcome">)[],
): R | undefined => {
  const present = [...covered, ...approvedSteps.filter(({ outcome }) => outcome === "APPROVED")];
  return needed.find(({ step, level }) => !present.some((round) => round.step === step && round.level === level));
};
