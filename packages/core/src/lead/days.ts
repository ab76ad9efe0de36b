import * as z from "zod";
import { EVERYBODY } from "../figures/cells.rules.ts";
import { between } from "../figures/snapshot-items.ts";
import { useContext } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { daysAsked, period } from "../kernel/period.ts";
import { atMost } from "../kernel/pool.ts";
import { date } from "../kernel/schema.ts";
import { dayAfter, daysBetween } from "../kernel/zone.ts";
import { LEAD_DAYS } from "./daily.ts";
import { numbersIn, summed } from "./day.rules.ts";

/** How many leads were made and converted each day, from the snapshots of these days. */

/** Snapshots that one answer is made of. */
const MOST_SNAPSHOTS = 20_000;
const AT_ONCE = 8;

const Day = z
  .object({
    day: date().describe("In the tenant's time zone, as that was then"),
    created: z.number().int().describe("Also those that were deleted since"),
    converted: z.number().int(),
  })
  .meta({ id: "LeadDay" });

export const Info = z.object({
  days: z.array(Day).describe("In their order. A day that was not looked at, as those before the tenant began, is left out"),
});

export const read = fn(z.strictObject(period), async (asked): Promise<z.output<typeof Info>> => {
  const { from, to } = daysAsked(asked, dayAfter(today(), -1));
  const visible = await useContext().visible();
  const owners = visible === "all" ? [EVERYBODY] : [...visible];
  if (owners.length * (daysBetween(from, to) + 1) > MOST_SNAPSHOTS)
    throw ruleViolation("More than one answer can add up: ask for fewer days");
  const limited = atMost(AT_ONCE);
  const of = (owner: string) => limited(() => between(owner, from, to, LEAD_DAYS));
  const [taken, found] = await Promise.all([of(EVERYBODY), Promise.all(owners.map(of))]);
  const byDay = Map.groupBy(found.flat(), ({ day }) => day);
  const numbersOf = (day: string) => summed((byDay.get(day) ?? []).map(({ cells }) => numbersIn(cells)));
  return { days: taken.map(({ day }) => ({ day, ...numbersOf(day) })) };
});

export * as LeadDays from "./days.ts";
