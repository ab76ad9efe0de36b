import { useSettings } from "../../kernel/context.ts";
import type { Json } from "../../kernel/json.ts";
import type { Step } from "../workflow/definition.ts";
import type { ManagedWorkflow } from "../workflow/managed-workflow.ts";
import type { Action, Automation, AutomationCondition, Definition } from "./stage-automation.rule-kind.ts";
import { buildPlace } from "./stage-automation.rules.ts";

/** Turns a rule into workflows: one for each active automation, with its actions as steps. */

export const buildWorkflows = ({ automations }: Definition): ManagedWorkflow[] =>
  automations.flatMap((automation, index) => (automation.is_active ? [buildWorkflow(automation, index)] : []));

const buildWorkflow = ({ name, when, do: actions }: Automation, index: number): ManagedWorkflow => {
  const { from_stages, to_stages, forward_only } = when;
  return {
    key: name,
    name,
    definition: {
      kind: "opportunity",
      trigger: {
        on: "changed",
        fields: ["stage_id"],
        ...(from_stages ? { from: from_stages } : {}),
        to: to_stages,
        ...(forward_only ? { direction: "forward" as const } : {}),
      },
      where: buildConditions(when),
      enrollment: { repeat: "every_time" },
      steps: actions.map((action, nth) => ({
        id: buildStepId(buildPlace(index, nth)),
        on_error: "continue",
        ...buildStep(action),
      })),
    },
  };
};

function buildConditions({ types, min_amount, currency }: AutomationCondition): Record<string, Json> | null {
  const required = currency ?? (min_amount === undefined ? undefined : useSettings().currency);
  const conditions = {
    ...(types ? { type: types } : {}),
    ...(min_amount === undefined ? {} : { amount: { gte: min_amount } }),
    ...(required === undefined ? {} : { currency: required }),
  };
  return Object.keys(conditions).length > 0 ? conditions : null;
}

/** Notifications name the opportunity. */
const NAME_SUFFIX = ": {{record.name}}";

type StepContent<S extends Step = Step> = S extends Step ? Omit<S, "id" | "on_error" | "name"> : never;

function buildStep(action: Action): StepContent {
  switch (action.action) {
    case "mail":
      return {
        do: "send",
        channel: "email",
        sender: "system",
        template_id: action.template_id,
        purpose: action.purpose,
        to: action.to,
      };
    case "task":
      return {
        do: "task",
        subject: action.subject,
        activity_type_id: action.activity_type_id,
        due_in: `${action.due_in_days}d`,
        assign_to: action.assign_to,
        ...(action.priority_id ? { priority_id: action.priority_id } : {}),
      };
    case "notify":
      return {
        do: "notify",
        to: action.to === "users" ? (action.user_ids ?? []) : [action.to],
        message: action.message + NAME_SUFFIX,
      };
    case "health":
      return { do: "action", target: "customer", action: "scoreCustomerHealth", set: {} };
  }
}

/** The id of a step names the place of its action in the rule. */
const buildStepId = (place: number): string => `action_${place}`;

export const parsePlace = (stepId: string): number => Number(stepId.slice("action_".length));
