import * as z from "zod";
import { type Owners, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { atMost } from "../kernel/pool.ts";
import { currency, date } from "../kernel/schema.ts";
import { dayAfter, daysBetween } from "../kernel/zone.ts";
import { narrowing, ownersAsked } from "./asked.ts";
import { EVERYBODY } from "./cells.rules.ts";
import { labelsOf } from "./labels.ts";
import { Sum } from "./open.rules.ts";
import { numbers, Row, shownOf } from "./pipeline.ts";
import { between } from "./snapshot-items.ts";
import { cellsOf } from "./trend.rules.ts";
import { ratesFor } from "./worth.ts";

/** The pipeline as it was at the end of each day, from the snapshots of these days. */

const MOST_DAYS = 366;
const USUAL_DAYS = 30;
/** Snapshots that one answer is made of. */
const MOST_SNAPSHOTS = 20_000;

const Query = z.strictObject({
  from: date().optional().describe(`The first day; ${USUAL_DAYS} days unless told otherwise, ${MOST_DAYS} at most`),
  to: date().optional().describe("The last day: yesterday unless told otherwise"),
  ...narrowing,
});

const Day = z
  .object({ day: date(), by_stage: z.array(Row).describe("Stages in which something was open, in their order"), ...numbers })
  .meta({ id: "PipelineDay" });

export const Info = z.object({
  currency: currency().describe("Of the values: the tenant's"),
  days: z.array(Day).describe("In their order. A day that was not looked at, as those before the tenant began, is left out"),
});

export const read = fn(Query, async ({ from, to, ...narrowed }): Promise<z.output<typeof Info>> => {
  const last = to ?? dayAfter(today(), -1);
  const first = from ?? dayAfter(last, 1 - USUAL_DAYS);
  if (first > last) throw invalid("from", "Later than `to`");
  if (daysBetween(first, last) >= MOST_DAYS) throw invalid("from", `${MOST_DAYS} days at most`);
  const own = useSettings().currency;
  const days = await sumsOf(await ownersAsked(narrowed), first, last);
  const rateOf = await ratesFor(days.map(({ whole }) => whole.value));
  const labels = await labelsOf("stage", [...new Set(days.flatMap(({ stages }) => [...stages.keys()]))]);
  return {
    currency: own,
    days: days.map(({ day, whole, stages }) => ({
      day,
      ...shownOf(whole, own, rateOf),
      by_stage: [...stages]
        .map(([key, sum]) => ({ ...{ order: 0, label: null, code: null }, ...labels.get(key), key, sum }))
        .sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1))
        .map(({ key, label, code, sum }) => ({ key, label, code, ...shownOf(sum, own, rateOf) })),
    })),
  };
});

interface DayOf {
  day: string;
  whole: Sum;
  stages: Map<string, Sum>;
}

const AT_ONCE = 8;

async function sumsOf(owners: Owners, from: string, to: string): Promise<DayOf[]> {
  const asked = owners === "all" ? [EVERYBODY] : [...owners];
  if (asked.length * (daysBetween(from, to) + 1) > MOST_SNAPSHOTS)
    throw ruleViolation("More than one answer can add up: ask for fewer days, or for one owner or team");
  const limited = atMost(AT_ONCE);
  const found = (await Promise.all(asked.map((owner) => limited(() => between(owner, from, to))))).flat();
  const days = new Map<string, DayOf>();
  // Of a day on which an owner had nothing there is no snapshot of theirs.
  if (owners !== "all") for (const { day } of await between(EVERYBODY, from, to)) days.set(day, emptyOf(day));
  for (const { day, cells } of found) {
    const sums = days.get(day) ?? emptyOf(day);
    days.set(day, sums);
    for (const { stage, ...cell } of cellsOf(cells)) {
      const ofStage = sums.stages.get(stage) ?? new Sum();
      sums.stages.set(stage, ofStage);
      for (const sum of [sums.whole, ofStage]) sum.add(cell, day);
    }
  }
  return [...days.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
}

const emptyOf = (day: string): DayOf => ({ day, whole: new Sum(), stages: new Map() });

export * as Trend from "./trend.ts";
