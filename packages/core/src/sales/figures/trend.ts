import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { currency, date } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { readSnapshots } from "../../platform/daily-figures/snapshot-items.ts";
import { loadRates } from "./convert-currency.ts";
import { resolveLabels } from "./labels.ts";
import { OpenSum } from "./open-sum.rules.ts";
import { ownerFilters, resolveOwners } from "./owner-counters.ts";
import { numbers, presentOpenSum, Row } from "./pipeline.ts";
import { parseSnapshot } from "./trend.rules.ts";

/** The pipeline at the end of each day, from the daily snapshots. */

const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;
/** The most snapshots that one response reads. */
const MAX_SNAPSHOTS = 20_000;

const Query = z.strictObject({
  from: date()
    .optional()
    .describe(`First day of the period. The period is ${DEFAULT_DAYS} days by default and ${MAX_DAYS} at most`),
  to: date().optional().describe("Last day of the period; defaults to yesterday"),
  ...ownerFilters,
});

const Day = z
  .object({ day: date(), by_stage: z.array(Row).describe("Stages that had open opportunities, in order"), ...numbers })
  .meta({ id: "PipelineDay" });

export const Info = z.object({
  currency: currency().describe("Currency of the values: the tenant's"),
  days: z.array(Day).describe("In order. Days without figures, such as those before the tenant existed, are omitted"),
});

export const read = fn(Query, async ({ from, to, ...narrowed }): Promise<z.output<typeof Info>> => {
  const last = to ?? addDays(today(), -1);
  const first = from ?? addDays(last, 1 - DEFAULT_DAYS);
  if (first > last) throw invalid("from", "Must not be later than `to`");
  if (daysBetween(first, last) >= MAX_DAYS) throw invalid("from", `The period must be at most ${MAX_DAYS} days`);
  const baseCurrency = useSettings().currency;
  const days = await sumDays(await resolveOwners(narrowed), first, last);
  const findRate = await loadRates(days.map(({ total }) => total.value));
  const labels = await resolveLabels("stage", [...new Set(days.flatMap(({ stages }) => [...stages.keys()]))]);
  return {
    currency: baseCurrency,
    days: days.map(({ day, total, stages }) => ({
      day,
      ...presentOpenSum(total, baseCurrency, findRate),
      by_stage: [...stages]
        .map(([key, sum]) => ({ ...{ order: 0, label: null, code: null }, ...labels.get(key), key, sum }))
        .sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
        .map(({ key, label, code, sum }) => ({ key, label, code, ...presentOpenSum(sum, baseCurrency, findRate) })),
    })),
  };
});

interface DaySums {
  day: string;
  total: OpenSum;
  stages: Map<string, OpenSum>;
}

const MAX_CONCURRENCY = 8;

async function sumDays(owners: Owners, from: string, to: string): Promise<DaySums[]> {
  const ownerKeys = owners === "all" ? [ALL_OWNERS] : [...owners];
  if (ownerKeys.length * (daysBetween(from, to) + 1) > MAX_SNAPSHOTS)
    throw ruleViolation("Too much data for one response: request fewer days, or one owner or team");
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const snapshots = (await Promise.all(ownerKeys.map((owner) => limited(() => readSnapshots(owner, from, to))))).flat();
  const days = new Map<string, DaySums>();
  // An owner has no snapshot of a day without open opportunities. The snapshots of all owners tell which days were taken.
  if (owners !== "all") for (const { day } of await readSnapshots(ALL_OWNERS, from, to)) days.set(day, emptyDay(day));
  for (const { day, cells } of snapshots) {
    const sums = days.get(day) ?? emptyDay(day);
    days.set(day, sums);
    for (const { stage, ...cell } of parseSnapshot(cells)) {
      const ofStage = sums.stages.get(stage) ?? new OpenSum();
      sums.stages.set(stage, ofStage);
      for (const sum of [sums.total, ofStage]) sum.add(cell, day);
    }
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

const emptyDay = (day: string): DaySums => ({ day, total: new OpenSum(), stages: new Map() });

export * as Trend from "./trend.ts";
