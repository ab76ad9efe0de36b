import { idTime } from "../../kernel/id.ts";
import { countMonthsAfter } from "../../platform/daily-figures/cohort.rules.ts";
import { ALL_OWNERS, createdRange } from "../../platform/daily-figures/counter-cells.rules.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";

/**
 * Opportunities by the month in which their lead was created. Their numbers are in the counters by month of creation (`born@<owner>@<month>`), which
 * each opportunity writes in any case. Pure.
 */

interface LeadOpportunity {
  owner_id: string | null;
  lead_id: string | null;
  /** The day in the tenant's time zone; for records without it, the month of the lead's id is counted, in UTC. */
  lead_created_day: string | null;
  created_at: string;
  created_day: string | null;
  is_won: boolean | null;
  closed_date: string | null;
}

/** Returns what an opportunity of a lead adds: `f.2026-03.n1` if it was created in the month after the lead, `f.2026-03.w4` for a win. */
export function buildLeadCohortSums({ owner_id, lead_id, is_won, closed_date, ...opportunity }: LeadOpportunity): CounterSums {
  if (!lead_id) return { scopes: [], counts: {} };
  const created = opportunity.created_day ?? opportunity.created_at.slice(0, 10);
  const month = (opportunity.lead_created_day ?? new Date(idTime(lead_id)).toISOString()).slice(0, 7);
  return {
    scopes: [owner_id ?? NONE, ALL_OWNERS].map((owner) => createdRange(owner, created.slice(0, 7))[0]),
    counts: {
      [`f.${month}.n${countMonthsAfter(month, created)}`]: 1,
      ...(is_won ? { [`f.${month}.w${countMonthsAfter(month, closed_date ?? created)}`]: 1 } : {}),
    },
  };
}

/** Opportunities of the leads of one month that were created, or won, in a month after the creation of the lead. */
interface OpportunityStep {
  month: string;
  step: "opportunities" | "won";
  after: number;
  count: number;
}

/** Returns the steps in a counter by month of creation. */
export const parseOpportunitySteps = (counter: Readonly<Record<string, unknown>>): OpportunityStep[] =>
  Object.entries(counter).flatMap(([name, count]): OpportunityStep[] => {
    const [, month, letter, after] = /^f\.(\d{4}-\d\d)\.([nw])(\d+)$/.exec(name) ?? [];
    if (!month) return [];
    return [{ month, step: letter === "n" ? "opportunities" : "won", after: Number(after), count: Number(count) }];
  });
