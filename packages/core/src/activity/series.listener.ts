import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import type { Partition } from "../storage/read/query.ts";
import { keysBehind, merged } from "../storage/read/scan.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { limits } from "../storage/table/table.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Activities, type ActivityRecord, occurrencesUnder } from "./activity.entity.ts";
import { isOpen } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { type Cut, type SeriesRecord, SeriesRecords } from "./series.entity.ts";
import { nextOf } from "./series.rules.ts";
import { Series } from "./series.ts";

/**
 * Brings the occurrences of a series to what it says, and makes those that are to come: at each of its changes, and when its clock is
 * due. A step is one transaction with the series, which says how far it is: so none is done twice, or once the series says
 * something else. What a turn leaves, the next sweep finds.
 */
export async function keep({ record_id }: DomainEvent): Promise<void> {
  const until = performance.now() + SECONDS_PER_TURN * 1000;
  let isMore = true;
  while (isMore && performance.now() < until) isMore = await retryOnConflict(() => step(record_id));
}

/** Whether there is more to be done. */
async function step(id: string): Promise<boolean> {
  const series = await Records.load(SeriesRecords, id, { live: true });
  if (!series?.work_at || series.work_at > Clock.now()) return false;
  const tx = transaction();
  const done = series.after === null ? await extended(tx, series) : await brought(tx, series, series.after);
  await tx.replace(SeriesRecords, series, Records.nextVersion(series, { ...series, ...done })).commit(undefined);
  return done.work_at !== null && done.work_at <= Clock.now();
}

type Done = Partial<SeriesRecord> & Pick<SeriesRecord, "work_at">;

const placesIn = ({ id }: SeriesRecord): Partition => ({
  index: "entry",
  facets: { pk: partitionOfPlaces(useTenant(), Activities.name, occurrencesUnder(id)) },
});

/** Occurrences that are read at a time; how many are written, their places say. */
const TOGETHER = 25;

/** Beside the series itself. */
const MOST_WRITTEN = limits.transaction - 1;

async function brought(tx: Transaction, series: SeriesRecord, from: string): Promise<Done> {
  const keys = await keysBehind(Activities, [placesIn(series)], { order: "asc", after: from || undefined, most: TOGETHER });
  const activities = await Records.loadMany(
    Activities,
    keys.map((key) => key.slice(key.indexOf("#") + 1)),
    { live: true },
  );
  const moving = await seriesNamed(series.cuts);
  for (const other of moving.values()) tx.unchanged(other);
  let after: string | null = from;
  for (const [at, activity] of activities.entries()) {
    const next = activity?.series_id === series.id ? await broughtOne(series, activity, moving) : undefined;
    if (activity && next && changedFields(activity, next).length > 0) {
      if (tx.size > moving.size && tx.size + Series.sizeOf(activity) + Series.sizeOf(next) > MOST_WRITTEN)
        return { after, work_at: Clock.now() };
      tx.replace(Activities, activity, Records.nextVersion(activity, next));
    }
    after = keys[at] ?? after;
  }
  const isWhole = keys.length < TOGETHER;
  return { after: isWhole ? null : after, ...(isWhole ? { cuts: [] } : {}), work_at: Clock.now() };
}

/** The series that occurrences move to. */
async function seriesNamed(cuts: readonly Cut[]): Promise<ReadonlyMap<string, SeriesRecord>> {
  const others = await Records.loadMany(
    SeriesRecords,
    cuts.flatMap(({ to }) => to ?? []),
    { live: true },
  );
  return new Map(others.flatMap((other) => (other ? [[other.id, other] as const] : [])));
}

/** An occurrence as its series has it; one that is over stays as it is. */
async function broughtOne(
  series: SeriesRecord,
  activity: ActivityRecord,
  moving: ReadonlyMap<string, SeriesRecord>,
): Promise<ActivityRecord | undefined> {
  const occurrence = activity.occurrence ?? series.starts;
  const cut = series.cuts.reduce<Cut | undefined>(
    (last, each) => (each.from <= occurrence && each.from >= (last?.from ?? "") ? each : last),
    undefined,
  );
  if (cut?.act === "DELETE") return activity.is_completed ? undefined : { ...activity, deleted_at: Clock.now() };
  if (!isOpen(activity)) return undefined;
  if (cut?.act === "CANCEL") return { ...activity, ...(await Activity.whole({ ...activity, status: "CANCELLED" }, activity)) };
  const own = cut?.to ? moving.get(cut.to) : series;
  return own && Series.occurrenceOf(own, occurrence, activity);
}

/** Makes the next ones. */
async function extended(tx: Transaction, series: SeriesRecord): Promise<Done> {
  const { next, at } = nextOf(series, Clock.now(), TOGETHER);
  const about = next.length > 0 ? ((await lastOf(series)) ?? series) : series;
  const there = await Records.loadMany(
    Activities,
    next.map((occurrence) => Series.idOf(series, occurrence)),
  );
  // One that was deleted stays so.
  const missing = next.filter((_, index) => !there[index]);
  let { through } = series;
  for (const occurrence of await Series.madeOf(series, missing, about)) {
    if (tx.size > 0 && tx.size + Series.sizeOf(occurrence) > MOST_WRITTEN) return { through, work_at: Clock.now() };
    tx.create(Activities, occurrence);
    through = occurrence.occurrence ?? through;
  }
  return { through: next.at(-1) ?? through, work_at: at };
}

/** The last of the occurrences, as a list shows it. */
async function lastOf(series: SeriesRecord): Promise<ActivityRecord | undefined> {
  for await (const row of merged(Activities, [placesIn(series)], { order: "desc", after: undefined, chunk: 1 }))
    return Activities.fromRow(row);
  return undefined;
}
