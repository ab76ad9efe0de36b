import { currencyDecimals } from "../../kernel/amount.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import type { CampaignStatus } from "./campaign-status.rules.ts";

/** Pure rules of campaigns: their kinds, dates and budgets (docs/engagement/campaigns.md). */

export const campaignTypes = ["EMAIL", "SOCIAL", "EVENT", "WEBINAR", "CONTENT", "ADVERTISING"] as const;
export type CampaignType = (typeof campaignTypes)[number];
export const campaignGoals = ["AWARENESS", "CONVERSION", "RETENTION", "REACTIVATION", "BRANDING"] as const;
export const budgetCycles = ["ONE_TIME", "DAILY", "WEEKLY", "MONTHLY"] as const;

/** The highest number of campaigns on a path from the top of a tree to its end. */
export const MAX_LEVELS = 5;

interface DatedCampaign {
  status: CampaignStatus;
  /** The beginning of the first day and the end of the last day, if the campaign follows its dates. */
  starts_at: string | null;
  ends_at: string | null;
}

/**
 * Returns the instants at which the dates change the status: the start of a campaign that is PLANNING, the end of one that is IN_PROGRESS or ON_HOLD.
 * A date does not start a draft, because no user has approved it.
 */
export const computeDateClocks = ({
  status,
  starts_at,
  ends_at,
}: DatedCampaign): { start: string | null; end: string | null } => ({
  start: status === "PLANNING" ? starts_at : null,
  end: status === "IN_PROGRESS" || status === "ON_HOLD" ? ends_at : null,
});

interface Budget {
  currency: string;
  budget: string | null;
  budget_allocations: readonly { channel_id: string; amount: string }[];
}

/** Returns what is wrong with the parts of a budget: a channel that is named twice, parts without a budget, or parts that exceed it. */
export function findBudgetFaults({ budget, budget_allocations, currency }: Budget): ErrorDetail[] {
  const channels = budget_allocations.map(({ channel_id }) => channel_id);
  const faults = channels.flatMap((channel, place) =>
    channels.indexOf(channel) < place
      ? [{ field: `budget_allocations[${place}].channel_id`, message: "Each channel can be named once" }]
      : [],
  );
  if (faults.length > 0 || budget_allocations.length === 0) return faults;
  if (budget === null) return [{ field: "budget", message: "Required with budget_allocations" }];
  const sum = Money.sum(
    budget_allocations.map(({ amount }) => amount),
    currencyDecimals(currency),
  );
  return Money.compare(sum, budget) > 0
    ? [{ field: "budget_allocations", message: `Must not exceed the budget of ${budget}; the parts sum to ${sum}` }]
    : [];
}
