import * as z from "zod";
import { isJsonObject, type Json } from "../../kernel/json.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { completeUrl, id, master, name, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { CALENDAR } from "../../service/sla/sla.kind.ts";
import { weekdays } from "./time-window.rules.ts";

/**
 * The definition of a workflow, as JSON: what triggers it, what each of its steps does, and when a record leaves it. Which kinds, fields and
 * actions there are comes from the operations of the API (definition-check.ts), so a new kind of record can be automated without a line here.
 */

export const MAX_STEPS = 100;
export const MAX_DEPTH = 6;

/** A duration: `30m`, `2h`, `3d`, `1w`. */
const DURATION_PATTERN = /^(\d{1,5})(m|h|d|w)$/;
const duration = () =>
  z.string().regex(DURATION_PATTERN, "Must be a whole number with m (minutes), h (hours), d (days) or w (weeks), such as 3d");

const signedDuration = () =>
  z.string().regex(/^[+-]?\d{1,5}(m|h|d|w)$/, "Must be a duration such as 3d, with a minus if it is before the date: -3d");

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Returns the seconds of a duration; negative for one that begins with a minus. */
export function toSeconds(value: string): number {
  const [, sign = "", count = "0", unit = "m"] = /^([+-]?)(\d+)(m|h|d|w)$/.exec(value) ?? [];
  return (sign === "-" ? -1 : 1) * Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

const fieldName = () => z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/, "Must be the name of a field, such as status");

/**
 * Conditions in the grammar of lists. The kind decides which fields there are. The conditions of a schedule and of branches may have relative dates,
 * such as {"last_activity_date": {"lte": "now-14d"}}.
 */
const conditions = () =>
  z
    .custom<Record<string, Json>>(isJsonObject, 'Must be an object of conditions, such as {"status": "ACTIVE"}')
    .describe('Conditions in the grammar of lists, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]}')
    .meta({ examples: [{ company: { prefix: "acme" } }] });

const values = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const Trigger = z.discriminatedUnion("on", [
  z.strictObject({ on: z.literal("created") }),
  z.strictObject({
    on: z.literal("changed"),
    fields: z
      .array(fieldName())
      .min(1)
      .max(20)
      .optional()
      .describe("Each change of one of these fields. Without it: each change that makes `where` true"),
    from: z.array(values).min(1).max(50).optional().describe("Only with one field: it had one of these values before"),
    to: z.array(values).min(1).max(50).optional().describe("Only with one field: it has one of these values now"),
    direction: oneOf(["forward", "backward"])
      .optional()
      .describe(
        "Only with one field of master data, such as stage_id: it has a later, or an earlier, value in display order now",
      ),
  }),
  z.strictObject({
    on: z.literal("event"),
    event: z
      .string()
      .regex(/^[a-z_]+\.[a-z_]+$/, "Must be a type of event, such as lead.status_changed")
      .describe("An event about records of the kind"),
  }),
  z.strictObject({
    on: z.literal("date"),
    date_field: fieldName(),
    offset: signedDuration().default("0d").describe("Time after the date; before it with a minus: -30d"),
    yearly: z.boolean().default(false).describe("Whether it repeats each year, as a birthday does"),
  }),
  z.strictObject({
    on: z.literal("schedule"),
    cron: oneLine(100).describe("Minute, hour, day of month, month, day of week, in the tenant's time zone: `0 8 * * 1`"),
  }),
  z.strictObject({ on: z.literal("webhook") }),
  z.strictObject({ on: z.literal("manual") }),
]);
export type Trigger = z.output<typeof Trigger>;

/** A value of a field: a constant, a text with merge fields, or one of the objects of values.rules.ts. */
const fieldValues = () =>
  z.record(z.string(), z.json()).refine((set) => Object.keys(set).length > 0, "Must name at least one field");

const target = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-zA-Z][\w-]*){0,2}$/, "Must be record, a field that names a record, or created.<step>")
    .optional()
    .describe("The record that the step acts on: `customer`, `owner.manager`, `created.<step>`. Default: the enrolled record");

/** To whom the mail service of the product sends. */
const systemRecipients = ["contact", "owner", "manager"] as const;
export type SystemRecipient = (typeof systemRecipients)[number];

export const isSystemRecipient = (to: string | undefined): to is SystemRecipient =>
  (systemRecipients as readonly (string | undefined)[]).includes(to);

/** The set or the campaign of a membership step. */
const membershipFields = {
  segment_id: z.string().optional(),
  list_id: z.string().optional(),
  campaign_id: z
    .string()
    .optional()
    .describe("The person of the record becomes a member of this campaign, or is removed from it"),
};

const base = {
  id: z
    .string()
    .regex(/^[a-zA-Z][\w-]{0,63}$/, "Must begin with a letter and contain letters, digits, _ and -")
    .describe("Unique in the workflow. A new version moves records that are inside to the step of the same id"),
  name: name(100).optional(),
  on_error: oneOf(["stop", "continue"]).default("stop"),
};

const ActionStep = z.discriminatedUnion("do", [
  z.strictObject({ ...base, do: z.literal("update"), target: target(), set: fieldValues() }),
  z.strictObject({ ...base, do: z.literal("create"), kind: z.string(), set: fieldValues() }),
  z.strictObject({
    ...base,
    do: z.literal("action"),
    target: target(),
    action: z.string().describe("Name of an operation of the kind, such as convertLead: `GET /schema` lists them as actions"),
    set: z.record(z.string(), z.json()).default({}),
    retry_on: z
      .array(fieldName())
      .min(1)
      .max(10)
      .optional()
      .describe(
        "An operation may answer `postponed_until`: the step then runs again at that time, or when one of these fields changes",
      ),
  }),
  z.strictObject({ ...base, do: z.literal("convert"), target: target(), set: z.record(z.string(), z.json()).default({}) }),
  z.strictObject({
    ...base,
    do: z.literal("assign"),
    target: target(),
    owner: z.json().describe('Id of a user, or a value such as {"round_robin": ["usr_…"]}'),
  }),
  z.strictObject({
    ...base,
    do: z.literal("task"),
    subject: name(255),
    activity_type_id: z.string(),
    due_in: duration().default("1d"),
    assign_to: z
      .json()
      .optional()
      .describe("`owner`, `manager`, the id of a user who sees the record, or a value. Default: the owner of the record"),
    priority_id: z.string().optional(),
  }),
  z.strictObject({
    ...base,
    do: z.literal("send"),
    template_id: id(MESSAGE_TEMPLATE),
    channel: oneOf(["email", "sms"]).default("email"),
    purpose: oneOf(["marketing", "service"]).default("service"),
    subscription_type: master(SUBSCRIPTION_TYPES, "code")
      .optional()
      .describe("The subject of marketing. Default: `general`. Only with purpose: marketing"),
    to: z
      .string()
      .max(254)
      .optional()
      .describe(
        "Default: the person of the record. Else a field with an address, or an address. `system`: contact, owner or manager",
      ),
    sender: oneOf(["account", "system"])
      .optional()
      .describe(
        "account (default): your mail account or SMS sender. system: the mail service of the product, for workflows that run as the system; replies go to the owner of the record",
      ),
  }),
  z.strictObject({
    ...base,
    do: z.literal("notify"),
    to: z
      .array(z.union([oneOf(["owner", "manager", "team"]), id(USER)]))
      .min(1)
      .max(20),
    message: text(300).min(1),
  }),
  z.strictObject({ ...base, do: z.literal("add_to"), ...membershipFields }),
  z.strictObject({ ...base, do: z.literal("remove_from"), ...membershipFields }),
  z.strictObject({
    ...base,
    do: z.literal("webhook"),
    url: completeUrl(2000),
    save_as: z.string().max(64).optional().describe("Keeps the answer (JSON, at most 4 kB) for later steps"),
  }),
  z.strictObject({
    ...base,
    do: z.literal("wait"),
    for: duration().optional().describe("With until_working, counted in working time"),
    until_working: z.boolean().optional().describe("Until working time is or begins, or until `for` has passed in it"),
    calendar_id: id(CALENDAR).optional().describe("With until_working. Default: the oldest calendar of the tenant"),
    until: z.json().optional().describe('An instant, or a value such as {"field": "record.close_date", "plus": "-3d"}'),
    until_where: conditions().optional(),
    until_event: z.string().optional(),
    timeout: duration().optional().describe("Longest time for until_where and until_event. Default: 90d"),
  }),
  z.strictObject({ ...base, do: z.literal("end"), reason: oneLine(200).optional() }),
]);

type ActionStep = z.output<typeof ActionStep>;

interface BranchStep {
  id: string;
  name?: string | undefined;
  on_error: "stop" | "continue";
  do: "branch";
  cases: { where: Record<string, Json>; steps: Step[] }[];
  else: Step[];
}

interface SplitStep {
  id: string;
  name?: string | undefined;
  on_error: "stop" | "continue";
  do: "split";
  ways: { percent: number; steps: Step[] }[];
}

interface ApprovalStep {
  id: string;
  name?: string | undefined;
  on_error: "stop" | "continue";
  do: "approval";
  to: string;
  subject?: string | undefined;
  timeout?: string | undefined;
  rejected?: Step[] | undefined;
}

export type Step = ActionStep | BranchStep | SplitStep | ApprovalStep;

const steps = (): z.ZodType<Step[]> => z.array(z.lazy(() => AnyStep)).max(MAX_STEPS) as z.ZodType<Step[]>;

const Branch = z.strictObject({
  ...base,
  do: z.literal("branch"),
  cases: z
    .array(z.strictObject({ where: conditions(), steps: steps() }))
    .min(1)
    .max(10)
    .describe("The first case whose conditions hold is taken"),
  else: steps().default([]),
});

const Split = z.strictObject({
  ...base,
  do: z.literal("split"),
  ways: z
    .array(z.strictObject({ percent: z.number().int().min(0).max(100), steps: steps() }))
    .min(2)
    .max(10)
    .refine((ways) => ways.reduce((sum, { percent }) => sum + percent, 0) === 100, "The percentages must add up to 100"),
});

const Approval = z.strictObject({
  ...base,
  do: z.literal("approval"),
  to: z
    .union([oneOf(["owner", "manager", "DIRECTOR", "ADMIN"]), id(USER)])
    .describe("The user who is asked. If that user is away or does not see the record, the next candidate is asked"),
  subject: name(200).optional().describe("The question. Default: the name of the step"),
  timeout: duration().optional().describe("Longest time for the decision, from 1h to 90d. Default: 7d"),
  rejected: steps()
    .optional()
    .describe("Run if the record is not approved in time; then the enrollment is over. Default: the enrollment ends as STOPPED"),
});

const AnyStep: z.ZodType<Step> = z.discriminatedUnion("do", [ActionStep, Branch, Split, Approval]) as z.ZodType<Step>;

const clockTime = () => z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Must be a time of day, HH:MM");

/** The parts of a workflow that a version keeps. */
export const definitionFields = {
  kind: z
    .string()
    .max(64)
    .describe("The kind of the records, such as lead")
    .meta({ examples: ["lead"] }),
  trigger: Trigger.describe("The way in which records are enrolled").meta({ examples: [{ on: "created" }] }),
  where: conditions()
    .nullish()
    .describe("Only records that meet these conditions. Those of a schedule may have relative dates, such as now-14d"),
  steps: personalData(
    "staff",
    steps()
      .describe("Run in this order")
      .meta({ examples: [[{ id: "rename", do: "update", set: { job_title: "Contact at {{record.company}}" } }]] }),
  ),
  exit: z
    .strictObject({
      where: conditions().optional(),
      events: z.array(z.string()).min(1).max(10).optional(),
    })
    .nullish()
    .describe("A record leaves when the conditions hold or one of the events comes. It then counts as reached"),
  enrollment: z
    .strictObject({
      repeat: oneOf(["once", "once_at_a_time", "every_time"]).default("once"),
      existing: z.boolean().default(false).describe("Whether records that meet `where` at publication are enrolled too"),
      per: fieldName()
        .optional()
        .describe("With once: a record enrolls again when this field has another value than at its last enrollment"),
    })
    .default({ repeat: "once", existing: false }),
  run_as: oneOf(["owner", "system"]).default("owner"),
  window: z
    .strictObject({
      days: z.array(oneOf(weekdays)).min(1).max(7),
      from: clockTime(),
      to: clockTime(),
    })
    .nullish()
    .describe("Steps run only at these times, in the tenant's time zone"),
};

export const Definition = personalData("staff", z.strictObject(definitionFields));
export type Definition = z.output<typeof Definition>;

/** Whether records are enrolled again each year. */
export const isYearly = ({ trigger }: Pick<Definition, "trigger">): boolean => trigger.on === "date" && trigger.yearly;
