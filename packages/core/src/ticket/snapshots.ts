import * as z from "zod";
import { between } from "../figures/snapshot-items.ts";
import { endOf } from "../figures/trend.rules.ts";
import { type Owners, useContext, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { type Days, daysAsked, period } from "../kernel/period.ts";
import { atMost } from "../kernel/pool.ts";
import { date } from "../kernel/schema.ts";
import { dayAfter, daysBetween } from "../kernel/zone.ts";
import { UNOWNED } from "../storage/read/counter.ts";
import { Backlog, EVERYBODY, flows, meanAge, ofText, openStatuses, TICKET_DAYS } from "./snapshot.rules.ts";

/** Tickets as they were at the end of each day, from the snapshots of these days. */

/** Snapshots that one answer is made of. */
const MOST_SNAPSHOTS = 20_000;
const AT_ONCE = 8;

const count = () => z.number().int();

const Day = z
  .object({
    day: date(),
    open: count().describe("At its end"),
    by_status: z.object(Object.fromEntries(openStatuses.map((status) => [status, count()]))).describe("Of those that were open"),
    unassigned: count(),
    mean_age_minutes: count().nullable().describe("Of what was open, at its end; null where nothing was"),
    created: count().describe("On that day, as are those that follow"),
    resolved: count(),
    reopened: count(),
    kept: count().describe("Promises that were judged"),
    violated: count(),
  })
  .meta({ id: "TicketDay" });

export const Info = z.object({
  days: z.array(Day).describe("In their order. A day that was not looked at, as those before the tenant began, is left out"),
});

export const read = fn(z.strictObject(period), async (asked): Promise<z.output<typeof Info>> => {
  const days = daysAsked(asked, dayAfter(today(), -1));
  const { timezone } = useSettings();
  const found = await backlogsOf(await useContext().visible(), days);
  return {
    days: [...found].map(([day, { backlog, unassigned }]) => {
      const whole = backlog.whole();
      const { statuses, happened } = whole;
      const by_status = Object.fromEntries(openStatuses.map((status) => [status, statuses[status] ?? 0]));
      const [created = 0, resolved = 0, reopened = 0, kept = 0, violated = 0] = flows.map((flow) => happened[flow] ?? 0);
      return {
        ...{ day, open: sumOf(Object.values(by_status)), by_status, unassigned },
        ...{ mean_age_minutes: meanAge(whole, endOf(day, timezone)), created, resolved, reopened, kept, violated },
      };
    }),
  };
});

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, each) => sum + each, 0);

/** By day, in their order. Of a day on which an agent had nothing there is no snapshot of theirs; that of nobody is the queue. */
async function backlogsOf(visible: Owners, { from, to }: Days): Promise<Map<string, { backlog: Backlog; unassigned: number }>> {
  const agents = visible === "all" ? [EVERYBODY] : [...visible];
  if (agents.length * (daysBetween(from, to) + 1) > MOST_SNAPSHOTS)
    throw ruleViolation("More than one answer can add up: ask for fewer days");
  const limited = atMost(AT_ONCE);
  const of = (agent: string) => limited(() => between(agent, from, to, TICKET_DAYS));
  const [taken, nobodys, found] = await Promise.all([of(EVERYBODY), of(UNOWNED), Promise.all(agents.map(of))]);
  const days = new Map(taken.map(({ day }) => [day, { backlog: new Backlog(), unassigned: 0 }]));
  for (const { day, cells } of found.flat()) days.get(day)?.backlog.put(UNOWNED, ofText(cells));
  for (const { day, cells } of nobodys) {
    const at = days.get(day);
    if (at) at.unassigned = sumOf(Object.values(ofText(cells).statuses));
  }
  return days;
}

export * as TicketDays from "./snapshots.ts";
