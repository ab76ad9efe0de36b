import { Clock } from "../../kernel/clock.ts";
import type { Partition } from "../read/list-query.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { splitIntoChunks } from "../table/database.ts";
import { Job } from "../write/job.ts";

/** What a job does with all records of some partitions, in their order. */
export interface PartitionJob<R extends BaseRecord> {
  collection: Collection<R>;
  partitions: readonly Partition[];
  /** What it is done for: for something else it begins anew, because those that it has passed are behind it again. */
  purpose: string;
  /** Records that are dealt with before it is written down how far it is. */
  batchSize: number;
  /** Is told behind which record they begin, which is the same when they are worked on again. */
  work: (ids: readonly string[], after: string | undefined) => Promise<void>;
}

/** Work on each of some ids by itself, ten at a time. */
export const forEachId =
  (work: (id: string) => Promise<void>) =>
  async (ids: readonly string[]): Promise<void> => {
    for (const some of splitIntoChunks(ids, 10)) await Promise.all(some.map(work));
  };

/** How far it is. */
interface PartitionJobProgress {
  purpose: string;
  after: string | undefined;
}

/** Goes on with a job's pass for some seconds; whether it is through. What was worked on when it was killed is worked on again. */
export async function runPartitionJob<R extends BaseRecord>(
  job: string,
  seconds: number,
  what: PartitionJob<R>,
): Promise<boolean> {
  const until = Clock.ms() + seconds * 1000;
  const { collection, partitions, purpose, batchSize: most, work } = what;
  let lease = await Job.claim<PartitionJobProgress>(job);
  if (lease.state?.purpose !== purpose) lease = await Job.saveProgress(job, lease, { purpose, after: undefined });
  let after = lease.state?.after;
  while (Clock.ms() < until) {
    const ids = await listKeysAfter(collection, partitions, { order: "asc", after, most });
    await work(ids, after);
    after = ids.at(-1);
    if (ids.length < most) return true;
    lease = await Job.saveProgress<PartitionJobProgress>(job, lease, { purpose, after });
  }
  return false;
}
