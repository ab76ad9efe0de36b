import { NONE, noSums, type Sums } from "../storage/table/collection.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";

/** What a queue counts of a ticket (docs/tickets.md, Queues). Pure. */

export const EVERYBODY = "*";

/** Counters of an agent's tickets by team: all of them have one beginning. */
export const queuesOf = (agent: string): string => `queue@${agent}@`;

/** The team of a counter; undefined of what is in no team. */
export function teamIn(scope: string): string | undefined {
  const team = scope.split("@")[2];
  return team === NONE ? undefined : team;
}

/**
 * Whether what an agent has in a team is part of what somebody is shown who does not see all: who is in the team, or leads it, is shown what
 * everybody has; others what the agent has, and what nobody has where it waits in no team.
 */
export function isShownOf(agent: string, team: string | undefined, own: ReadonlySet<string>): boolean {
  if (team !== undefined && own.has(team)) return agent === EVERYBODY;
  return agent !== EVERYBODY && (agent !== NONE || team === undefined);
}

interface Queued {
  status: TicketStatus;
  team_id: string | null | undefined;
  assigned_to_id: string | null;
  is_sla_violated: boolean;
}

export function queued({ status, team_id, assigned_to_id, is_sla_violated }: Queued): Sums {
  if (isEnded(status)) return noSums;
  const scopes = [EVERYBODY, assigned_to_id ?? NONE].map((agent) => `${queuesOf(agent)}${team_id ?? NONE}`);
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
