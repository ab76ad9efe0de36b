import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useContext } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { date } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { readSnapshots } from "../../platform/daily-figures/snapshot-items.ts";
import { parseNumbers, sumNumbers } from "./daily-figures.rules.ts";
import { LEAD_DAYS } from "./daily-figures.ts";

/** Leads created and converted each day, from the daily snapshots. */

/** The most snapshots that one response reads. */
const MAX_SNAPSHOTS = 20_000;
const MAX_CONCURRENCY = 8;

const Day = z
  .object({
    day: date().describe("In the tenant's time zone at that time"),
    created: z.number().int().describe("Includes leads that were deleted since"),
    converted: z.number().int(),
  })
  .meta({ id: "LeadDay" });

export const Info = z.object({
  days: z.array(Day).describe("In order. Days without figures, such as those before the tenant existed, are omitted"),
});

export const read = fn(z.strictObject(period), async (query): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(query, addDays(today(), -1));
  const visible = await useContext().visibleOwners();
  const owners = visible === "all" ? [ALL_OWNERS] : [...visible];
  if (owners.length * (daysBetween(from, to) + 1) > MAX_SNAPSHOTS)
    throw ruleViolation("Too much data for one response: request fewer days");
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const readOwnerSnapshots = (owner: string) => limited(() => readSnapshots(owner, from, to, LEAD_DAYS));
  const [tenantSnapshots, ownerSnapshots] = await Promise.all([
    readOwnerSnapshots(ALL_OWNERS),
    Promise.all(owners.map(readOwnerSnapshots)),
  ]);
  const byDay = Map.groupBy(ownerSnapshots.flat(), ({ day }) => day);
  const sumDay = (day: string) => sumNumbers((byDay.get(day) ?? []).map(({ cells }) => parseNumbers(cells)));
  return { days: tenantSnapshots.map(({ day }) => ({ day, ...sumDay(day) })) };
});

export * as LeadDays from "./daily-report.ts";
