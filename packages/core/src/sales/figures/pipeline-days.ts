import { useSettings } from "../../kernel/context.ts";
import { addDays, listDays } from "../../kernel/time-zone.ts";
import { ALL_OWNERS, parseOpenCells } from "../../platform/daily-figures/counter-cells.rules.ts";
import type { DailyFigure } from "../../platform/daily-figures/daily-figure.ts";
import { snapshotKey, snapshotSortKey, storeDay, TREND_PARTITION } from "../../platform/daily-figures/snapshot-items.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { readItems } from "../../storage/table/database.ts";
import { HistorySnapshots } from "../opportunity/history-snapshot.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { readCounters } from "./owner-counters.ts";
import { openRanges } from "./pipeline.ts";
import { PipelineMoves } from "./pipeline-moves.rules.ts";
import { cellName, dayEnd, OpenPipeline, parseSnapshot } from "./trend.rules.ts";

/**
 * Daily snapshots of the open pipeline, at the end of each day in the tenant's time zone. A snapshot is the previous one plus the changes
 * since. The state of an opportunity at an instant comes from its immutable history, so taking a day again gives the same result, and two
 * concurrent runs write the same snapshot. See docs/sales/pipeline.md.
 */

/** The partition of how the pipeline changed on each day. */
export const PIPELINE_MOVES = "PIPELINEMOVES";

/** Loads the snapshot of a day; undefined if none was taken. */
async function loadSnapshot(day: string): Promise<OpenPipeline | undefined> {
  const [totalItem] = await readItems([{ pk: snapshotKey(), sk: snapshotSortKey(ALL_OWNERS, day) }]);
  if (!totalItem) return undefined;
  const owners = JSON.parse(String(totalItem.owners)) as string[];
  const items = await readItems(owners.map((owner) => ({ pk: snapshotKey(), sk: snapshotSortKey(owner, day) })));
  const open = new OpenPipeline();
  for (const [index, owner] of owners.entries())
    for (const { stage, currency, ...amounts } of parseSnapshot(String(items[index]?.cells ?? "{}")))
      open.put(owner, cellName(stage, currency), amounts);
  return open;
}

/**
 * Takes the snapshots of the days from `from` to `to`, starting from the snapshot of the day before `from`, if there is one. With `anew`,
 * all opportunities are read instead.
 */
export async function take(from: string, to: string, options: { anew?: boolean } = {}): Promise<void> {
  const { timezone } = useSettings();
  const days = listDays(from, to);
  const before = addDays(from, -1);
  const instants = [before, ...days].map((day) => dayEnd(day, timezone));
  const snapshot = options.anew ? undefined : await loadSnapshot(before);
  const open = snapshot ?? new OpenPipeline();
  const deltas = days.map(() => new OpenPipeline());
  const stages = [...(await loadValues(OPPORTUNITY_STAGES)).byId.values()];
  const wonStages = new Set(stages.flatMap(({ id, is_won }) => (is_won ? [id] : [])));
  const moves = days.map(() => new PipelineMoves(wonStages));
  const since = new OpenPipeline();
  const seen = new Set<string>();
  for await (const snapshots of snapshot ? HistorySnapshots.readChanged(instants) : HistorySnapshots.readAll(instants))
    for (const { id, created_at, atInstants, current, exits } of snapshots) {
      // An opportunity that changes during the run is found twice: under its old and its new day of change.
      if (seen.has(id)) continue;
      seen.add(id);
      if (!snapshot) open.add(atInstants[0], 1);
      for (const [index, delta] of deltas.entries()) {
        delta.add(atInstants[index], -1);
        delta.add(atInstants[index + 1], 1);
        const isNew = (instants[index] ?? "") <= created_at;
        moves[index]?.add({ before: atInstants[index], after: atInstants[index + 1], isNew });
      }
      for (const exit of exits) moves[instants.findLastIndex((instant) => instant <= exit.changed_at)]?.addExit(exit);
      since.add(atInstants.at(-1), -1);
      since.add(current, 1);
    }
  for (const [index, day] of days.entries()) {
    open.join(deltas[index] as OpenPipeline);
    const dayMoves = moves[index] as PipelineMoves;
    await storeDay(PIPELINE_MOVES, day, { owners: dayMoves.owners, text: (owner) => dayMoves.text(owner) });
    await storeDay(TREND_PARTITION, day, { owners: open.owners, text: (owner) => open.text(owner) });
  }
  if (!snapshot) return;
  open.join(since);
  if (open.isSame(await loadCurrent())) return;
  // The result differs from the counters if older history was imported, a record was erased, or the time zone changed after the previous
  // snapshot. Then all opportunities are read.
  await take(from, to, { anew: true });
}

/** Loads the open pipeline from the counters. */
async function loadCurrent(): Promise<OpenPipeline> {
  const open = new OpenPipeline();
  for (const { owner, stage, currency, ...amounts } of (await readCounters(openRanges, "all")).flatMap(parseOpenCells))
    open.put(owner, cellName(stage, currency), amounts);
  return open;
}

/** The daily figure that the schedule of snapshots takes. */
export const dailyFigure: DailyFigure = {
  storageKey: TREND_PARTITION,
  async take(from, to) {
    await take(from, to);
    return [];
  },
};

export * as PipelineDays from "./pipeline-days.ts";
