import { type Agreed, agreedAt, type Change, compareChanges } from "./agreed.rules.ts";
import { BillingPlan, type Instalment } from "./plan.rules.ts";

/**
 * The instalments of the present term after all that has changed it (docs/renewals.md, Instalments). Pure. What was due when a change was
 * agreed to stays, so changes are followed in the order in which instalments heard of them; the figures are in each step those of
 * `agreedAt`.
 */

export type Followed = Change & {
  /** From this day on instalments follow it. */
  billed_from: string;
};

const compareFollowed = (one: Followed, other: Followed): number =>
  one.billed_from === other.billed_from ? compareChanges(one, other) : one.billed_from < other.billed_from ? -1 : 1;

/** `anchor` is the day on which the first term began. */
export function plannedBy(first: Agreed, changes: readonly Followed[], anchor: string): Instalment[] {
  const billed = ({ contract_value, billing_frequency, term_start_date: start_date, end_date }: Agreed) => ({
    ...{ contract_value, billing_frequency, start_date, end_date, anchor },
  });
  const ordered = changes.toSorted(compareFollowed);
  let before = first;
  let plan = BillingPlan.planOf(billed(first));
  for (const [at, { kind, billed_from }] of ordered.entries()) {
    const after = agreedAt(first, ordered.slice(0, at + 1));
    if (kind === "RENEWAL") plan = BillingPlan.planOf(billed(after));
    else if (isBilledOtherwise(before, after)) plan = BillingPlan.replanned(plan, billed(after), billed_from);
    before = after;
  }
  return plan;
}

const isBilledOtherwise = (one: Agreed, other: Agreed): boolean =>
  (["contract_value", "billing_frequency", "term_start_date", "end_date"] as const).some((field) => one[field] !== other[field]);
