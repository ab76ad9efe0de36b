import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { put, queryAll } from "../../storage/table/database.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { isScore, isTimeDependent } from "./fact.rules.ts";
import { refreshMemberships } from "./membership.ts";
import { computeBounds, dimensions, extractValues, type Figures, type Quintiles } from "./quintile.rules.ts";
import { buildId, listFilterFields, readBuild, type SegmentType } from "./segment-type.ts";
import type { BuildRecord } from "./set-record.ts";

/**
 * Refreshes the memberships of all records of a kind, in slices. It runs after a filter changes, and after each day if filters use values that
 * depend on the date or on other customers' purchases. One build serves all sets of a kind. Its progress is in the table, so it resumes where it
 * was killed, and restarts if the filters change meanwhile.
 */
export async function runBuildSlice<R extends BaseRecord>(roster: SegmentType<R>, due_at?: string): Promise<void> {
  const storedBuild = await readBuild(roster);
  if (!storedBuild || (due_at === undefined ? storedBuild.built === storedBuild.wanted : storedBuild.due_at !== due_at)) return;
  const startedBuild = storedBuild.began_at
    ? storedBuild
    : await changeBuild(roster, (build) => ({ ...build, began_at: build.began_at ?? Clock.now() }));
  const until = Clock.ms() + SLICE_SECONDS * 1000;
  const isDone =
    (await computeQuintiles(roster, startedBuild)) &&
    (await refreshAllRecords(roster, startedBuild, (until - Clock.ms()) / 1000));
  await changeBuild(roster, (build) => {
    const isMeant = build.wanted === startedBuild.wanted && build.began_at === startedBuild.began_at;
    if (!isMeant || !isDone) return build.began_at === null ? build : { ...build, due_at: Clock.now() };
    return { ...build, built: startedBuild.wanted, began_at: null, as_of: startedBuild.began_at, due_at: computeNextRun(build) };
  });
}

/** Requests another pass over all records, starting at `due_at`. */
export const requestRebuild = <R extends BaseRecord>(roster: SegmentType<R>, due_at: string): Promise<BuildRecord> =>
  changeBuild(roster, (build) => ({ ...build, wanted: build.wanted + 1, due_at }));

const changeBuild = <R extends BaseRecord>(
  { builds }: SegmentType<R>,
  edit: (build: BuildRecord) => BuildRecord,
): Promise<BuildRecord> => Records.change(builds, buildId({ builds }), edit);

/** Returns the end of the day in the tenant's time zone if a filter depends on the date, else null. */
const computeNextRun = (build: BuildRecord): string | null =>
  listFilterFields(build).some(isTimeDependent) ? startOfDay(useSettings().timezone, addDays(today(), 1)) : null;

/** The purpose of a pass. A new start or new filters change it, which restarts the pass. */
const formatPurpose = ({ wanted: passNumber, began_at }: BuildRecord): string => `${passNumber}@${began_at}`;

const refreshAllRecords = <R extends BaseRecord>(roster: SegmentType<R>, build: BuildRecord, seconds: number): Promise<boolean> =>
  runPartitionJob(build.id, seconds, {
    collection: roster.members,
    partitions: roster.members.allPartitions("live"),
    purpose: formatPurpose(build),
    batchSize: 100,
    work: (ids) => refreshMemberships(roster, ids),
  });

/** Number of customers whose values one item stores. */
const QUINTILE_BATCH_SIZE = 500;
const DAY_SECONDS = 24 * 60 * 60;

/** Computes the quintile bounds over all records if a filter uses scores. Returns whether the bounds are ready. */
async function computeQuintiles<R extends BaseRecord>(roster: SegmentType<R>, build: BuildRecord): Promise<boolean> {
  const isAsked = roster.isScored && listFilterFields(build).some(isScore);
  if (!isAsked || build.quintiles?.as_of === build.began_at) return true;
  const job = `${build.id}.quintiles`;
  const name = `values.${build.began_at}.`;
  const isThrough = await runPartitionJob(job, SLICE_SECONDS, {
    collection: roster.members,
    partitions: roster.members.allPartitions("live"),
    purpose: String(build.began_at),
    batchSize: QUINTILE_BATCH_SIZE,
    async work(ids, after = "") {
      const records = await Records.loadMany(roster.members, ids, { live: true });
      const values = records
        .flatMap((record) => (record && [extractValues(record as R & Figures)]) ?? [])
        .filter((record) => record !== undefined);
      const ttl = Clock.toEpochSeconds(Clock.addSeconds(7 * DAY_SECONDS));
      await put({ ...Job.jobKey(job, `${name}${after}`), values: JSON.stringify(values), ttl });
    },
  });
  if (!isThrough) return false;
  const parts = await queryAll(Job.jobKey(job, "").pk, { prefix: name });
  const values = parts.flatMap((part) => JSON.parse(String(part.values)) as [number, number, number][]);
  const bounds = dimensions.map((_, index) => computeBounds(Float64Array.from(values, (value) => value[index] as number).sort()));
  const [recency = [], frequency = [], monetary = []] = bounds;
  const quintiles: Quintiles = { as_of: String(build.began_at), customers: values.length, recency, frequency, monetary };
  await changeBuild(roster, (current) => (current.began_at === build.began_at ? { ...current, quintiles } : current));
  return true;
}
