import * as z from "zod";
import { useContext } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { date, id, instant, oneOf } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { latestCountInstant } from "../../sales/figures/owner-counters.ts";
import { Counter } from "../../storage/read/counter.ts";
import { emptyTotals, scopeRange, sumTotalsBetween } from "../ticket/agent-counters.rules.ts";
import { Router } from "../ticket/router.ts";
import { isFree } from "../ticket/routing.rules.ts";
import { TICKET } from "../ticket/ticket.kind.ts";

/** The report on agents: their current load, and their results over some days. It reads counters and no tickets. */

const minutes = () => z.number().nullable().describe("Average in wall-clock minutes with one decimal; null if there are none");

const Row = z
  .object({
    agent_id: id(USER),
    name: z.string(),
    department: z.string().nullable(),
    load: z.number().int().describe("Tickets currently assigned to the agent"),
    capacity: z.number().int().describe("Maximum number of tickets that routing assigns to the agent"),
    availability: oneOf(["FREE", "FULL", "AWAY"]),
    answered: z.number().int().describe("First answers to tickets assigned to the agent"),
    first_response_minutes: minutes(),
    resolved: z.number().int().describe("Tickets assigned to the agent at their resolution, and not reopened"),
    resolution_minutes: minutes(),
    rated: z.number().int().describe("Resolved tickets with a rating"),
    satisfaction: z.number().nullable().describe("Average rating from 1 to 5 with two decimals; null if there are none"),
  })
  .meta({ id: "SupportAgent" });

export const Info = z.object({
  from: date(),
  to: date(),
  agents: z.array(Row).describe("Agents whose tickets the caller can see, in order of their ids"),
  as_of: instant().nullable().describe("Changes up to this time are counted; null if there are none"),
});

const computeMean = (sum: number, count: number, places: 10 | 100): number | null =>
  count === 0 ? null : Math.round((sum * places) / count) / places;

export const list = fn(z.strictObject(period), async (requestedPeriod): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(requestedPeriod);
  const visible = await useContext().visibleOwners();
  const [agents, counters] = await Promise.all([
    Router.listAgents(),
    Counter.readRange(TICKET.name, ...scopeRange(from.slice(0, 7), to.slice(0, 7))),
  ]);
  const seen = agents.filter(({ id }) => visible === "all" || visible.has(id));
  const ids = seen.map(({ id }) => id);
  const [names, departments] = await Promise.all([Directory.loadNames(ids), Directory.loadDepartments(ids)]);
  const handled = sumTotalsBetween(counters, from, to);
  return {
    from,
    to,
    agents: seen.map((agent) => {
      const { id, load, capacity, is_away } = agent;
      const { answered, response_minutes, resolved, resolution_minutes, rated, stars } = handled.get(id) ?? emptyTotals();
      return {
        agent_id: id,
        name: names.get(id) ?? id,
        department: departments.get(id) ?? null,
        load,
        capacity,
        availability: is_away ? "AWAY" : isFree(agent) ? "FREE" : "FULL",
        answered,
        first_response_minutes: computeMean(response_minutes, answered, 10),
        resolved,
        resolution_minutes: computeMean(resolution_minutes, resolved, 10),
        rated,
        satisfaction: computeMean(stars, rated, 100),
      };
    }),
    as_of: latestCountInstant(counters),
  };
});

export * as AgentReport from "./agent-report.ts";
