import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import type { Json } from "../../kernel/json.ts";
import type { OperatedKind } from "../../kernel/ports.ts";
import { findTitleTemplate, renderTitle } from "../../kernel/record-title.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { CAMPAIGN_MEMBER } from "../campaign/campaign.kind.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { meetsWhere } from "./condition.ts";
import { type Definition, isSystemRecipient, type Step, type SystemRecipient, toSeconds } from "./definition.ts";
import { type CollectedRecord, findPersonId, findTargetId, readReference } from "./enrolled-record.ts";
import { type EnrollmentRecord, isManaged, type StepResult } from "./enrollment.entity.ts";
import { chooseWay, findNext } from "./step-tree.rules.ts";
import { findUserId, resolveUser } from "./user-recipients.ts";
import { computeValue, type ValueSources } from "./values.rules.ts";
import { findWorkingEnd } from "./working-wait.ts";

/** Decides what a step does, without doing it: an operation with its input, an effect outside of the table, a wait, or the next step. */

/** What a step has done. */
export interface StepOutcome {
  readonly result: StepResult["result"];
  readonly reason?: string | null;
  readonly record_id?: string | null;
  /** When the operation asks to be run again, because the step has not ended. */
  readonly postponed_until?: string;
  /** Answers that later steps may use. */
  readonly outputs?: Readonly<Record<string, Json>>;
  readonly details?: StepDetails;
}

/** What managers record of a step, beside its result. */
export interface StepDetails {
  /** The persons, contacts or users who were reached. */
  readonly recipient_ids?: readonly string[];
  readonly template_revision?: number | null;
}

/** What a user is asked to approve. */
export interface PlannedApproval {
  readonly to: string;
  readonly record_title: string;
  readonly question: string | null;
}

/** What a wait waits for. Without an instant it waits for an event or a condition, up to its timeout. */
interface PlannedWait {
  readonly until: string;
  /** Whether the wait has a condition that may hold already. */
  readonly isOver: boolean;
  /** Whether reaching `until` is the usual end, and no timeout. */
  readonly endsByTime: boolean;
}

export type StepPlan =
  | {
      readonly operation: string;
      readonly input: Record<string, Json>;
      readonly saveAs?: string;
      readonly details?: StepDetails;
    }
  | { readonly mail: { readonly template_id: string; readonly to: SystemRecipient } }
  | { readonly webhook: { readonly url: string; readonly saveAs: string | undefined } }
  | { readonly approval: PlannedApproval }
  | { readonly notify: { readonly to: readonly string[]; readonly message: string } }
  | { readonly wait: PlannedWait }
  | { readonly way: { readonly next: string | null; readonly reason: string } }
  | { readonly end: { readonly reason: string | null } }
  | { readonly outcome: StepOutcome };

/** What a plan is made from. */
interface PlanContext {
  readonly definition: Definition;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  /** From when the times of a wait count. */
  readonly waitsFrom: string;
  /** Chooses one of several values, one after the other. */
  readonly choose: ValueSources["choose"];
}

const skip = (reason: string): StepPlan => ({ outcome: { result: "SKIPPED", reason } });
const fail = (reason: string): StepPlan => ({ outcome: { result: "FAILED", reason } });

export async function planStep(step: Step, context: PlanContext): Promise<StepPlan> {
  const { subject, enrollment } = context;
  const { record } = subject;
  switch (step.do) {
    case "branch":
      return planBranch(step, context);
    case "split": {
      const position = chooseWay(step.ways, `${enrollment.workflow_id}/${enrollment.record_id}/${step.id}`);
      const way = step.ways[position];
      return toWay(way?.steps, step.id, context, `${way?.percent ?? 0} %`);
    }
    case "wait":
      return step.until_working ? planWorkingWait(step, context) : { wait: await planWait(step, context) };
    case "end":
      return { end: { reason: step.reason ?? null } };
    case "notify":
      return { notify: { to: step.to, message: String(computeValue(step.message, await buildSources(context))) } };
    case "approval":
      return { approval: await planApproval(step, context) };
    case "webhook":
      return { webhook: { url: step.url, saveAs: step.save_as } };
    case "create": {
      const { create } = (await usePorts().operations.describeKind(step.kind)) ?? {};
      if (create === undefined) return fail(`No ${step.kind} can be created`);
      return { operation: create, input: await computeFields(step.set, context), saveAs: step.id };
    }
    case "task":
      return planTask(step, context);
    case "send":
      return planMessage(step, context);
    case "add_to":
    case "remove_from":
      return step.campaign_id === undefined
        ? planMembership(step, record.id)
        : planCampaignMembership(step.do, step.campaign_id, record);
    default:
      return planChange(step, context);
  }
}

type StepOf<D extends Step["do"]> = Extract<Step, { do: D }>;

async function planBranch(step: StepOf<"branch">, context: PlanContext): Promise<StepPlan> {
  for (const [index, { where, steps }] of step.cases.entries())
    if (await meetsWhere(context.subject, where, `cases[${index}].where`))
      return toWay(steps, step.id, context, `case ${index + 1}`);
  return toWay(step.else, step.id, context, "else");
}

const toWay = (steps: readonly Step[] | undefined, id: string, { definition }: PlanContext, reason: string): StepPlan => ({
  way: { next: steps?.[0]?.id ?? findNext(definition.steps, id), reason },
});

/** Names the record, as the owner of the workflow sees it, and the question. */
async function planApproval(step: StepOf<"approval">, context: PlanContext): Promise<PlannedApproval> {
  const { kind } = context.subject.collection;
  const sources = await buildSources(context);
  const record = sources.objects.record as Readonly<Record<string, unknown>>;
  const title = renderTitle(findTitleTemplate(kind, new Set(Object.keys(record))), record);
  const question = step.subject === undefined ? (step.name ?? null) : String(computeValue(step.subject, sources));
  return { to: step.to, record_title: title === "" ? context.subject.record.id : title, question };
}

/** The longest wait for a condition or an event that names no timeout. */
const DEFAULT_TIMEOUT = "90d";

async function planWait(step: StepOf<"wait">, context: PlanContext): Promise<PlannedWait> {
  const start = Date.parse(context.waitsFrom);
  if (step.until_where !== undefined || step.until_event !== undefined) {
    const isOver = step.until_where !== undefined && (await meetsWhere(context.subject, step.until_where, "until_where"));
    return { until: Clock.addSeconds(toSeconds(step.timeout ?? DEFAULT_TIMEOUT), start), isOver, endsByTime: false };
  }
  if (step.for !== undefined) return { until: Clock.addSeconds(toSeconds(step.for), start), isOver: false, endsByTime: true };
  const computed = computeValue(step.until ?? null, await buildSources(context));
  const until = typeof computed === "string" ? toInstant(computed) : undefined;
  return { until: until ?? Clock.now(), isOver: until === undefined || until <= Clock.now(), endsByTime: true };
}

async function planWorkingWait(step: StepOf<"wait">, { waitsFrom }: PlanContext): Promise<StepPlan> {
  const until = await findWorkingEnd(step, waitsFrom);
  if (until === undefined) return fail("The tenant has no calendar with working time ahead");
  return { wait: { until, isOver: until <= Clock.now(), endsByTime: true } };
}

/** Returns the instant of a date, at the beginning of the day, or of an instant; undefined for another text. */
function toInstant(value: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return startOfDay(useSettings().timezone, value);
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

async function planTask(step: StepOf<"task">, context: PlanContext): Promise<StepPlan> {
  const { record } = context.subject;
  const sources = await buildSources(context);
  const { assignee, reason } = await findAssignee(step.assign_to, context, sources);
  if (reason !== undefined) return fail(reason);
  const due = Clock.addSeconds(toSeconds(step.due_in), Date.parse(findStart(context.enrollment)));
  return {
    operation: "createActivity",
    input: {
      subject: String(computeValue(step.subject, sources)).slice(0, 255),
      activity_type_id: step.activity_type_id,
      due_date: findDueDay(due, step.due_in),
      related_to_type: context.enrollment.record_kind,
      related_to_id: record.id,
      ...(step.priority_id === undefined ? {} : { priority_id: step.priority_id }),
      ...(typeof assignee === "string" && assignee !== "" ? { assigned_to_id: assignee } : {}),
    },
    saveAs: step.id,
    details: { recipient_ids: typeof assignee === "string" && assignee !== "" ? [assignee] : [] },
  };
}

/** Returns the day at which a task is due. Whole days are counted by the calendar, because a day may have 23 or 25 hours. */
function findDueDay(due: string, duration: string): string {
  const seconds = toSeconds(duration);
  if (seconds % DAY_SECONDS !== 0) return instantToDay(useSettings().timezone, due);
  return addDays(instantToDay(useSettings().timezone, Clock.addSeconds(-seconds, Date.parse(due))), seconds / DAY_SECONDS);
}

/** Returns the owner of a record if they can sign in. */
async function findOwner(record: CollectedRecord["record"]): Promise<string | undefined> {
  const owner = readReference(record, "owner");
  return owner !== undefined && (await Directory.findActive(owner)) ? owner : undefined;
}

/** Returns the user of a task; the reason if a named user cannot have it. */
async function findAssignee(
  assignTo: Json | undefined,
  { subject }: PlanContext,
  sources: ValueSources,
): Promise<{ readonly assignee?: Json | undefined; readonly reason?: string }> {
  if (assignTo === undefined) return { assignee: await findOwner(subject.record) };
  const named = computeValue(assignTo, sources);
  if (named !== assignTo || typeof named !== "string") return { assignee: named };
  const { user, reason } = await resolveUser(await findUserId(named, subject), subject);
  return user ? { assignee: user.id } : { reason };
}

/** Since when a task is due: since now, or since the change that the manager of the workflow records, however late its event is. */
const findStart = (enrollment: EnrollmentRecord): string => (isManaged(enrollment) ? enrollment.change.at : Clock.now());

async function planMessage(step: StepOf<"send">, context: PlanContext): Promise<StepPlan> {
  const { record } = context.subject;
  if (step.sender === "system" && isSystemRecipient(step.to)) return { mail: { template_id: step.template_id, to: step.to } };
  const address = step.to === undefined ? undefined : computeValue(step.to, await buildSources(context));
  const person = address === undefined ? findPersonId(record) : undefined;
  if (address === undefined && person === undefined) return skip("The record has no person to write to");
  if (address === "") return skip("The record has no address to write to");
  return {
    operation: "sendMessage",
    input: {
      channel: step.channel,
      purpose: step.purpose,
      template_id: step.template_id,
      ...(step.subscription_type === undefined ? {} : { subscription_type: step.subscription_type }),
      related_to_id: record.id,
      ...(person === undefined ? { to: String(address) } : { person_id: person }),
    },
    saveAs: step.id,
  };
}

/** Kinds of sets to which a step adds records. */
const membershipKinds: readonly string[] = [SEGMENT.name, CONTACT_LIST.name];

function planMembership(step: StepOf<"add_to"> | StepOf<"remove_from">, id: string): StepPlan {
  const [operation, set] =
    step.segment_id === undefined ? ["changeContactListMembers", step.list_id] : ["changeSegmentMembers", step.segment_id];
  if (set === undefined || !findKindById(set) || !membershipKinds.includes(findKindById(set)?.name ?? ""))
    return fail("The step names no segment or list");
  return { operation, input: { id: set, add: step.do === "add_to" ? [id] : [], remove: step.do === "add_to" ? [] : [id] } };
}

/** The fields of a campaign's member by the kinds of records that can be one. */
const memberFields: Readonly<Record<string, string>> = {
  [LEAD.name]: "lead_id",
  [CONTACT.name]: "contact_id",
  [PERSON.name]: "person_id",
};

/** Plans that the person of a record becomes, or no longer is, a member of a campaign. */
async function planCampaignMembership(
  action: "add_to" | "remove_from",
  campaign: string,
  record: CollectedRecord["record"],
): Promise<StepPlan> {
  const person = findPersonId(record);
  if (person === undefined) return skip("The record has no person who could be a member");
  if (action === "remove_from") {
    const member = await findCampaignMember(campaign, person);
    if (member === undefined) return skip("The person is no member of the campaign");
    return { operation: "removeCampaignMember", input: { id: member } };
  }
  const field = memberFields[findKindById(record.id)?.name ?? ""];
  return { operation: "addCampaignMember", input: { id: campaign, ...(field ? { [field]: record.id } : { person_id: person }) } };
}

/** Memberships of a person that one query reads. */
const MEMBERSHIP_CHUNK = 50;

/** Finds the live member of a person in a campaign, under all ids of the person. Strongly consistent. */
async function findCampaignMember(campaign: string, person: string): Promise<string | undefined> {
  const members = await loadCollection(CAMPAIGN_MEMBER);
  const reading = { order: "asc", after: undefined, chunk: MEMBERSHIP_CHUNK, consistent: true } as const;
  for await (const row of queryPartitions(members, personPartitions(await Identity.resolveIds(person)), reading)) {
    const { id, campaign_id } = members.fromRow(row) as BaseRecord & { campaign_id?: string };
    if (campaign_id === campaign) return id;
  }
  return undefined;
}

/** A step that changes a record by one of the operations on its kind. */
export type ChangingStep = StepOf<"update" | "assign" | "convert" | "action">;

/** Returns the operation that a step runs on a record; undefined if its kind has none. */
export function findChangeOperation(step: ChangingStep, { actions, update }: OperatedKind): string | undefined {
  if (step.do === "action") return actions.find((name) => name === step.action);
  return step.do === "convert" ? actions.find((name) => name.startsWith("convert")) : update;
}

/** Plans the change of a record: an update, another owner, a conversion, or an operation by its name. */
async function planChange(step: ChangingStep, context: PlanContext): Promise<StepPlan> {
  const { record } = context.subject;
  const id = await findTargetId(step.target, record, context.enrollment.outputs);
  const kind = id === undefined ? undefined : findKindById(id);
  if (id === undefined || !kind) return skip(`The record has no ${step.target ?? "target"}`);
  const operations = await usePorts().operations.describeKind(kind.name);
  const operation = operations && findChangeOperation(step, operations);
  if (operation === undefined) return fail(`A ${kind.name} has no such operation`);
  if (step.do !== "assign") return { operation, input: { ...(await computeFields(step.set, context)), id }, saveAs: step.id };
  const owner = computeValue(step.owner, await buildSources(context));
  return { operation, input: { id, owner_id: owner } };
}

/** Computes the values of fields. */
async function computeFields(set: Readonly<Record<string, Json>>, context: PlanContext): Promise<Record<string, Json>> {
  const sources = await buildSources(context);
  return Object.fromEntries(Object.entries(set).map(([field, value]) => [field, computeValue(value, sources)]));
}

/** Collects what values may read: the record as the owner of the workflow sees it, its owner, and what earlier steps have saved. */
async function buildSources({ subject, enrollment, choose }: PlanContext): Promise<ValueSources> {
  const [record] = await presentAnswer([subject.record]);
  const ownerId = readReference(subject.record, "owner");
  const [owner] = ownerId === undefined ? [] : await Directory.loadActive([ownerId]);
  const { id, first_name, last_name, email } = owner ?? {};
  return {
    objects: {
      record: omitHidden(subject, record as Record<string, unknown>),
      owner: owner ? { id, first_name, last_name, email } : {},
      created: enrollment.outputs,
      output: enrollment.outputs,
    },
    choose,
    moveDate,
  };
}

/** Leaves out what no client sees. */
function omitHidden({ collection }: CollectedRecord, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { internal = [], secret = [], sealed } = collection.definition;
  const hidden = new Set<string>([...internal, ...secret, ...(sealed === undefined ? [] : [sealed])]);
  return Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.has(field)));
}

const DAY_SECONDS = 24 * 60 * 60;

/** Moves a day by whole days, and an instant by seconds. */
function moveDate(date: string, plus = "0d"): string {
  const named = date === "today" ? today() : date === "now" ? Clock.now() : date;
  const seconds = toSeconds(plus);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(named)) return new Date(Date.parse(named) + seconds * 1000).toISOString();
  return seconds % DAY_SECONDS === 0
    ? addDays(named, seconds / DAY_SECONDS)
    : Clock.addSeconds(seconds, Date.parse(startOfDay(useSettings().timezone, named)));
}
