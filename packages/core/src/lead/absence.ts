import { pass } from "../storage/jobs/pass.ts";
import { Availability } from "../user/availability.ts";
import { Leads } from "./lead.entity.ts";
import { Waiting } from "./waiting.ts";

/** The open leads of a user who is away are given to others by the rule. */

/**
 * Goes on with the absence that began, for some seconds; at `availability.absence_due`, until there is no more. It may be
 * killed at any moment, come twice, and at the same time: a lead that was given has another owner.
 */
export const proceed = (id: string, due_at: string, seconds: number): Promise<void> =>
  Availability.proceed(id, due_at, (user, from) => everyLead(id, user, from, seconds));

/** Whether all of a user's leads have been seen to. */
const everyLead = (job: string, user: string, from: string, seconds: number): Promise<boolean> =>
  pass(job, seconds, {
    collection: Leads,
    partitions: [{ index: "by_owner", facets: { owner_id: user } }],
    purpose: from,
    together: 25,
    async work(ids) {
      for (const id of ids) await Waiting.ask(id, user);
    },
  });

export * as Absence from "./absence.ts";
