import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useContext } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { id } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { TEAM } from "../../platform/user/user.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import { ALL_AGENTS, isCounterVisible, parseTeam, queueScopePrefix } from "../ticket/team-queue-counters.rules.ts";
import { TICKET } from "../ticket/ticket.kind.ts";

/** The queues of teams, from counters (docs/service/tickets.md, Queues). */

const count = () => z.number().int();

export const TeamQueue = z.object({
  team_id: id(TEAM).nullable().describe("null: tickets without a team"),
  name: z.string().nullable(),
  open: count().describe("Not resolved"),
  unassigned: count().describe("Open tickets without an assignee"),
  waiting: count().describe("Open tickets that wait for the customer"),
  violated: count().describe("Open tickets that were not answered or resolved in time"),
});

/** Number of agents whose counters are read in parallel. */
const MAX_CONCURRENCY = 8;

/**
 * Lists the queues of all teams. Teams that the caller belongs to or leads count in full; for others, only the agents that the caller can see
 * count. Tickets without a team come last.
 */
export const list = fn(z.strictObject({}), async (): Promise<z.output<typeof TeamQueue>[]> => {
  const { visibleOwners, visibleTeams } = useContext();
  const [agents, ownTeams] = await Promise.all([visibleOwners(), visibleTeams?.() ?? new Set<string>()]);
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const read = (agent: string) =>
    limited(async () => {
      const items = await Counter.readRange(TICKET.name, queueScopePrefix(agent), `${queueScopePrefix(agent)}~`);
      return agents === "all" ? items : items.filter(({ sk }) => isCounterVisible(agent, parseTeam(String(sk)), ownTeams));
    });
  const agentIds = agents === "all" ? [ALL_AGENTS] : [...agents, ...(ownTeams.size > 0 ? [ALL_AGENTS] : [])];
  const [teams, ...items] = await Promise.all([Directory.listTeams(), ...agentIds.map(read)]);
  const byTeam = Map.groupBy(items.flat(), ({ sk }) => parseTeam(String(sk)));
  const sum = (team: string | undefined, name: "open" | "unassigned" | "waiting" | "violated"): number =>
    (byTeam.get(team) ?? []).reduce((total, item) => total + Number(item[name] ?? 0), 0);
  const numbers = (team: string | undefined) => ({
    open: sum(team, "open"),
    unassigned: sum(team, "unassigned"),
    waiting: sum(team, "waiting"),
    violated: sum(team, "violated"),
  });
  const sortedTeams = teams.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...sortedTeams.map((team) => ({ team_id: team.id, name: team.name, ...numbers(team.id) })),
    { team_id: null, name: null, ...numbers(undefined) },
  ];
});

export * as TeamQueues from "./team-queues.ts";
