import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { Leads } from "./lead.entity.ts";
import { WaitingLead } from "./waiting-lead.ts";

/** Reassigns the open leads of an absent user to the stand-in, or by the assignment rule. */

/**
 * Reassigns leads for some seconds. Returns whether all leads of the user have been processed. It may be killed, repeated or run twice at once: a
 * reassigned lead has another owner and is not found again.
 */
export const reassignSlice = (job: string, user: string, from: string, seconds: number): Promise<boolean> =>
  runPartitionJob(job, seconds, {
    collection: Leads,
    partitions: [{ index: "by_owner", facets: { owner_id: user } }],
    purpose: from,
    batchSize: 25,
    async work(ids) {
      for (const id of ids) await WaitingLead.assignByRule(id, user);
    },
  });

export * as Absence from "./absence.ts";
