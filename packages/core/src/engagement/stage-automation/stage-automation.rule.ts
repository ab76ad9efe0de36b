import { useSettings } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { MessageTemplate } from "../../messaging/template/message-template.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import type { DryRunResult, DryRunRules, DryRunSample, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { carryOutByWorkflows } from "../workflow/managed-rule.ts";
import { type Action, type Automation, type Definition, StageAutomation } from "./stage-automation.rule-kind.ts";
import { planActions } from "./stage-automation.rules.ts";
import { loadStageOrder } from "./stage-order.ts";
import { buildWorkflows } from "./stage-workflows.ts";

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

/** Checks that the records a rule refers to exist, and resolves master data. */

async function validateDefinition({ automations }: Definition): Promise<Definition> {
  const details: ErrorDetail[] = [];
  const resolved = await Promise.all(
    automations.map((automation, index) =>
      collectDetails(details, validateAutomation(automation, `definition.automations[${index}]`), automation),
    ),
  );
  if (details.length > 0) throw invalidAll(details);
  return { automations: resolved };
}

async function validateAutomation(automation: Automation, path: string): Promise<Automation> {
  const details: ErrorDetail[] = [];
  const { when } = automation;
  const stages = (field: "to_stages" | "from_stages") =>
    Promise.all(
      (when[field] ?? []).map((stage, index) =>
        collectDetails(details, Master.resolve(OPPORTUNITY_STAGES, stage, `${path}.when.${field}[${index}]`), stage),
      ),
    );
  const [to_stages, from_stages] = [await stages("to_stages"), await stages("from_stages")];
  const actions = await Promise.all(
    automation.do.map((action, index) => collectDetails(details, validateAction(action, `${path}.do[${index}]`), action)),
  );
  if (details.length > 0) throw invalidAll(details);
  return { ...automation, when: { ...when, to_stages, ...(when.from_stages ? { from_stages } : {}) }, do: actions };
}

async function validateAction(action: Action, path: string): Promise<Action> {
  if (action.action === "mail") {
    await requireMailTemplate(action.template_id, `${path}.template_id`);
    return action;
  }
  if (action.action === "notify") {
    const { to, user_ids } = action;
    if ((to === "users") !== (user_ids !== undefined))
      throw invalid(`${path}.user_ids`, "Required with to: users, and not allowed otherwise");
    for (const [index, user] of (user_ids ?? []).entries()) await requireUser(user, `${path}.user_ids[${index}]`);
    return action;
  }
  if (action.action === "task") {
    const { activity_type_id, priority_id, assign_to } = action;
    if (!roles.includes(assign_to)) await requireUser(assign_to, `${path}.assign_to`);
    return {
      ...action,
      activity_type_id: await Master.resolve(ACTIVITY_TYPES, activity_type_id, `${path}.activity_type_id`),
      priority_id: priority_id ? await Master.resolve(PRIORITIES, priority_id, `${path}.priority_id`) : null,
    };
  }
  return action;
}

const roles: readonly string[] = ["owner", "manager"];

async function requireMailTemplate(id: string, field: string): Promise<void> {
  const template = await MessageTemplate.load(id);
  if (!template) throw invalid(field, `No such ${MESSAGE_TEMPLATE.name.replace("_", " ")}`);
  if (template.channel !== "EMAIL") throw invalid(field, "Must be an EMAIL template");
}

async function requireUser(id: string, field: string): Promise<void> {
  if (!(await Directory.findActive(id))) throw invalid(field, "No active user has this id");
}

/** Simulates the rules on the newest opportunities, as if each had just moved to its stage from the one before in display order. */
async function rehearse({ before, after }: DryRunRules<Definition>, sample: DryRunSample): Promise<DryRunResult> {
  const { orders, currency } = await loadStageOrder(useSettings().currency);
  const stageBefore = (stage: string): string | null => {
    const behind = [...orders].filter(([, order]) => order < (orders.get(stage) ?? 0)).sort(([, a], [, b]) => b - a);
    return behind[0]?.[0] ?? null;
  };
  const describeActions = (
    { definition }: { definition: Definition },
    { stage_id, type, amount, currency: recordCurrency }: OpportunityRecord,
  ): string => {
    const stageChange = { from: stageBefore(stage_id), to: stage_id, type, amount, currency: recordCurrency };
    return planActions(definition, stageChange, { orders, currency })
      .map(({ automation, action }) => `${automation}: ${action.action}`)
      .join(", ");
  };
  return compareOnSample(Opportunity.listDefinition.collection, sample, async (opportunities) =>
    opportunities.map((opportunity) => ({
      record_id: opportunity.id,
      title: opportunity.name,
      before: describeActions(before, opportunity),
      after: describeActions(after, opportunity),
    })),
  );
}

export const stageAutomationRule: RuleKind<typeof StageAutomation.schema> = carryOutByWorkflows(
  { ...StageAutomation, resolve: validateDefinition, dryRun: rehearse },
  ({ definition }) => buildWorkflows(definition),
);
