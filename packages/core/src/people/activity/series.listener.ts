import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Activities, type ActivityRecord, seriesPartition } from "./activity.entity.ts";
import { isOpen } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { type Cut, type SeriesRecord, SeriesRecords } from "./series.entity.ts";
import { planNextOccurrences } from "./series.rules.ts";
import { Series } from "./series.ts";

/**
 * Brings the occurrences of a series up to date and creates the next ones: after each change of the series, and when its clock is
 * due. Each step is one transaction that also writes the progress on the series, so that a step is neither repeated nor applied
 * after the series changed again. The next sweep does what this slice leaves.
 */
export async function onSeriesEvent({ record_id }: DomainEvent): Promise<void> {
  const until = performance.now() + SLICE_SECONDS * 1000;
  let isMore = true;
  while (isMore && performance.now() < until) isMore = await retryOnConflict(() => runStep(record_id));
}

/** Runs one step. Returns whether there is more to do. */
async function runStep(id: string): Promise<boolean> {
  const series = await Records.load(SeriesRecords, id, { live: true });
  if (!series?.work_at || series.work_at > Clock.now()) return false;
  const tx = transaction();
  const done = series.after === null ? await extendSeries(tx, series) : await syncOccurrences(tx, series, series.after);
  await tx.replace(SeriesRecords, series, Records.nextVersion(series, { ...series, ...done })).commit(undefined);
  return done.work_at !== null && done.work_at <= Clock.now();
}

type StepResult = Partial<SeriesRecord> & Pick<SeriesRecord, "work_at">;

const occurrencePartition = ({ id }: SeriesRecord): Partition => buildExtraPartition(Activities, seriesPartition(id));

/** Occurrences read at a time. The number written depends on their extra index items. */
const BATCH_SIZE = 25;

/** One write is for the series itself. */
const MAX_WRITES = dynamodbLimits.transaction - 1;

async function syncOccurrences(tx: Transaction, series: SeriesRecord, from: string): Promise<StepResult> {
  const keys = await listKeysAfter(Activities, [occurrencePartition(series)], {
    order: "asc",
    after: from || undefined,
    limit: BATCH_SIZE,
  });
  const activities = await Records.loadMany(
    Activities,
    keys.map((key) => key.slice(key.indexOf("#") + 1)),
    { live: true },
  );
  const moving = await loadTargetSeries(series.cuts);
  for (const target of moving.values()) tx.requireUnchanged(target);
  let after: string | null = from;
  for (const [index, activity] of activities.entries()) {
    const next = activity?.series_id === series.id ? await syncOccurrence(series, activity, moving) : undefined;
    if (activity && next && changedFields(activity, next).length > 0) {
      if (tx.size > moving.size && tx.size + Series.countWrites(activity) + Series.countWrites(next) > MAX_WRITES)
        return { after, work_at: Clock.now() };
      tx.replace(Activities, activity, Records.nextVersion(activity, next));
    }
    after = keys[index] ?? after;
  }
  const isWhole = keys.length < BATCH_SIZE;
  return { after: isWhole ? null : after, ...(isWhole ? { cuts: [] } : {}), work_at: Clock.now() };
}

/** Loads the series to which occurrences move. */
async function loadTargetSeries(cuts: readonly Cut[]): Promise<ReadonlyMap<string, SeriesRecord>> {
  const targets = await Records.loadMany(
    SeriesRecords,
    cuts.flatMap(({ to }) => to ?? []),
    { live: true },
  );
  return new Map(targets.flatMap((target) => (target ? [[target.id, target] as const] : [])));
}

/** Returns the occurrence as its series defines it; undefined to leave it unchanged, as for closed ones. */
async function syncOccurrence(
  series: SeriesRecord,
  activity: ActivityRecord,
  moving: ReadonlyMap<string, SeriesRecord>,
): Promise<ActivityRecord | undefined> {
  const occurrence = activity.occurrence ?? series.starts;
  const cut = series.cuts.reduce<Cut | undefined>(
    (last, candidate) => (candidate.from <= occurrence && candidate.from >= (last?.from ?? "") ? candidate : last),
    undefined,
  );
  if (cut?.act === "DELETE") return activity.is_completed ? undefined : { ...activity, deleted_at: Clock.now() };
  if (!isOpen(activity)) return undefined;
  if (cut?.act === "CANCEL")
    return { ...activity, ...(await Activity.deriveFields({ ...activity, status: "CANCELLED" }, activity)) };
  const targetSeries = cut?.to ? moving.get(cut.to) : series;
  return targetSeries && Series.toOccurrence(targetSeries, occurrence, activity);
}

/** Creates the next occurrences. */
async function extendSeries(tx: Transaction, series: SeriesRecord): Promise<StepResult> {
  const { next, nextCheckAt } = planNextOccurrences(series, Clock.now(), BATCH_SIZE);
  const subjectSource = next.length > 0 ? ((await findLastOccurrence(series)) ?? series) : series;
  const existingActivities = await Records.loadMany(
    Activities,
    next.map((occurrence) => Series.occurrenceId(series, occurrence)),
  );
  // An occurrence that was deleted is not created again.
  const missing = next.filter((_, index) => !existingActivities[index]);
  let { through } = series;
  for (const occurrence of await Series.buildOccurrences(series, missing, subjectSource)) {
    if (tx.size > 0 && tx.size + Series.countWrites(occurrence) > MAX_WRITES) return { through, work_at: Clock.now() };
    tx.create(Activities, occurrence);
    through = occurrence.occurrence ?? through;
  }
  return { through: next.at(-1) ?? through, work_at: nextCheckAt };
}

/** Returns the last existing occurrence, as a list row. */
async function findLastOccurrence(series: SeriesRecord): Promise<ActivityRecord | undefined> {
  for await (const row of queryPartitions(Activities, [occurrencePartition(series)], {
    order: "desc",
    after: undefined,
    chunk: 1,
  }))
    return Activities.fromRow(row);
  return undefined;
}
