import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type DayRange, resolveDayRange } from "../../kernel/period.ts";
import { instant, oneOf } from "../../kernel/schema.ts";
import { daysBetween, endOfDay } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { readSnapshots } from "../../platform/daily-figures/snapshot-items.ts";
import { resolveLabels } from "../../sales/figures/labels.ts";
import { resolveOwners } from "../../sales/figures/owner-counters.ts";
import { PIPELINE_MOVES } from "../../sales/figures/pipeline-days.ts";
import { type ExitCell, parseExits } from "../../sales/figures/pipeline-moves.rules.ts";
import { answerFields, DividedScope, ownerRows, periodRows, readScope } from "./analytics.ts";
import { findComparedRange } from "./comparison.rules.ts";
import { groupByStage, StageTime } from "./stage-times.rules.ts";

/** How long sales take: the cycle from counters, and the time in each stage from the daily moves of the pipeline. No record is read. */

/** The most stored days that one response reads. */
const MAX_DAY_ITEMS = 20_000;
const MAX_CONCURRENCY = 8;
const MAX_OWNERS = 100;

const Query = DividedScope.extend({
  group_by: oneOf(["owner"]).optional().describe("`owner` adds the stages of each owner, from the stored days of each"),
});

const count = () => z.number().int();
const numbers = {
  left: count().describe("Moves out of the stage"),
  moved_forward: count().describe("To the next open stage"),
  won: count(),
  lost: count(),
  moved_back: count(),
  average_days: z.number().nullable().describe("Average days in the stage before these moves, four decimals; null without moves"),
  advance_rate: z
    .number()
    .nullable()
    .describe("Percent of these moves that went forward or won, two decimals; null without moves"),
};
const stageFields = {
  key: z.string().describe("Id of the stage"),
  label: z.string().nullable(),
  code: z.string().nullable(),
  ...numbers,
};
const StageRow = z.object(stageFields).meta({ id: "StageTime" });
const ComparedStage = z
  .object({
    ...stageFields,
    previous: z.object(numbers).nullable().describe("The numbers of the period of comparison; null without a comparison"),
  })
  .meta({ id: "ComparedStageTime" });

export const Info = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    by_stage: z.array(ComparedStage).describe("Open stages that opportunities left in the period, in order"),
    stages_by_owner: z
      .array(
        z.object({ key: z.string(), label: z.string().nullable(), stages: z.array(StageRow) }).meta({ id: "OwnerStageTimes" }),
      )
      .describe("With `group_by=owner`: the stages of each owner at the time of the moves, at most 100 owners"),
    stages_as_of: instant()
      .nullable()
      .describe("Moves up to this instant are in the stages: the end of the last day that was taken; null if none was"),
  })
  .meta({ id: "CycleTimeAnalytics" });

const figureNames = ["average_cycle_days", "average_lost_cycle_days", "opportunities_won", "opportunities_lost"] as const;

interface OwnerExits {
  owner: string;
  cells: ExitCell[];
}

/** Reads the moves out of stages of each owner in a period, one query for each; `owners` may be `*`. */
async function loadExits(owners: readonly string[], { from, to }: DayRange): Promise<OwnerExits[]> {
  if (owners.length * (daysBetween(from, to) + 1) > MAX_DAY_ITEMS)
    throw ruleViolation("Too much data for one response: request fewer days, or one owner or team");
  const limited = limitConcurrency(MAX_CONCURRENCY);
  return Promise.all(
    owners.map((owner) =>
      limited(async () => ({
        owner,
        cells: (await readSnapshots(owner, from, to, PIPELINE_MOVES)).flatMap(({ cells }) => parseExits(cells)),
      })),
    ),
  );
}

const listKeys = (owners: Owners): string[] => (owners === "all" ? [ALL_OWNERS] : [...owners]);

export const read = fn(Query, async ({ group_by, ...scope }): Promise<z.output<typeof Info>> => {
  const { from, to, owner, team, territory, interval, compare_to } = scope;
  const range = resolveDayRange({ from, to });
  const owners = await resolveOwners({ owner, team, territory });
  const taken = await readSnapshots(ALL_OWNERS, range.from, range.to, PIPELINE_MOVES);
  const groupedOwners = group_by === undefined ? [] : owners === "all" ? listOwners(taken) : [...owners];
  const [answer, exits, before, ofOwners] = await Promise.all([
    readScope(figureNames, scope, { interval, isByOwner: true }),
    owners === "all" ? taken.flatMap(({ cells }) => parseExits(cells)) : loadExits(listKeys(owners), range).then(joinCells),
    compare_to && loadExits(listKeys(owners), findComparedRange(range, compare_to)).then(joinCells),
    loadExits(groupedOwners, range),
  ]);
  const [stages, previous] = [groupByStage(exits), before && groupByStage(before)];
  const shownOwners = ofOwners
    .filter(({ cells }) => cells.length > 0)
    .map(({ owner: key, cells }) => ({
      key,
      stages: groupByStage(cells),
      moves: cells.reduce((sum, cell) => sum + cell.count, 0),
    }))
    .sort((a, b) => b.moves - a.moves || (a.key < b.key ? -1 : 1))
    .slice(0, MAX_OWNERS);
  const [stageLabels, ownerLabels] = await Promise.all([
    resolveLabels("stage", [
      ...new Set([stages, ...shownOwners.map((shown) => shown.stages)].flatMap((part) => [...part.keys()])),
    ]),
    resolveLabels(
      "owner",
      shownOwners.map(({ key }) => key),
    ),
  ]);
  const present = (times: ReadonlyMap<string, StageTime>) =>
    [...times]
      .map(([key, time]) => ({ ...{ label: null, code: null, order: 0 }, ...stageLabels.get(key), key, time }))
      .sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
      .map(({ key, label, code, time }) => ({ key, label, code, ...time.present() }));
  const lastDay = taken.at(-1)?.day;
  return {
    ...answer,
    by_stage: present(stages).map((row) => ({
      ...row,
      previous: previous ? (previous.get(row.key) ?? new StageTime()).present() : null,
    })),
    stages_by_owner: shownOwners.map(({ key, stages: times }) => ({
      key,
      label: ownerLabels.get(key)?.label ?? null,
      stages: present(times),
    })),
    stages_as_of: lastDay === undefined ? null : endOfDay(useSettings().timezone, lastDay),
  };
});

const joinCells = (all: readonly OwnerExits[]): ExitCell[] => all.flatMap(({ cells }) => cells);

const listOwners = (days: readonly { owners: readonly string[] }[]): string[] => [
  ...new Set(days.flatMap(({ owners }) => owners)),
];

export * as CycleTimes from "./cycle-times.ts";
