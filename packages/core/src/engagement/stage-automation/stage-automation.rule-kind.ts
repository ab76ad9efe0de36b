import * as z from "zod";
import { amount, currency, id, master, name, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";

const stages = () => z.array(master(OPPORTUNITY_STAGES)).min(1).max(50);

const AutomationCondition = z.strictObject({
  to_stages: stages(),
  from_stages: stages().optional().describe("Default: any stage"),
  forward_only: z.boolean().default(false).describe("true: only a move to a later stage in display order"),
  types: z.array(Opportunity.listDefinition.fields.type.unwrap().unwrap()).min(1).max(10).optional(),
  min_amount: amount().optional().describe("In the currency of this condition"),
  currency: currency().optional().describe("Only opportunities in this currency. Default with min_amount: the tenant's currency"),
});

const MailAction = z.strictObject({
  action: z.literal("mail"),
  template_id: id(MESSAGE_TEMPLATE),
  to: oneOf(["contact", "owner", "manager"]),
  purpose: oneOf(["service"]).default("service"),
});

const TaskAction = z.strictObject({
  action: z.literal("task"),
  subject: name(255),
  activity_type_id: master(ACTIVITY_TYPES),
  due_in_days: z.number().int().min(0).max(365).default(1).describe("Number of days after the stage change"),
  priority_id: master(PRIORITIES).nullish(),
  assign_to: text(64).describe("owner, manager, or the id of a user"),
});

const MAX_NOTIFIED_USERS = 20;

const NotifyAction = z.strictObject({
  action: z.literal("notify"),
  to: oneOf(["owner", "manager", "team", "users"]),
  user_ids: z.array(id(USER)).min(1).max(MAX_NOTIFIED_USERS).optional().describe("Only with to: users"),
  message: oneLine(200).min(1),
});

const HealthAction = z.strictObject({ action: z.literal("health") });

const Automation = z.strictObject({
  name: name(100),
  is_active: z.boolean().default(true),
  when: AutomationCondition,
  do: z
    .array(z.discriminatedUnion("action", [MailAction, TaskAction, NotifyAction, HealthAction]))
    .min(1)
    .max(10),
});

export const Definition = z.strictObject({
  automations: z
    .array(Automation)
    .max(20)
    .refine((all) => new Set(all.map((automation) => automation.name)).size === all.length, "Each name must be unique"),
});

export type Definition = z.output<typeof Definition>;
export type Automation = Definition["automations"][number];
export type Action = Automation["do"][number];
export type AutomationCondition = Automation["when"];

/** The default is empty: no action runs until a tenant defines automations. */
export const StageAutomation = ruleKind({
  name: "stage_automation",
  label: "Actions on stage changes",
  description:
    "Sends template emails, creates tasks, notifies users and updates the customer's health when an opportunity enters a stage",
  schema: Definition,
  defaults: [{ automations: [] }],
});
