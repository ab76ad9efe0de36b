import * as z from "zod";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import * as Identity from "../person/identity.ts";
import { kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { Activity } from "./activity.ts";

/** Activities of whatever they are about. */

/** They have lists below what they are about: so has a file of them. */
export const Query = Activity.Query.extend({ related_to_id: text(64).describe("The record that they are about") });

/** An activity is seen by whoever sees what it is about. */
export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const activity = await Activity.get({ id });
  if (!(await isShown({ type: activity.related_to_type, id: activity.related_to_id }))) throw notFound();
  return activity;
});

/** Whether the caller may see what activities are about; a person that was merged is who they were joined to. */
export async function isShown({ type, id }: Activity.Related): Promise<boolean> {
  if (type !== "person") return Records.isShown(kindOf(id), id);
  return (await Identity.find(id)) !== undefined;
}

/**
 * Those of a person's activities that the caller may see. `leads` are those of the person that the caller sees; any other records
 * that some are about are read together.
 */
export async function seenOf<A extends Activity.About>(
  activities: readonly A[],
  leads: Promise<readonly { id: string }[]>,
): Promise<A[]> {
  const others = activities.filter(({ related_to_type: type }) => type !== "person" && type !== "lead");
  const shown = new Set([
    ...(await leads).map(({ id }) => id),
    ...(await Records.shownAmong(others.map(({ related_to_id }) => related_to_id))),
  ]);
  // Who asks for a person's activities sees the person.
  return activities.filter(({ related_to_type: type, related_to_id: id }) => type === "person" || shown.has(id));
}

export * as Activities from "./visible.ts";
