import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, invalid, isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { date, id, name } from "../../kernel/schema.ts";
import { addDays, instantToDay, lastInstantOfDay, startOfDay } from "../../kernel/time-zone.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { User } from "../../platform/user/user.ts";
import { convert, Rates } from "../../sales/exchange-rate/rates.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { sortMilestones } from "../project/milestones.ts";
import { type PlannedTaskRecord, type ProjectRecord, Projects } from "../project/project.entity.ts";
import { PROJECT, PROJECT_MILESTONE, projectGrants } from "../project/project.kind.ts";
import { buildProject } from "../project/project.ts";
import { type ProjectTemplateRecord, ProjectTemplates } from "./project-template.entity.ts";
import { PROJECT_TEMPLATE } from "./project-template.kind.ts";
import { dateParts, fillTitle, findLastOffset, fitsCalendar, fitsType } from "./project-template.rules.ts";
import { loadTriggered } from "./project-template.ts";

/**
 * Projects from templates: by hand, and when an opportunity is won. The transaction of the project also writes an item for the template and the
 * opportunity, so that an event makes one project however often it comes. The tasks are created afterwards, a few in each transaction, which
 * also removes them from the tasks that the project waits for.
 */

type OpportunityRecord = NonNullable<Awaited<ReturnType<typeof Opportunity.load>>>;

const claimKey = (templateId: string, opportunityId: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", "project_template"),
  sk: `${templateId}/${opportunityId}`,
});

interface Instantiation {
  template: ProjectTemplateRecord;
  opportunity: OpportunityRecord | undefined;
  customer_id: string | null;
  owner_id: string | null;
  title: string | undefined;
  /** The first day, in the tenant's time zone. */
  start: string;
}

/** Builds the project of a template, with its milestones and the tasks that it waits for. */
async function instantiate(
  tx: Transaction,
  { template, opportunity, owner_id, start, ...given }: Instantiation,
): Promise<ProjectRecord> {
  const { timezone } = useSettings();
  const customer_id = given.customer_id ?? opportunity?.customer_id ?? null;
  const customer = customer_id ? await Customer.load(customer_id) : undefined;
  const milestones = dateParts(template.milestones, start).map(({ name: milestoneName, due_date }) => ({
    id: newId(PROJECT_MILESTONE),
    name: milestoneName,
    due_date,
    completed_at: null,
  }));
  const pending_tasks: PlannedTaskRecord[] = [];
  for (const task of dateParts(template.tasks, start))
    pending_tasks.push({
      subject: task.subject,
      due_date: task.due_date,
      duration_minutes: task.duration_minutes,
      priority_id: task.priority_id,
      milestone_id: milestones[(task.milestone ?? 0) - 1]?.id ?? null,
      assigned_to_id: await User.findFirstOwner([task.assigned_to_id, owner_id]),
    });
  const lastOffset = findLastOffset(template);
  const names = { customer: customer?.name ?? null, opportunity: opportunity?.name ?? null };
  return buildProject(
    tx,
    {
      title: given.title ?? fillTitle(template.title, names),
      description: template.description,
      customer_id,
      opportunity_id: opportunity?.id ?? null,
      owner_id,
      date_time_start: startOfDay(timezone, start),
      date_time_end: lastOffset === undefined ? null : lastInstantOfDay(timezone, addDays(start, lastOffset)),
      tags: [],
      members: await listMembers(template, opportunity, owner_id),
    },
    {
      milestones: sortMilestones(milestones),
      project_template_id: template.id,
      pending_tasks,
      lenient: true,
    },
  );
}

/** Lists the active users whom the template names. The owner is no member. */
async function listMembers(template: ProjectTemplateRecord, opportunity: OpportunityRecord | undefined, owner_id: string | null) {
  const roles = new Map<string, ProjectTemplateRecord["members"][number]["role"]>();
  for (const { user_id, role } of template.members) {
    const member = await User.findFirstOwner([user_id ?? opportunity?.owner_id ?? null]);
    if (member !== null && member !== owner_id && !roles.has(member)) roles.set(member, role);
  }
  return [...roles].map(([user_id, role]) => ({ user_id, role }));
}

const Create = z.strictObject({
  project_template_id: id(PROJECT_TEMPLATE),
  title: name(255).optional().describe("If empty, the title of the template"),
  customer_id: id(CUSTOMER).nullish().describe("If empty, the customer of the opportunity"),
  opportunity_id: id(OPPORTUNITY).nullish(),
  owner_id: User.newOwner(),
  start_date: date().nullish().describe("If empty, today"),
});

/** Creates a project from a template, for a user. */
export const createFromTemplate = fn(Create, async ({ project_template_id, opportunity_id, start_date, ...input }) => {
  const template = await Records.find(ProjectTemplates, project_template_id);
  if (!template) throw invalid("project_template_id", "No such project template");
  if (!template.is_active)
    throw conflict("The template is not in use: set is_active", [{ field: "is_active", message: "false" }]);
  const start = start_date ?? today();
  if (!fitsCalendar(template, start))
    throw invalid("start_date", "Must leave time for all tasks and milestones until 9999-12-31");
  const owner_id = await User.resolveNewOwner(input.owner_id, projectGrants.assign, "projects");
  const isVisible = !opportunity_id || (await Records.isVisible(OPPORTUNITY, opportunity_id));
  const opportunity = opportunity_id && isVisible ? await Opportunity.load(opportunity_id) : undefined;
  if (opportunity_id && !opportunity) throw invalid("opportunity_id", "No such opportunity");
  return retryOnConflict(async () => {
    const tx = transaction();
    const customer_id = input.customer_id ?? null;
    const project = await instantiate(tx, { template, opportunity, customer_id, owner_id, title: input.title, start });
    // No project follows for the same opportunity when it is won.
    if (opportunity) tx.put({ ...claimKey(template.id, opportunity.id), project_id: project.id });
    return tx.create(Projects, project).commit(project);
  });
});

/** Makes the projects of a won opportunity. An opportunity that is won again makes no second one from the same template. */
export const onOpportunityMoved = ({ record_id, at }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    const opportunity = await Opportunity.load(record_id);
    if (!opportunity?.is_won || !(await mayProcess(opportunity.personal_key_id, "automate"))) return;
    const start = instantToDay(useSettings().timezone, at);
    for (const template of await loadTriggered("OPPORTUNITY_WON"))
      if ((await isTriggeredBy(template, opportunity)) && fitsCalendar(template, start))
        await createOnce({ template, opportunity, customer_id: null, owner_id: null, title: undefined, start });
  });

async function isTriggeredBy({ trigger }: ProjectTemplateRecord, opportunity: OpportunityRecord): Promise<boolean> {
  if (!trigger || !fitsType(trigger, opportunity.type)) return false;
  if (trigger.min_amount === null) return true;
  const amount = await convertAmount(opportunity);
  return amount !== undefined && Money.compare(amount, trigger.min_amount) >= 0;
}

/** Converts the amount of an opportunity to the tenant's currency; undefined without an amount or a rate. */
async function convertAmount({ amount, currency }: OpportunityRecord): Promise<string | undefined> {
  const to = useSettings().currency;
  if (amount === null) return undefined;
  const [rate] = await Rates.findTodaysRates([{ from: currency, to }]);
  return rate && convert(amount, currency, to, rate);
}

const TAKEN = "The opportunity already has a project of this template";

async function createOnce(input: Instantiation & { opportunity: OpportunityRecord }): Promise<void> {
  const { template, opportunity } = input;
  const key = claimKey(template.id, opportunity.id);
  if (await readItem(key)) return;
  const owner_id = await User.findFirstOwner([opportunity.owner_id]);
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const project = await instantiate(tx, { ...input, owner_id });
      tx.put({ ...key, project_id: project.id }, { condition: "attribute_not_exists(pk)", rejection: () => conflict(TAKEN) });
      await tx.create(Projects, project).commit(undefined);
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT") || error.message !== TAKEN) throw error;
  }
}

/** Tasks of one transaction. A task is written with up to five items, and the project with two. */
const BATCH_SIZE = 12;

/** Creates the tasks that a project waits for. Each transaction requires that the project is unchanged, so none is created twice. */
export const onTasksPlanned = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    for (let isMore = true; isMore; ) isMore = await retryOnConflict(() => createNextTasks(record_id));
  });

/** Returns whether further tasks wait. */
async function createNextTasks(projectId: string): Promise<boolean> {
  const project = await Records.load(Projects, projectId, { live: true });
  if (!project || project.pending_tasks.length === 0) return false;
  const tx = transaction();
  for (const task of project.pending_tasks.slice(0, BATCH_SIZE)) Activity.add(tx, await prepareTask(project, task));
  const pending_tasks = project.pending_tasks.slice(BATCH_SIZE);
  tx.replace(Projects, project, Records.nextVersion(project, { ...project, pending_tasks }));
  await tx.commit(undefined);
  return pending_tasks.length > 0;
}

/** Builds a task. What the tenant has removed since the project was made is left out. */
async function prepareTask(project: ProjectRecord, task: PlannedTaskRecord) {
  const { subject, due_date, duration_minutes } = task;
  const milestone_id = project.milestones.some((milestone) => milestone.id === task.milestone_id) ? task.milestone_id : null;
  const assigned_to_id = await User.findFirstOwner([task.assigned_to_id, project.owner_id]);
  const input = {
    subject,
    activity_type_id: "task",
    due_date,
    duration_minutes,
    milestone_id,
    ...(assigned_to_id === null ? {} : { assigned_to_id }),
  };
  const subjectReference = { type: PROJECT.name, id: project.id, owner: null };
  try {
    return await Activity.prepare({ ...input, priority_id: task.priority_id }, subjectReference);
  } catch (error) {
    if (task.priority_id === null || !isFailure(error, "VALIDATION_ERROR")) throw error;
    return Activity.prepare(input, subjectReference);
  }
}
