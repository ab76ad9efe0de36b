import * as z from "zod";
import { useContext } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { atMost } from "../kernel/pool.ts";
import { id } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import { Directory } from "../user/directory.ts";
import { TEAM } from "../user/user.domain.ts";
import { EVERYBODY, isShownOf, queuesOf, teamIn } from "./queues.rules.ts";
import { TICKET } from "./ticket.domain.ts";

/** What waits in the queue of each team, by counters (docs/tickets.md, Queues). */

const count = () => z.number().int();

export const Queue = z.object({
  team_id: id(TEAM).nullable().describe("null: in no team"),
  name: z.string().nullable(),
  open: count().describe("Not resolved"),
  unassigned: count().describe("Of these, nobody has"),
  waiting: count().describe("Of these, wait for the customer"),
  violated: count().describe("Of these, were not answered or resolved in time"),
});

/** Agents whose counters are read at a time. */
const AT_ONCE = 8;

/** Of the teams that the caller is in or leads, whole; of others, what those have whose records the caller sees. What is in no team comes last. */
export const list = fn(z.strictObject({}), async (): Promise<z.output<typeof Queue>[]> => {
  const { visible, teams: ofCaller } = useContext();
  const [agents, own] = await Promise.all([visible(), ofCaller?.() ?? new Set<string>()]);
  const limited = atMost(AT_ONCE);
  const read = (agent: string) =>
    limited(async () => {
      const items = await Counter.between(TICKET.name, queuesOf(agent), `${queuesOf(agent)}~`);
      return agents === "all" ? items : items.filter(({ sk }) => isShownOf(agent, teamIn(String(sk)), own));
    });
  const asked = agents === "all" ? [EVERYBODY] : [...agents, ...(own.size > 0 ? [EVERYBODY] : [])];
  const [teams, ...items] = await Promise.all([Directory.teams(), ...asked.map(read)]);
  const byTeam = Map.groupBy(items.flat(), ({ sk }) => teamIn(String(sk)));
  const sum = (team: string | undefined, name: "open" | "unassigned" | "waiting" | "violated"): number =>
    (byTeam.get(team) ?? []).reduce((total, item) => total + Number(item[name] ?? 0), 0);
  const numbers = (team: string | undefined) => ({
    open: sum(team, "open"),
    unassigned: sum(team, "unassigned"),
    waiting: sum(team, "waiting"),
    violated: sum(team, "violated"),
  });
  const named = teams.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...named.map((team) => ({ team_id: team.id, name: team.name, ...numbers(team.id) })),
    { team_id: null, name: null, ...numbers(undefined) },
  ];
});

export * as Queues from "./queues.ts";
