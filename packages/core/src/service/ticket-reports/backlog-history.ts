import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Owners, useContext, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type DayRange, period, resolveDayRange } from "../../kernel/period.ts";
import { date } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { readSnapshots } from "../../platform/daily-figures/snapshot-items.ts";
import { dayEnd } from "../../sales/figures/trend.rules.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { ALL_AGENTS, Backlog, computeMeanAge, flows, openStatuses, parseBacklog, TICKET_DAYS } from "./backlog.rules.ts";

/** The ticket backlog at the end of each day, read from daily snapshots. */

/** Maximum number of snapshots that one request reads. */
const MAX_SNAPSHOTS = 20_000;
const MAX_CONCURRENCY = 8;

const count = () => z.number().int();

const Day = z
  .object({
    day: date(),
    open: count().describe("Open tickets at the end of the day"),
    by_status: z.object(Object.fromEntries(openStatuses.map((status) => [status, count()]))).describe("Open tickets by status"),
    unassigned: count(),
    mean_age_minutes: count().nullable().describe("Mean age of the open tickets at the end of the day; null if there were none"),
    created: count().describe("Count for this day, as are the following fields"),
    resolved: count(),
    reopened: count(),
    kept: count().describe("SLA targets that were met"),
    violated: count(),
  })
  .meta({ id: "TicketDay" });

export const Info = z.object({
  days: z
    .array(Day)
    .describe("In chronological order. Days without a snapshot are left out, such as days before the tenant existed"),
});

export const read = fn(z.strictObject(period), async (requestedPeriod): Promise<z.output<typeof Info>> => {
  const days = resolveDayRange(requestedPeriod, addDays(today(), -1));
  const { timezone } = useSettings();
  const backlogsByDay = await loadBacklogs(await useContext().visibleOwners(), days);
  return {
    days: [...backlogsByDay].map(([day, { backlog, unassigned }]) => {
      const total = backlog.total();
      const { statuses, happened } = total;
      const by_status = Object.fromEntries(openStatuses.map((status) => [status, statuses[status] ?? 0]));
      const [created = 0, resolved = 0, reopened = 0, kept = 0, violated = 0] = flows.map((flow) => happened[flow] ?? 0);
      return {
        ...{ day, open: sumCounts(Object.values(by_status)), by_status, unassigned },
        ...{ mean_age_minutes: computeMeanAge(total, dayEnd(day, timezone)), created, resolved, reopened, kept, violated },
      };
    }),
  };
});

const sumCounts = (counts: readonly number[]): number => counts.reduce((sum, value) => sum + value, 0);

/**
 * Returns the backlog by day, in order. An agent has no snapshot of a day without tickets. The snapshot of `UNOWNED` holds the unassigned tickets.
 */
async function loadBacklogs(
  visible: Owners,
  { from, to }: DayRange,
): Promise<Map<string, { backlog: Backlog; unassigned: number }>> {
  const agents = visible === "all" ? [ALL_AGENTS] : [...visible];
  if (agents.length * (daysBetween(from, to) + 1) > MAX_SNAPSHOTS)
    throw ruleViolation("Too many snapshots for one response: request fewer days");
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const readAgentSnapshots = (agent: string) => limited(() => readSnapshots(agent, from, to, TICKET_DAYS));
  const [totalSnapshots, nobodys, agentSnapshots] = await Promise.all([
    readAgentSnapshots(ALL_AGENTS),
    readAgentSnapshots(UNOWNED),
    Promise.all(agents.map(readAgentSnapshots)),
  ]);
  const days = new Map(totalSnapshots.map(({ day }) => [day, { backlog: new Backlog(), unassigned: 0 }]));
  for (const { day, cells } of agentSnapshots.flat()) days.get(day)?.backlog.addAgent(UNOWNED, parseBacklog(cells));
  for (const { day, cells } of nobodys) {
    const dayEntry = days.get(day);
    if (dayEntry) dayEntry.unassigned = sumCounts(Object.values(parseBacklog(cells).statuses));
  }
  return days;
}

export * as BacklogHistory from "./backlog-history.ts";
