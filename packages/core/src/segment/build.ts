import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import { pass } from "../storage/jobs/pass.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { put, queryAll } from "../storage/table/database.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { isMoving, isScore } from "./fact.rules.ts";
import { boundsOf, dimensions, type Figures, measured, type Quintiles } from "./quintile.rules.ts";
import { buildId, fieldsAsked, type Roster, readBuild } from "./roster.ts";
import type { BuildRecord } from "./set-record.ts";
import { bringUp } from "./standing.ts";

/**
 * Goes through all records of a kind, in turns: when a filter has changed, and when a day is over and filters ask what time or
 * others' purchases move. There is one such job for all sets of a kind. How far it is stands in the table: it goes on
 * wherever it was killed, and begins anew where what decides has changed meanwhile.
 */
export async function proceed<R extends BaseRecord>(roster: Roster<R>, due_at?: string): Promise<void> {
  const found = await readBuild(roster);
  if (!found || (due_at === undefined ? found.built === found.wanted : found.due_at !== due_at)) return;
  const begun = found.began_at
    ? found
    : await changed(roster, (build) => ({ ...build, began_at: build.began_at ?? Clock.now() }));
  const until = Clock.ms() + SECONDS_PER_TURN * 1000;
  const isDone = (await measure(roster, begun)) && (await everyRecord(roster, begun, (until - Clock.ms()) / 1000));
  await changed(roster, (build) => {
    const isMeant = build.wanted === begun.wanted && build.began_at === begun.began_at;
    if (!isMeant || !isDone) return build.began_at === null ? build : { ...build, due_at: Clock.now() };
    return { ...build, built: begun.wanted, began_at: null, as_of: begun.began_at, due_at: nightOf(build) };
  });
}

/** Lets all be gone through once more, from an instant on. */
export const again = <R extends BaseRecord>(roster: Roster<R>, due_at: string): Promise<BuildRecord> =>
  changed(roster, (build) => ({ ...build, wanted: build.wanted + 1, due_at }));

const changed = <R extends BaseRecord>({ builds }: Roster<R>, edit: (build: BuildRecord) => BuildRecord): Promise<BuildRecord> =>
  Records.change(builds, buildId({ builds }), edit);

/** When the day is over in the tenant's zone, where that changes what filters find. */
const nightOf = (build: BuildRecord): string | null =>
  fieldsAsked(build).some(isMoving) ? startOfDay(useSettings().timezone, dayAfter(today(), 1)) : null;

/** What a pass is done for: another beginning, or other filters, begin it anew. */
const purposeOf = ({ wanted, began_at }: BuildRecord): string => `${wanted}@${began_at}`;

const everyRecord = <R extends BaseRecord>(roster: Roster<R>, build: BuildRecord, seconds: number): Promise<boolean> =>
  pass(build.id, seconds, {
    collection: roster.members,
    partitions: roster.members.whole("live"),
    purpose: purposeOf(build),
    together: 100,
    work: (ids) => bringUp(roster, ids),
  });

/** Customers whose values stand in one item. */
const MEASURED_TOGETHER = 500;
const DAY = 24 * 60 * 60;

/** Finds the bounds of the quintiles of all records, where filters ask for scores; whether they are found. */
async function measure<R extends BaseRecord>(roster: Roster<R>, build: BuildRecord): Promise<boolean> {
  const isAsked = roster.isScored && fieldsAsked(build).some(isScore);
  if (!isAsked || build.quintiles?.as_of === build.began_at) return true;
  const job = `${build.id}.quintiles`;
  const name = `values.${build.began_at}.`;
  const isThrough = await pass(job, SECONDS_PER_TURN, {
    collection: roster.members,
    partitions: roster.members.whole("live"),
    purpose: String(build.began_at),
    together: MEASURED_TOGETHER,
    async work(ids, after = "") {
      const records = await Records.loadMany(roster.members, ids, { live: true });
      const values = records
        .flatMap((record) => (record && [measured(record as R & Figures)]) ?? [])
        .filter((each) => each !== undefined);
      const ttl = Clock.epoch(Clock.after(7 * DAY));
      await put({ ...Job.jobKey(job, `${name}${after}`), values: JSON.stringify(values), ttl });
    },
  });
  if (!isThrough) return false;
  const parts = await queryAll(Job.jobKey(job, "").pk, { prefix: name });
  const values = parts.flatMap((part) => JSON.parse(String(part.values)) as [number, number, number][]);
  const bounds = dimensions.map((_, at) => boundsOf(Float64Array.from(values, (each) => each[at] as number).sort()));
  const [recency = [], frequency = [], monetary = []] = bounds;
  const quintiles: Quintiles = { as_of: String(build.began_at), customers: values.length, recency, frequency, monetary };
  await changed(roster, (current) => (current.began_at === build.began_at ? { ...current, quintiles } : current));
  return true;
}
