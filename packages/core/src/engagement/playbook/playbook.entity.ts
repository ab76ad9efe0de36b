import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, json, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { LEAD_STATUSES } from "../../sales/lead/lead.masters.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { PLAYBOOK, PLAYBOOK_STEP } from "./playbook.kind.ts";

export const MAX_STEPS = 50;
const MAX_REQUIRED_FIELDS = 20;
const MAX_WHERE_BYTES = 8192;

export const assignees = ["OWNER", "ME"] as const;

export const taskFields = {
  subject: name(255),
  activity_type_id: master(ACTIVITY_TYPES),
  due_in_days: z.number().int().min(0).max(3650).default(0).describe("Days after the task is created"),
  assign_to: oneOf(assignees).default("OWNER").describe("Owner of the record, or the user who creates the task"),
};

export const stepFields = {
  id: id(PLAYBOOK_STEP).nullish().describe("Id of a present step; if empty, that of the step with the same name"),
  name: name(255),
  text: text(5000).nullish().describe("Instructions for the user"),
  task: z.strictObject(taskFields).nullish().describe("A task that users create from the step"),
  required_fields: z
    .array(text(200))
    .max(MAX_REQUIRED_FIELDS)
    .default([])
    .describe("Fields of the record that must be filled; a custom field as custom_fields.name"),
};

/** Fields of a playbook that users write. */
export const fields = {
  name: personalData("none", name(100)),
  description: personalData("none", text(2000).nullish()),
  record_kind: personalData("none", registryName("activities").describe("Kind of the records. Cannot be changed")),
  is_active: z.boolean().default(true).describe("Otherwise the playbook applies to no record"),
  stage_id: personalData("none", master(OPPORTUNITY_STAGES).nullish().describe("Only opportunities in this stage")),
  lead_status_id: personalData("none", master(LEAD_STATUSES).nullish().describe("Only leads with this status")),
  segment_id: personalData("none", id(SEGMENT).nullish().describe("Only customers in this segment")),
  contact_list_id: personalData("none", id(CONTACT_LIST).nullish().describe("Only contacts on this list")),
  where: json(MAX_WHERE_BYTES)
    .meta({ examples: [{ amount: { gte: "10000" } }], "x-format": "conditions" })
    .nullish()
    .describe("Only records that match these conditions"),
  steps: z.array(z.strictObject(stepFields)).min(1).max(MAX_STEPS).describe("In their order"),
};

const StoredStep = z.object({
  ...toStoredShape(stepFields),
  id: id(PLAYBOOK_STEP),
  task: z.object(toStoredShape(taskFields)).nullable(),
});

export const Stored = z.object({
  ...toStoredShape(fields),
  steps: personalData("none", z.array(StoredStep)),
  active_kind: personalData("none", z.string().nullable().describe("record_kind of an active playbook")),
});

export type PlaybookRecord = z.output<typeof Stored> & BaseRecord;
export type Step = PlaybookRecord["steps"][number];

export const Playbooks = new Collection<PlaybookRecord>({
  kind: PLAYBOOK,
  schema: Stored,
  personalData: { purpose: "Guide users through the steps of a sale or a case.", subject: aboutPerson() },
  row: ["name", "record_kind", "is_active", "active_kind", "stage_id", "lead_status_id", "segment_id", "contact_list_id"],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("active_kind", { sparse: true }),
    by_class: indexBy("is_active"),
  },
  filters: { active_kind: { index: "by_status", field: "active_kind" }, is_active: { index: "by_class", field: "is_active" } },
  // A stage or status of records is a condition here. As a filter it would make a board of playbooks.
  filterableFields: ["name", "record_kind", "is_active", "segment_id", "contact_list_id", "created_at"],
  internal: ["active_kind"],
  searchWords: (playbook) => textSearchWords(playbook.name),
});
