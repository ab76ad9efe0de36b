import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";
import type { Handling } from "./state-history.rules.ts";

/**
 * Counters of agents' work by month, with a number for each day: `agent@2030-05@<agent>`. A ticket counts for the agent who had it when it was
 * first answered, and for the agent who had it when it was resolved, while it stays resolved. Its rating counts on the day of the resolution.
 * Pure.
 */

const PREFIX = "agent";
const counterScope = (month: string, agent: string): string => `${PREFIX}@${month}@${agent}`;

/** Returns the range of counter scopes that contains all agents in these months. */
export const scopeRange = (from: string, to: string): readonly [string, string] => [
  counterScope(from, ""),
  counterScope(to, "~"),
];

interface CountedTicket {
  answered: Handling | null;
  resolved: Handling | null;
  satisfaction_rating: number | null;
}

const buildCounter = (
  { agent_id, day }: Handling,
  counts: Readonly<Record<string, number>>,
  extraSums?: CounterSums,
): CounterSums => ({
  scopes: [counterScope(day.slice(0, 7), agent_id ?? NONE)],
  counts: Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${day.slice(8)}.${name}`, count])),
  ...(extraSums ? { beside: extraSums } : {}),
});

export function buildAgentSums({ answered, resolved, satisfaction_rating }: CountedTicket): CounterSums {
  const response = answered ? buildCounter(answered, { answered: 1, response_minutes: answered.minutes }) : undefined;
  if (!resolved) return response ?? noCounterSums;
  const rated: Record<string, number> = satisfaction_rating === null ? {} : { rated: 1, stars: satisfaction_rating };
  return buildCounter(resolved, { resolved: 1, resolution_minutes: resolved.minutes, ...rated }, response);
}

const counterNames = ["answered", "response_minutes", "resolved", "resolution_minutes", "rated", "stars"] as const;
type AgentTotals = Record<(typeof counterNames)[number], number>;

export const emptyTotals = (): AgentTotals => ({
  answered: 0,
  response_minutes: 0,
  resolved: 0,
  resolution_minutes: 0,
  rated: 0,
  stars: 0,
});

/** Sums the counters of each agent between two days, inclusive. */
export function sumTotalsBetween(
  counters: readonly Readonly<Record<string, unknown>>[],
  from: string,
  to: string,
): Map<string, AgentTotals> {
  const totals = new Map<string, AgentTotals>();
  for (const { sk, ...counter } of counters) {
    const [, month = "", agent = NONE] = String(sk).split("@");
    const sum = totals.get(agent) ?? emptyTotals();
    totals.set(agent, sum);
    for (const name of counterNames)
      for (const [cellName, count] of Object.entries(counter)) {
        const day = `${month}-${cellName.slice(0, 2)}`;
        if (cellName.slice(3) === name && from <= day && day <= to) sum[name] += Number(count);
      }
  }
  return totals;
}
