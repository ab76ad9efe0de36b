import { Availability } from "../../platform/user/availability.ts";
import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { Leads } from "./lead.entity.ts";
import { WaitingLead } from "./waiting-lead.ts";

/** The open leads of a user who is away are given to others by the rule. */

/**
 * Goes on with the absence that began, for some seconds; at `availability.absence_due`, until there is no more. It may be
 * killed at any moment, come twice, and at the same time: a lead that was given has another owner.
 */
export const continueReassignment = (id: string, due_at: string, seconds: number): Promise<void> =>
  Availability.proceed(id, due_at, (user, from) => reassignSlice(id, user, from, seconds));

/** Whether all of a user's leads have been seen to. */
const reassignSlice = (job: string, user: string, from: string, seconds: number): Promise<boolean> =>
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
