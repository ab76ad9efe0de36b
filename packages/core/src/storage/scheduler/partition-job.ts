import { Clock } from "../../kernel/clock.ts";
import type { Partition } from "../read/list-query.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { splitIntoChunks } from "../table/database.ts";
import { Job } from "../write/job.ts";

/** A job on all records of some partitions, in their order. */
interface PartitionJob<R extends BaseRecord> {
  collection: Collection<R>;
  partitions: readonly Partition[];
  /**
   * What the job is for. If it differs from the stored purpose, the job starts again, because it must process records that it has already
   * passed.
   */
  purpose: string;
  /** Records that are processed before the progress is saved. */
  batchSize: number;
  /** Processes a batch. `after` is the record before the batch; it is the same if a batch is repeated. */
  work: (ids: readonly string[], after: string | undefined) => Promise<void>;
}

/** Returns a `work` function that processes each id by itself, ten at a time. */
export const forEachId =
  (work: (id: string) => Promise<void>) =>
  async (ids: readonly string[]): Promise<void> => {
    for (const chunk of splitIntoChunks(ids, 10)) await Promise.all(chunk.map(work));
  };

/** The progress of the job. */
interface PartitionJobProgress {
  purpose: string;
  after: string | undefined;
}

/** Continues a job for some seconds. Returns whether it is complete. A batch that was interrupted is processed again. */
export async function runPartitionJob<R extends BaseRecord>(
  job: string,
  seconds: number,
  definition: PartitionJob<R>,
): Promise<boolean> {
  const until = Clock.ms() + seconds * 1000;
  const { collection, partitions, purpose, batchSize, work } = definition;
  let lease = await Job.claim<PartitionJobProgress>(job);
  if (lease.state?.purpose !== purpose) lease = await Job.saveProgress(job, lease, { purpose, after: undefined });
  let after = lease.state?.after;
  while (Clock.ms() < until) {
    const ids = await listKeysAfter(collection, partitions, { order: "asc", after, limit: batchSize });
    await work(ids, after);
    after = ids.at(-1);
    if (ids.length < batchSize) return true;
    lease = await Job.saveProgress<PartitionJobProgress>(job, lease, { purpose, after });
  }
  return false;
}
