import * as z from "zod";
import { amount, id, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { opportunityTypes } from "../../sales/opportunity/opportunity.rules.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { MAX_MEMBERS, MAX_MILESTONES } from "../project/project.entity.ts";
import { memberRoles } from "../project/project.rules.ts";
import { PROJECT_TEMPLATE } from "./project-template.kind.ts";

export const MAX_TASKS = 40;
/** Ten years. */
export const MAX_OFFSET_DAYS = 3650;

const offsetField = () => z.number().int().min(0).max(MAX_OFFSET_DAYS).describe("Days after the start of the project");

export const memberFields = {
  user_id: id(USER).nullish().describe("If empty, the owner of the opportunity"),
  role: oneOf(memberRoles).default("MEMBER"),
};

export const milestoneFields = { name: name(255), offset_days: offsetField() };

export const taskFields = {
  subject: name(255),
  offset_days: offsetField().describe("Days from the start of the project to the deadline"),
  duration_minutes: z.number().int().min(0).max(100_000).nullish(),
  milestone: z.number().int().min(1).max(MAX_MILESTONES).nullish().describe("Number of a milestone of the template, from 1"),
  assigned_to_id: id(USER).nullish().describe("If empty, the owner of the project"),
  priority_id: master(PRIORITIES).nullish(),
};

/** The events at which projects are made. */
export const triggerEvents = ["OPPORTUNITY_WON"] as const;

const Trigger = z.strictObject({
  event: oneOf(triggerEvents),
  opportunity_type: oneOf(opportunityTypes).nullish().describe("If empty, opportunities of every type"),
  min_amount: amount().nullish().describe("In the currency of the organization; other currencies are converted"),
});

/** Fields of a template that a caller writes. */
export const fields = {
  name: name(100),
  is_active: z.boolean().default(true).describe("false: no projects are made from it"),
  trigger: Trigger.nullish().describe("When a project is made without a user; empty: only by hand"),
  title: name(255).describe("Title of the projects; `{customer}` and `{opportunity}` stand for their names"),
  description: text(10_000).nullish(),
  members: z.array(z.strictObject(memberFields)).max(MAX_MEMBERS).default([]),
  milestones: z.array(z.strictObject(milestoneFields)).max(MAX_MILESTONES).default([]),
  tasks: z.array(z.strictObject(taskFields)).max(MAX_TASKS).default([]),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  trigger: z.object({ ...toStoredShape(Trigger.shape) }).nullable(),
  members: z.array(z.object(toStoredShape(memberFields))),
  tasks: z.array(z.object(toStoredShape(taskFields))),
  trigger_event: oneOf(triggerEvents).nullable(),
});

export type ProjectTemplateRecord = z.output<typeof Stored> & BaseRecord;

export const ProjectTemplates = new Collection<ProjectTemplateRecord>({
  kind: PROJECT_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Begin projects with their members, milestones and tasks." },
  row: ["name", "is_active", "trigger_event", "title"],
  indexes: { by_time: indexBy(), by_status: indexBy("trigger_event", { sparse: true }) },
  filters: { trigger_event: { index: "by_status", field: "trigger_event" } },
  missingValues: { members: [], milestones: [], tasks: [] },
  searchWords: (template) => textSearchWords(template.name),
});
