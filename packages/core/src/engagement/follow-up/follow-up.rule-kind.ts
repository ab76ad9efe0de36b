import * as z from "zod";
import { master, name, oneOf } from "../../kernel/schema.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";

export const watchedKinds = ["lead", "opportunity", "customer", "contact"] as const;

const FollowUp = z.strictObject({
  of: oneOf(watchedKinds).describe("Kind of the records to follow up"),
  after_days: z
    .number()
    .int()
    .min(1)
    .max(365)
    .describe("Days without an activity; counted from the creation of the record if there was none"),
  activity_type_id: master(ACTIVITY_TYPES),
  subject: name(255),
  priority_id: master(PRIORITIES).nullish(),
  due_in_days: z.number().int().min(0).max(90).default(1),
});

export type FollowUp = z.output<typeof FollowUp>;

/** Identifies a follow-up among those of a rule. */
export const buildFollowUpKey = ({ of: watchedKind, after_days }: FollowUp): string => `${watchedKind}-${after_days}`;

const Definition = z.strictObject({
  follow_ups: z
    .array(FollowUp)
    .max(20)
    .refine(
      (all) => new Set(all.map(buildFollowUpKey)).size === all.length,
      "Two follow-ups for the same kind must have different after_days",
    ),
});

type Definition = z.output<typeof Definition>;

/** Resolves master data references to ids. */
async function validateDefinition({ follow_ups }: Definition): Promise<Definition> {
  const resolved = follow_ups.map(async (followUp, index) => {
    const path = `definition.follow_ups[${index}]`;
    const { activity_type_id, priority_id } = followUp;
    return {
      ...followUp,
      activity_type_id: await Master.resolve(ACTIVITY_TYPES, activity_type_id, `${path}.activity_type_id`),
      priority_id: priority_id ? await Master.resolve(PRIORITIES, priority_id, `${path}.priority_id`) : null,
    };
  });
  return { follow_ups: await Promise.all(resolved) };
}

/** The default is empty: owners get no automatic tasks until a tenant defines follow-ups. */
export const AutomaticFollowUp = ruleKind({
  name: "automatic_follow_up",
  label: "Automatic follow-ups",
  description: "Creates tasks for the owners of records without activity for a number of days; runs each night",
  schema: Definition,
  defaults: [{ follow_ups: [] }],
  resolve: validateDefinition,
});
