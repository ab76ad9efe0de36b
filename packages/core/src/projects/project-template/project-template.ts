import * as z from "zod";
import { collectDetails, conflict, type ErrorDetail, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf, query, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import {
  fields,
  memberFields,
  type ProjectTemplateRecord,
  ProjectTemplates,
  Stored,
  taskFields,
  triggerEvents,
} from "./project-template.entity.ts";

/** Templates of projects: members, milestones and tasks that projects begin with (docs/projects/projects.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, ProjectTemplates.definition.row);

export const list = fn(
  listSchema(ProjectTemplates, { trigger_event: oneOf(triggerEvents).optional(), is_active: query.boolean().optional() }),
  (input) => listRecords(ProjectTemplates, buildListQuery(ProjectTemplates, input)),
);

export const create = fn(z.strictObject(fields), async (input) => {
  const template = Records.init(ProjectTemplates, await validateTemplate(toStoredFields(fields, input)));
  return transaction().create(ProjectTemplates, template).commit(template);
});

export const { get, replace, update, remove, restore } = createRecordVerbs(ProjectTemplates, fields, {
  edit: (current, changes) => validateTemplate({ ...current, ...changes }, current),
});

/** Templates that one event applies to. Each may make a project. */
const MAX_TRIGGERED = 50;

const triggerPartition = (event: (typeof triggerEvents)[number]) => ({
  index: "by_status" as const,
  facets: { trigger_event: event },
});

const listTriggeredIds = (event: (typeof triggerEvents)[number]): Promise<string[]> =>
  listKeysAfter(ProjectTemplates, [triggerPartition(event)], { order: "asc", after: undefined, limit: MAX_TRIGGERED });

/** Loads the active templates that an event applies to. */
export async function loadTriggered(event: (typeof triggerEvents)[number]): Promise<ProjectTemplateRecord[]> {
  const templates = await Records.loadMany(ProjectTemplates, await listTriggeredIds(event), { live: true });
  return templates.flatMap((template) => (template?.is_active && template.trigger ? template : []));
}

/** Checks what a schema cannot. Users and master data that were chosen before stay valid. */
async function validateTemplate<T extends StoredFields<typeof fields>>(next: T, current?: ProjectTemplateRecord) {
  const details: ErrorDetail[] = [];
  const knownUsers = new Set([...(current?.members ?? []).map(({ user_id }) => user_id), ...listAssignees(current)]);
  const requireUser = async (userId: string | null | undefined, field: string): Promise<void> => {
    if (userId && !knownUsers.has(userId)) await collectDetails(details, User.requireOwner(userId, field), undefined);
  };
  const members = next.members.map((member) => toStoredFields(memberFields, member));
  const seen = new Set<string | null>();
  for (const [index, { user_id }] of members.entries()) {
    const field = `members[${index}].user_id`;
    if (seen.has(user_id ?? null)) details.push({ field, message: "Each user can be a member only once" });
    seen.add(user_id ?? null);
    await requireUser(user_id, field);
  }
  const tasks: ProjectTemplateRecord["tasks"] = [];
  for (const [index, input] of next.tasks.entries()) {
    const task = toStoredFields(taskFields, input);
    const path = `tasks[${index}]`;
    if (task.milestone && task.milestone > next.milestones.length)
      details.push({ field: `${path}.milestone`, message: "Must be the number of a milestone of the template" });
    await requireUser(task.assigned_to_id, `${path}.assigned_to_id`);
    tasks.push(await resolvePriority(details, task, path, current));
  }
  const trigger = next.trigger
    ? { ...next.trigger, opportunity_type: next.trigger.opportunity_type ?? null, min_amount: next.trigger.min_amount ?? null }
    : null;
  if (trigger && !current?.trigger && (await listTriggeredIds(trigger.event)).length >= MAX_TRIGGERED)
    throw conflict(`At most ${MAX_TRIGGERED} templates can have this trigger: remove it from another one`, [
      { field: "trigger", message: "Too many" },
    ]);
  if (details.length > 0) throw invalidAll(details);
  return { ...next, members, tasks, trigger, trigger_event: trigger?.event ?? null };
}

const listAssignees = (template: ProjectTemplateRecord | undefined): (string | null)[] =>
  (template?.tasks ?? []).map(({ assigned_to_id }) => assigned_to_id);

type Task = ProjectTemplateRecord["tasks"][number];

/** Resolves the priority of a task to its id. */
async function resolvePriority(
  details: ErrorDetail[],
  task: StoredFields<typeof taskFields>,
  path: string,
  current: ProjectTemplateRecord | undefined,
): Promise<Task> {
  const isKnown = current?.tasks.some(({ priority_id }) => priority_id === task.priority_id);
  try {
    return await Master.resolveAll(taskFields, task, isKnown ? task : undefined, { checkedFields: ["assigned_to_id"] });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    details.push(...error.details.map(({ field, message }) => ({ field: `${path}.${field}`, message })));
    return task;
  }
}

export * as ProjectTemplate from "./project-template.ts";
