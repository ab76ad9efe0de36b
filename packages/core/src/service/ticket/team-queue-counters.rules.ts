import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";

/** What a queue counts of a ticket (docs/service/tickets.md, Queues). Pure. */

export const ALL_AGENTS = "*";

/** Counters of an agent's tickets by team: all of them have one beginning. */
export const queueScopePrefix = (agent: string): string => `queue@${agent}@`;

/** The team of a counter; undefined of what is in no team. */
export function parseTeam(scope: string): string | undefined {
  const team = scope.split("@")[2];
  return team === NONE ? undefined : team;
}

/**
 * Whether what an agent has in a team is part of what somebody is shown who does not see all: who is in the team, or leads it, is shown what
 * everybody has; others what the agent has, and what nobody has where it waits in no team.
 */
export function isCounterVisible(agent: string, team: string | undefined, own: ReadonlySet<string>): boolean {
  if (team !== undefined && own.has(team)) return agent === ALL_AGENTS;
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
