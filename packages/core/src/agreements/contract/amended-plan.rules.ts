import { BillingPlan, type Instalment } from "./billing-plan.rules.ts";
import { type AgreedState, type Change, compareChanges, computeAgreedState } from "./effective-figures.rules.ts";

/**
 * Pure rules: the instalments of the present term after all changes (docs/agreements/renewals.md, Instalments). Instalments that were due when a
 * change was agreed stay. So changes are applied in the order of `billed_from`, and the figures of each step come from `computeAgreedState`.
 */

export type BilledChange = Change & {
  /** The first day whose instalments follow this change. */
  billed_from: string;
};

const compareBilledChanges = (a: BilledChange, b: BilledChange): number =>
  a.billed_from === b.billed_from ? compareChanges(a, b) : a.billed_from < b.billed_from ? -1 : 1;

/** Builds the plan. `anchor` is the first day of the first term. */
export function buildAmendedPlan(first: AgreedState, changes: readonly BilledChange[], anchor: string): Instalment[] {
  const billed = ({ contract_value, billing_frequency, term_start_date, end_date }: AgreedState) => ({
    ...{ contract_value, billing_frequency, start_date: term_start_date, end_date, anchor },
  });
  const sortedChanges = changes.toSorted(compareBilledChanges);
  let before = first;
  let plan = BillingPlan.buildPlan(billed(first));
  for (const [index, { kind, billed_from }] of sortedChanges.entries()) {
    const after = computeAgreedState(first, sortedChanges.slice(0, index + 1));
    if (kind === "RENEWAL") plan = BillingPlan.buildPlan(billed(after));
    else if (isBilledOtherwise(before, after)) plan = BillingPlan.replan(plan, billed(after), billed_from);
    before = after;
  }
  return plan;
}

const isBilledOtherwise = (a: AgreedState, b: AgreedState): boolean =>
  (["contract_value", "billing_frequency", "term_start_date", "end_date"] as const).some((field) => a[field] !== b[field]);
