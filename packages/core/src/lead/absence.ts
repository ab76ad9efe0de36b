import { Clock } from "../kernel/clock.ts";
import { Job } from "../storage/jobs/job.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Availability } from "../user/availability.ts";
import { Leads } from "./lead.entity.ts";
import { Waiting } from "./waiting.ts";

/** The open leads of a user who is away are given to others by the rule. */

/** How far the work on an absence is. */
interface Progress {
  /** When the absence began. */
  from: string;
  /** The last lead that was seen to. */
  after: string | undefined;
}

/** Leads that are seen to before it is written down how far the work is. */
const TOGETHER = 25;

/**
 * Goes on with the absence that began, for some seconds; at `availability.absence_due`, until there is no more. It may be
 * killed at any moment, come twice, and at the same time: a lead that was given has another owner.
 */
export const proceed = (id: string, due_at: string, seconds: number): Promise<void> =>
  Availability.proceed(id, due_at, (user, from) => everyLead(id, user, from, seconds));

/** Whether all of a user's leads have been seen to. */
async function everyLead(job: string, user: string, from: string, seconds: number): Promise<boolean> {
  const until = Clock.ms() + seconds * 1000;
  let lease = await Job.claim<Progress>(job);
  let after = lease.state?.from === from ? lease.state.after : undefined;
  while (Clock.ms() < until) {
    const leads = await leadsBehind(user, after);
    for (const lead of leads) await Waiting.ask(lead, user);
    after = leads.at(-1);
    if (leads.length < TOGETHER) return true;
    lease = await Job.advance<Progress>(job, lease, { from, after });
  }
  return false;
}

const leadsBehind = (owner_id: string, after: string | undefined): Promise<string[]> =>
  keysBehind(Leads, [{ index: "by_owner", facets: { owner_id } }], { order: "asc", after, most: TOGETHER });

export * as Absence from "./absence.ts";
