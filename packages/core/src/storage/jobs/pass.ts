import { Clock } from "../../kernel/clock.ts";
import type { Partition } from "../read/query.ts";
import { keysBehind } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { chunksOf } from "../table/database.ts";
import { Job } from "../write/job.ts";

/** What a job does with all records of some partitions, in their order. */
export interface Pass<R extends BaseRecord> {
  collection: Collection<R>;
  partitions: readonly Partition[];
  /** What it is done for: for something else it begins anew, because those that it has passed are behind it again. */
  purpose: string;
  /** Records that are dealt with before it is written down how far it is. */
  together: number;
  /** Is told behind which record they begin, which is the same when they are worked on again. */
  work: (ids: readonly string[], after: string | undefined) => Promise<void>;
}

/** Work on each of some ids by itself, ten at a time. */
export const eachOf =
  (work: (id: string) => Promise<void>) =>
  async (ids: readonly string[]): Promise<void> => {
    for (const some of chunksOf(ids, 10)) await Promise.all(some.map(work));
  };

/** How far it is. */
interface Progress {
  purpose: string;
  after: string | undefined;
}

/** Goes on with a job's pass for some seconds; whether it is through. What was worked on when it was killed is worked on again. */
export async function pass<R extends BaseRecord>(job: string, seconds: number, what: Pass<R>): Promise<boolean> {
  const until = Clock.ms() + seconds * 1000;
  const { collection, partitions, purpose, together: most, work } = what;
  let lease = await Job.claim<Progress>(job);
  if (lease.state?.purpose !== purpose) lease = await Job.advance(job, lease, { purpose, after: undefined });
  let after = lease.state?.after;
  while (Clock.ms() < until) {
    const ids = await keysBehind(collection, partitions, { order: "asc", after, most });
    await work(ids, after);
    after = ids.at(-1);
    if (ids.length < most) return true;
    lease = await Job.advance<Progress>(job, lease, { purpose, after });
  }
  return false;
}
