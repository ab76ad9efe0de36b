import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { date, id, instant, name, oneOf, storedDate, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { PROJECT_TEMPLATE } from "../project-template/project-template.kind.ts";
import { PROJECT, PROJECT_MILESTONE } from "./project.kind.ts";
import { computePercent, memberRoles, projectStatuses } from "./project.rules.ts";

export const MAX_MEMBERS = 50;
export const MAX_MILESTONES = 50;

/** Fields of a project that a caller writes. */
export const fields = {
  title: name(255),
  description: text(10_000).nullish(),
  customer_id: id(CUSTOMER).nullish().describe("If empty, the customer of the opportunity"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  date_time_start: instant().nullish(),
  date_time_end: instant({ day: "last" }).nullish(),
  tags: tags().default([]),
};

export const memberFields = {
  user_id: id(USER),
  role: oneOf(memberRoles).default("MEMBER").describe("VIEWER: sees the project and its tasks, and changes nothing"),
};

export const Member = z.object({ ...toStoredShape(memberFields), added_at: personalData("none", instant()), added_by: actor() });
export type MemberRecord = z.output<typeof Member>;

export const milestoneFields = { name: name(255), due_date: date().nullish() };

export const Milestone = z.object({
  id: personalData("none", id(PROJECT_MILESTONE)),
  ...toStoredShape(milestoneFields),
  due_date: storedDate().nullable(),
  completed_at: instant().nullable(),
});
export type MilestoneRecord = z.output<typeof Milestone>;

/** A task of a template that is not created yet. */
export const PlannedTask = z.object({
  subject: z.string(),
  due_date: storedDate(),
  duration_minutes: z.number().int().nullable(),
  priority_id: personalData("none", z.string().nullable()),
  milestone_id: personalData("none", z.string().nullable()),
  assigned_to_id: personalData("staff", z.string().nullable()),
});
export type PlannedTaskRecord = z.output<typeof PlannedTask>;

const counter = () => z.number().int();

export const Stored = z.object({
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  status: personalData("relationship", oneOf(projectStatuses)),
  status_changed_at: instant(),
  completed_at: instant().nullable(),
  space_order: z.number().int().describe("Place on the board, within the column of the status; the lowest is first"),
  members: z.array(Member).describe("Users who see the project and its tasks besides its owner"),
  member_ids: z.array(id(USER)).describe("The users of `members`"),
  milestones: z.array(Milestone).describe("In order of due_date; those without one come last"),
  total_member: counter().describe("Members, and the owner"),
  total_task: counter().describe("Tasks that are not cancelled"),
  total_task_completed: counter(),
  total_minutes: counter().describe("Time spent: duration_minutes of completed tasks"),
  percent_complete: z.number().int().nullable().describe("Share of completed tasks; null without tasks"),
  project_template_id: personalData(
    "none",
    id(PROJECT_TEMPLATE).nullable().describe("The template that the project was made from"),
  ),
  pending_tasks: z.array(PlannedTask),
  last_activity_date: instant().nullable(),
});

export type ProjectRecord = z.output<typeof Stored> & BaseRecord;

/** Sorts after every date: projects without an end come last. */
const HIGHEST_DATE_KEY = "~";

/** The projects of a column of the board, in order of their places. */
export const columnPartition = (status: ProjectRecord["status"]) => ["board", status] as const;

export const placeKey = (place: number): string => toSortKey("integer", place);

export const Projects = new Collection<ProjectRecord>({
  kind: PROJECT,
  schema: Stored,
  personalData: {
    purpose: "Plan and do the work for customers and inside the organization.",
    subject: aboutPerson(reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
  },
  row: [
    "title",
    "customer_id",
    "opportunity_id",
    "owner_id",
    "status",
    "status_changed_at",
    "completed_at",
    "space_order",
    "date_time_start",
    "date_time_end",
    "member_ids",
    "total_member",
    "total_task",
    "total_task_completed",
    "total_minutes",
    "percent_complete",
    "project_template_id",
    "last_activity_date",
    "tags",
  ],
  links: { below: ["members", "milestones", "tasks", "timeline", "activities"], except: ["project_template_id"] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id", { sparse: true }),
    by_class: indexBy("opportunity_id", { sparse: true }),
    by_rank: sortedIndexBy(({ space_order }) => placeKey(space_order)),
    by_date: sortedIndexBy(({ date_time_end }) => date_time_end ?? HIGHEST_DATE_KEY),
  },
  owner: "owner_id",
  sharing: { users: ({ member_ids }) => member_ids },
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { index: "by_class", field: "opportunity_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
  },
  sorts: { space_order: "by_rank", date_time_end: "by_date" },
  extraIndex: {
    of: ({ status, space_order }) => [{ partition: columnPartition(status), sortKey: placeKey(space_order) }],
    since: 1,
  },
  computed: { percent_complete: computePercent },
  missingValues: { members: [], member_ids: [], milestones: [], pending_tasks: [] },
  internal: ["pending_tasks"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: ({ title }) => textSearchWords(title),
  events: {
    status_changed: fieldChanged("status"),
    completed: changedTo("status", "COMPLETED"),
    assigned: fieldChanged("owner_id"),
    member_added: (after, before) => after.member_ids.some((user) => !before?.member_ids.includes(user)),
    tasks_planned: (after, before) =>
      after.pending_tasks.length > 0 && before?.pending_tasks.length !== after.pending_tasks.length,
  },
});
