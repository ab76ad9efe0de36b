import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { requestTime } from "../../kernel/day.ts";
import { collectDetails, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { IdInput, id, oneOf, patchSchema, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { UpsertMatching } from "../../storage/write/upsert.ts";
import { requireRight } from "./access.ts";
import { findLastPlace } from "./board.ts";
import { buildMemberFields, buildMembers, withMembers } from "./members.ts";
import { buildMilestones } from "./milestones.ts";
import {
  fields,
  MAX_MEMBERS,
  MAX_MILESTONES,
  type MilestoneRecord,
  memberFields,
  milestoneFields,
  type PlannedTaskRecord,
  type ProjectRecord,
  Projects,
  Stored,
} from "./project.entity.ts";
import { PROJECT, projectGrants } from "./project.kind.ts";
import { projectStatuses } from "./project.rules.ts";
import { changeStatus, requireNoOpenTasks } from "./status.ts";

/** The project domain: work for a customer, or of the organization itself, with members, milestones and tasks (docs/projects/projects.md). */

export const Info = Stored.omit({ pending_tasks: true }).extend({ custom_fields: CustomFields.outputSchema("project") });
export const Row = rowSchema(Stored, Projects.definition.row).extend(CustomFields.rowShape("project"));

const ownerField = { owner_id: User.newOwner() };
const statusField = { status: oneOf(projectStatuses).optional().meta(createHelp("PLANNED by default")) };
const forceField = { force: z.boolean().optional().describe("true: becomes COMPLETED although tasks are open") };

export const Create = z.strictObject({
  ...fields,
  ...ownerField,
  ...statusField,
  members: z.array(z.strictObject(memberFields)).max(MAX_MEMBERS).optional(),
  milestones: z.array(z.strictObject(milestoneFields)).max(MAX_MILESTONES).optional(),
  custom_fields: CustomFields.inputSchema("project", "whole"),
});

export const create = fn(Create, async (input) => {
  const owner_id = await User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
  return retryOnConflict(async () => {
    const tx = transaction();
    const project = await buildProject(tx, { ...input, owner_id });
    return tx.create(Projects, project).commit(project);
  });
});

/** What a new project has besides the fields of the request. */
interface BuildOptions {
  milestones?: readonly MilestoneRecord[];
  project_template_id?: string;
  pending_tasks?: PlannedTaskRecord[];
  /** Required custom fields may be missing: no user can be asked for them. */
  lenient?: boolean;
}

type BuildInput = Omit<z.output<typeof Create>, "owner_id"> & { owner_id: string | null };

/** Builds a project without writing it. The transaction requires that its customer and opportunity still exist. */
export async function buildProject(
  tx: Transaction,
  { members = [], milestones = [], custom_fields, status = "PLANNED", owner_id, ...input }: BuildInput,
  { lenient = false, ...options }: BuildOptions = {},
): Promise<ProjectRecord> {
  const details: ErrorDetail[] = [];
  const memberRecords = await collectDetails(details, buildMembers(members, [], "members"), []);
  const resolved = await collectDetails(
    details,
    CustomFields.resolveTogether("project", custom_fields, { lenient }, validateFields(tx, toStoredFields(fields, input))),
    undefined,
  );
  if (details.length > 0 || !resolved) throw invalidAll(details);
  const time = requestTime();
  return Records.init(
    Projects,
    {
      ...resolved,
      owner_id,
      status,
      status_changed_at: time,
      completed_at: status === "COMPLETED" ? time : null,
      space_order: await findLastPlace(status),
      ...buildMemberFields(memberRecords, owner_id),
      milestones: [...(options.milestones ?? buildMilestones(milestones))],
      total_task: 0,
      total_task_completed: 0,
      total_minutes: 0,
      percent_complete: null,
      project_template_id: options.project_template_id ?? null,
      pending_tasks: options.pending_tasks ?? [],
      last_activity_date: null,
    },
    { id: newId(PROJECT, { at: Date.parse(time) }) },
  );
}

type ProjectFields = StoredFields<typeof fields>;

/** Checks the fields of a project, and fills the customer of its opportunity in. */
async function validateFields<T extends ProjectFields>(tx: Transaction, next: T, current?: ProjectRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const { date_time_start, date_time_end } = next;
  if (date_time_start && date_time_end && date_time_end < date_time_start)
    details.push({ field: "date_time_end", message: "Must not be before date_time_start" });
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, current), next);
  if (details.length > 0) throw invalidAll(details);
  return resolveParties(tx, resolved, current);
}

async function resolveParties<T extends ProjectFields>(tx: Transaction, next: T, current?: ProjectRecord): Promise<T> {
  const { opportunity_id } = next;
  const isOther =
    next.opportunity_id !== (current?.opportunity_id ?? null) || next.customer_id !== (current?.customer_id ?? null);
  if (!isOther) return next;
  const opportunity = opportunity_id ? await Opportunity.load(opportunity_id) : undefined;
  const customer_id = next.customer_id ?? opportunity?.customer_id ?? null;
  if (opportunity?.customer_id && opportunity.customer_id !== customer_id)
    throw invalidAll([{ field: "opportunity_id", message: "Must be an opportunity of the customer" }]);
  for (const reference of [customer_id, opportunity_id])
    if (reference) tx.requireLive(reference, () => new WriteConflict(`${reference} no longer exists`));
  return { ...next, customer_id };
}

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  status: oneOf(projectStatuses).optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Projects, filters);

export const listQuery = listQueryFor(Projects, Query);

export const list = fn(Query, async (input): Promise<Page<ProjectRecord>> => listRecords(Projects, await listQuery(input)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Projects, query: Query, listQuery, info: Info, fields: { ...fields, ...ownerField } };

/** Reads the stored record, for callers that change it. */
export const read = (projectId: string): Promise<ProjectRecord> => Records.read(Projects, projectId);

export const get = fn(IdInput, ({ id: projectId }) => read(projectId));

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    ...statusField,
    ...forceField,
    custom_fields: CustomFields.inputSchema("project", "whole"),
    ...IdInput.shape,
  }),
  ({ id: projectId, owner_id, status, force, custom_fields, ...input }) =>
    edit(projectId, toStoredFields(fields, input), { owner_id, status, force, custom_fields }, {}),
);

const Patch = patchSchema({ ...fields, ...ownerField }).extend({
  ...statusField,
  ...forceField,
  custom_fields: CustomFields.inputSchema("project", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: projectId, owner_id, status, force, custom_fields, ...patch }) =>
  edit(projectId, toStoredPatch(fields, patch), { owner_id, status, force, custom_fields }, { patch: true }),
);

/** Parts of a change besides the plain fields. */
interface EditOptions {
  owner_id?: string | null | undefined;
  status?: ProjectRecord["status"] | undefined;
  force?: boolean | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
}

const edit = (
  projectId: string,
  input: Partial<ProjectFields>,
  { owner_id: requestedOwner, status, force, custom_fields }: EditOptions,
  options: CustomFields.WriteOptions,
): Promise<ProjectRecord> =>
  Records.change(Projects, projectId, async (current, tx) => {
    await requireRight(current);
    const resolved = await CustomFields.resolveTogether(
      "project",
      custom_fields,
      { ...options, current: current.custom_fields },
      validateFields(tx, { ...current, ...input }, current),
    );
    const owner_id =
      requestedOwner === undefined
        ? current.owner_id
        : await User.resolveChangedOwner(current.owner_id, requestedOwner, ...OWNER_CHECK);
    const next = withMembers({ ...resolved, owner_id });
    if (status === undefined || status === current.status) return next;
    return { ...(await changeStatus(next, status, { force })), space_order: await findLastPlace(status, current.id) };
  });

/** Deletes a project without open tasks. */
export const remove = fn(IdInput, ({ id: projectId }) =>
  Records.remove(Projects, projectId, async (current) => {
    await requireRight(current);
    await requireNoOpenTasks(current, "The project has open tasks: complete, cancel or move them before you delete it");
    return current;
  }),
);

export const restore = fn(IdInput, ({ id: projectId }) =>
  Records.restore(Projects, projectId, (current) => requireRight(current)),
);

const OWNER_CHECK = [projectGrants.assign, "projects"] as const;

/** How an upsert matches existing projects. */
export const matching = async (): Promise<UpsertMatching> => ({ fields: await buildUniqueMatches(Projects) });

export * as Project from "./project.ts";
