import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";

/** The counters of team queues (docs/service/tickets.md, Queues). Pure. */

export const ALL_AGENTS = "*";

/** Returns the prefix of the scopes that count an agent's tickets by team. */
export const queueScopePrefix = (agent: string): string => `queue@${agent}@`;

/** Parses the team of a counter; undefined for tickets without a team. */
export function parseTeam(scope: string): string | undefined {
  const team = scope.split("@")[2];
  return team === NONE ? undefined : team;
}

/**
 * Returns whether a counter is part of the sums of a user who cannot see all tickets. In their own teams, which they belong to or lead, they see
 * the totals. In other teams they see the counters of agents that they can see. They see unassigned tickets only outside teams.
 */
export function isCounterVisible(agent: string, team: string | undefined, ownTeams: ReadonlySet<string>): boolean {
  if (team !== undefined && ownTeams.has(team)) return agent === ALL_AGENTS;
  return agent !== ALL_AGENTS && (agent !== NONE || team === undefined);
}

interface QueuedTicket {
  status: TicketStatus;
  team_id: string | null | undefined;
  assigned_to_id: string | null;
  is_sla_violated: boolean;
}

export function buildQueueSums({ status, team_id, assigned_to_id, is_sla_violated }: QueuedTicket): CounterSums {
  if (isEnded(status)) return noCounterSums;
  const scopes = [ALL_AGENTS, assigned_to_id ?? NONE].map((agent) => `${queueScopePrefix(agent)}${team_id ?? NONE}`);
  return {
    scopes,
    counts: {
      open: 1,
      ...(assigned_to_id === null ? { unassigned: 1 } : {}),
      ...(status === "WAITING_ON_CUSTOMER" ? { waiting: 1 } : {}),
      ...(is_sla_violated ? { violated: 1 } : {}),
    },
  };
}
