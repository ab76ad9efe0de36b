import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Availability } from "./availability.ts";

/** The handover of one kind of record when its user is away. The domain of the kind declares it. */

/** Gives a record to the stand-in, if it is open and still belongs to the user. */
type HandOver = (id: string, user: string, stand_in_id: string | null) => Promise<void>;

interface PartRun {
  job: string;
  user: string;
  from: string;
  seconds: number;
}

const BATCH_SIZE = 25;

export const buildHandoverPart = <R extends BaseRecord>(
  collection: Collection<R>,
  field: keyof R & string,
  handOver: HandOver,
) => ({
  kind: collection.name,
  handOver,
  /** Hands over all records of the user for some seconds. Returns whether it is through. */
  run: ({ job, user, from, seconds }: PartRun): Promise<boolean> =>
    runPartitionJob(`${job}.${collection.name}`, seconds, {
      collection,
      partitions: [{ index: "by_owner", facets: { [field]: user } }],
      purpose: from,
      batchSize: BATCH_SIZE,
      async work(ids) {
        const handover = await Availability.findHandover(user);
        if (handover) for (const id of ids) await handOver(id, user, handover.stand_in_id);
      },
    }),
  /** Returns the owner of a record; undefined if there is none, or if the owner has changed it themselves. */
  async findOwner(id: string): Promise<string | undefined> {
    const record = await Records.load(collection, id, { live: true });
    const owner = record?.[field];
    return typeof owner === "string" && record?.updated_by !== owner ? owner : undefined;
  },
});
