import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import type { OpportunityAmount } from "./figures.schema.ts";

/**
 * Totals of the customers below each customer, in counters that the projector keeps. Each customer has one counter for all customers below
 * it and one for each owner, so that a caller who sees some owners gets the sum for those.
 */

/**
 * Levels below a customer that are counted. A move changes the counters of the old and the new ancestors, and all must fit into one
 * transaction.
 */
export const MAX_LEVELS = 16;

/** Ancestors that a customer's row keeps: those that count the customer, and one more, which only notes that deeper levels exist. */
export const MAX_ANCESTORS = MAX_LEVELS + 1;

/** The counter of the customers below a customer, of one owner or of all (`Counter.ALL`). */
export const belowScope = (customer: string, owner: string): string => `below@${customer}@${owner}`;

type Counts = Readonly<Record<string, number>>;

interface Figures {
  total_opportunities: number;
  open_opportunities: number;
  won_opportunities: number;
  amounts: readonly OpportunityAmount[];
}

interface CountedCustomer extends Figures {
  ancestor_ids: readonly string[];
  owner_id: string | null;
}

/** Returns what a customer adds to the counters of its ancestors. */
export function buildRollUpSums({ ancestor_ids, owner_id, ...figures }: CountedCustomer): CounterSums {
  const scopes = ancestor_ids.flatMap((id) => [belowScope(id, "*"), belowScope(id, owner_id ?? NONE)]);
  const [counting, deeperScopes] = [scopes.slice(0, 2 * MAX_LEVELS), scopes.slice(2 * MAX_LEVELS)];
  return {
    scopes: counting,
    counts: toCounts(figures),
    ...(deeperScopes.length > 0 ? { beside: { scopes: deeperScopes, counts: { deeper: 1 } } } : {}),
  };
}

/** Returns the figures of a customer as counts. */
export function toCounts({ total_opportunities, open_opportunities, won_opportunities, amounts }: Figures): Counts {
  const counts: Record<string, number> = {
    customers: 1,
    total: total_opportunities,
    open: open_opportunities,
    won: won_opportunities,
  };
  for (const { currency, won_amount, pipeline_value } of amounts) {
    Object.assign(counts, CustomerTotals.toAmountCounts("won", currency, won_amount));
    Object.assign(counts, CustomerTotals.toAmountCounts("open", currency, pipeline_value));
  }
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

/** Sums the counters of customers. */
export function sumCounters(counters: readonly Readonly<Record<string, unknown>>[]) {
  const sum = (name: string): number => counters.reduce((total, counter) => total + Number(counter[name] ?? 0), 0);
  const names = new Set(counters.flatMap((counter) => Object.keys(counter)).filter((name) => name.includes(".")));
  const amounts = CustomerTotals.parseAmounts(Object.fromEntries([...names].map((name) => [name, sum(name)])));
  return {
    customers: sum("customers"),
    total_opportunities: sum("total"),
    open_opportunities: sum("open"),
    won_opportunities: sum("won"),
    amounts: amounts.map(({ currency, won, open }) => ({ currency, won_amount: won, pipeline_value: open })),
    is_lower_bound: sum("deeper") > 0,
  };
}

export * as RollUp from "./roll-up.rules.ts";
