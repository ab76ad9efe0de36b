import * as z from "zod";
import { activityGrants } from "../activity/activity.domain.ts";
import { Activity } from "../activity/activity.ts";
import { Activities } from "../activity/visible.ts";
import { may } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { leadGrants } from "../lead/lead.domain.ts";
import { Lead } from "../lead/lead.ts";
import * as Identity from "../person/identity.ts";
import { visible } from "../person/sensitive.ts";
import { MOST_READ, paging } from "../storage/read/list.ts";
import { entryOf, read, types } from "./person-timeline.ts";

/** All about a person on one page: a bounded number of queries side by side, none of which grows with what happened. */

/** So many of each are shown; each section has a list of its own for the rest. */
const SHOWN = 10;

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const known = await Identity.read(id);
  const persons = Identity.idsOf(known);
  const leads = may(leadGrants.read) ? Lead.seenOf(persons) : Promise.resolve([]);
  const [person, all, { moments }, happened, open_activities] = await Promise.all([
    visible(known),
    leads,
    read(persons, types, { limit: SHOWN }, leads),
    read(persons, ["interaction"], { limit: SHOWN }),
    openWork(persons, leads),
  ]);
  return {
    person,
    leads: all.slice(0, SHOWN),
    leads_total: all.length,
    timeline: moments.map(entryOf),
    interactions: happened.moments.map(({ record }) => record),
    open_activities,
    preferences: known.preferences,
  };
});

/** Activities that are not done yet, about what the caller sees. */
async function openWork(persons: readonly string[], leads: Promise<readonly { id: string }[]>) {
  const open: Awaited<ReturnType<typeof Activity.get>>[] = [];
  if (!may(activityGrants.read)) return open;
  const isSeen = Activities.seeing(leads);
  let count = 0;
  for await (const activity of Activity.openOf(persons, SHOWN)) {
    if (await isSeen(activity)) open.push(activity);
    if (open.length === SHOWN || ++count >= MOST_READ) break;
  }
  return open;
}

export const leads = fn(Lead.OfPerson.extend({ id: text(64) }), async ({ id, ...query }) => {
  const person = await Identity.read(id);
  return Lead.listOf(Identity.idsOf(person), paging(query));
});

export * as Person360 from "./person-360.ts";
