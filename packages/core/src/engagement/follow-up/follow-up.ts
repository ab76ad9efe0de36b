import { loadValues } from "../../platform/master-data/values.ts";
import type { RuleKind } from "../../platform/rule/rule-kind.ts";
import { LEAD_STATUSES } from "../../sales/lead/lead.masters.ts";
import type { Definition as WorkflowDefinition } from "../workflow/definition.ts";
import { carryOutByWorkflows } from "../workflow/managed-rule.ts";
import type { ManagedWorkflow } from "../workflow/managed-workflow.ts";
import { AutomaticFollowUp, buildFollowUpKey, type FollowUp } from "./follow-up.rule-kind.ts";
import { carryOver } from "./former-follow-up.ts";

/**
 * Follow-ups as workflows: each night, and when a version comes into force, records without activity for as long as a follow-up says get a task for
 * their owner, once for each silence.
 */

type Conditions = NonNullable<WorkflowDefinition["where"]>;
type WatchedKind = FollowUp["of"];

/** The conditions for records that still need work. */
const openConditions: Readonly<Record<WatchedKind, () => Conditions | Promise<Conditions>>> = {
  lead: async () => {
    const final = [...(await loadValues(LEAD_STATUSES)).byId.values()].filter(({ is_final }) => is_final).map(({ id }) => id);
    return { is_converted: false, ...(final.length > 0 ? { and: final.map((id) => ({ lead_status_id: { ne: id } })) } : {}) };
  },
  opportunity: () => ({ is_closed: false }),
  customer: () => ({ status: ["PROSPECT", "ACTIVE"] }),
  contact: () => ({ contact_status: "ACTIVE" }),
};

/** Builds the conditions for a silence of at least so many days. A follow-up with more days covers those with fewer. */
function buildSilence({ of: watchedKind, after_days }: FollowUp, all: readonly FollowUp[]): Conditions {
  const longer = all
    .filter((other) => other.of === watchedKind && other.after_days > after_days)
    .map((other) => other.after_days);
  const period = {
    lte: `now-${after_days}d`,
    ...(longer.length > 0 ? { gt: `now-${Math.min(...longer)}d` } : {}),
  };
  return { or: [{ last_activity_date: period }, { last_activity_date: null, created_at: period }] };
}

async function buildWorkflow(followUp: FollowUp, all: readonly FollowUp[]): Promise<ManagedWorkflow> {
  const { of: kind, after_days, subject, activity_type_id, priority_id, due_in_days } = followUp;
  return {
    key: buildFollowUpKey(followUp),
    name: `Automatic follow-up: ${kind}, ${after_days} days`,
    definition: {
      kind,
      trigger: { on: "schedule", cron: "0 0 * * *" },
      where: { ...buildSilence(followUp, all), ...(await openConditions[kind]()) },
      enrollment: { repeat: "once", existing: true, per: "last_activity_date" },
      steps: [
        {
          id: "task",
          do: "task",
          subject,
          activity_type_id,
          due_in: `${due_in_days}d`,
          ...(priority_id ? { priority_id } : {}),
        },
      ],
    },
  };
}

const byWorkflows = carryOutByWorkflows(AutomaticFollowUp, ({ definition: { follow_ups } }) =>
  Promise.all(follow_ups.map((followUp) => buildWorkflow(followUp, follow_ups))),
);

export const followUpRule: RuleKind<typeof AutomaticFollowUp.schema> = {
  ...byWorkflows,
  apply: async (set, rule, seconds) =>
    (await carryOver(set, rule.definition.follow_ups, seconds)) && (byWorkflows.apply?.(set, rule, seconds) ?? true),
  // The statuses of leads that are final may change.
  isDaily: ({ follow_ups }) => follow_ups.some(({ of: kind }) => kind === "lead"),
};
