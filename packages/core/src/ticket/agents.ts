import * as z from "zod";
import { asOf } from "../figures/asked.ts";
import { useContext } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { daysAsked, period } from "../kernel/period.ts";
import { date, id, instant, oneOf } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { handledBetween, nothingHandled, scopesBetween } from "./handled.rules.ts";
import { Router } from "./router.ts";
import { MOST_HELD } from "./routing.rules.ts";
import { TICKET } from "./ticket.domain.ts";

/** Agents: what they hold, and how they did over some days (decisions, Tickets). No ticket is read. */

const minutes = () => z.number().nullable().describe("On average, by the clock on the wall, one decimal; null without any");

const Row = z
  .object({
    agent_id: id(USER),
    name: z.string(),
    department: z.string().nullable(),
    load: z.number().int().describe("Tickets that they hold now"),
    capacity: z.number().int().describe("Of which routing gives no more"),
    availability: oneOf(["FREE", "FULL", "AWAY"]),
    answered: z.number().int().describe("First answers to tickets that were theirs"),
    first_response_minutes: minutes(),
    resolved: z.number().int().describe("Tickets that were theirs when they were resolved, and stayed so"),
    resolution_minutes: minutes(),
    rated: z.number().int().describe("Of those resolved"),
    satisfaction: z.number().nullable().describe("From 1 to 5 on average, two decimals; null without any"),
  })
  .meta({ id: "SupportAgent" });

export const Info = z.object({
  from: date(),
  to: date(),
  agents: z.array(Row).describe("Whose tickets the caller sees, in order of their ids"),
  as_of: instant().nullable().describe("Up to when changes are counted; null where there are none"),
});

const mean = (sum: number, count: number, places: 10 | 100): number | null =>
  count === 0 ? null : Math.round((sum * places) / count) / places;

export const list = fn(z.strictObject(period), async (asked): Promise<z.output<typeof Info>> => {
  const { from, to } = daysAsked(asked);
  const visible = await useContext().visible();
  const [agents, counters] = await Promise.all([
    Router.agents(),
    Counter.between(TICKET.name, ...scopesBetween(from.slice(0, 7), to.slice(0, 7))),
  ]);
  const seen = agents.filter(({ id }) => visible === "all" || visible.has(id));
  const ids = seen.map(({ id }) => id);
  const [names, departments] = await Promise.all([Directory.namesOf(ids), Directory.departmentsOf(ids)]);
  const handled = handledBetween(counters, from, to);
  return {
    from,
    to,
    agents: seen.map(({ id, load, is_away }) => {
      const { answered, response_minutes, resolved, resolution_minutes, rated, stars } = handled.get(id) ?? nothingHandled();
      return {
        agent_id: id,
        name: names.get(id) ?? id,
        department: departments.get(id) ?? null,
        load,
        capacity: MOST_HELD,
        availability: is_away ? "AWAY" : load < MOST_HELD ? "FREE" : "FULL",
        answered,
        first_response_minutes: mean(response_minutes, answered, 10),
        resolved,
        resolution_minutes: mean(resolution_minutes, resolved, 10),
        rated,
        satisfaction: mean(stars, rated, 100),
      };
    }),
    as_of: asOf(counters),
  };
});

export * as Agents from "./agents.ts";
