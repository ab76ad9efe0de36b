import * as z from "zod";
import { Activity } from "../activity/activity.ts";
import { Interaction } from "../interaction/interaction.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Lead } from "../lead/lead.ts";
import * as Identity from "../person/identity.ts";

/** Activities of whatever they are about. */

const above = {
  lead: ({ id }: { id: string }) => Lead.read(id),
  person: ({ id }: { id: string }) => Identity.read(id),
  interaction: Interaction.get,
};

/** An activity is seen by whoever sees what it is about. */
export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const activity = await Activity.get({ id });
  await above[activity.related_to_type]({ id: activity.related_to_id });
  return activity;
});

export * as Activities from "./activities.ts";
