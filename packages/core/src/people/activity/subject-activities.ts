import * as z from "zod";
import { WORKFLOW_ENROLLMENT } from "../../engagement/workflow/workflow.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { Page } from "../../kernel/page.ts";
import { registryName } from "../../kernel/registry.ts";
import { text } from "../../kernel/schema.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { list as listRecords } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { buildSubjectListQuery, requireSubject } from "../person/subject.ts";
import { type ActivityRecord, Activities as Collected } from "./activity.entity.ts";
import { resolveStart } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { RecurringActivities } from "./recurring-activity.ts";
import { filterVisible } from "./subject-visibility.ts";

/** Activities of related records of all kinds. */

const subjectFields = {
  related_to_type: registryName("activities")
    .nullish()
    .describe("Kind of the related record. Optional, because the record determines it"),
  related_to_id: text(64).nullish().describe("The record that it is about"),
};

export const Create = z.strictObject({
  ...RecurringActivities.Fields.shape,
  ...subjectFields,
  follow_up: Activity.Fields.optional().describe("The next activity about the same record, created together with this one"),
});

/** Creates an activity about a record that the caller sees, and sets its last_activity_date; or one without a related record. */
export const create = fn(
  Create,
  ({ related_to_type, related_to_id, follow_up, ...input }) =>
    retryOnConflict(async () => {
      const details: ErrorDetail[] = [];
      const above = await collectDetails(details, resolveSubject(related_to_type, related_to_id), undefined);
      const prepared = await collectDetails(details, RecurringActivities.prepare(input, above ?? null), undefined);
      const next = follow_up && (await prepareFollowUp(details, follow_up, above));
      if (details.length > 0 || !prepared) throw invalidAll(details);
      const { activity } = prepared;
      const tx = await RecurringActivities.add(transaction(), prepared);
      if (next) Activity.add(tx, next);
      if (above?.touchable && !isPlannedByWorkflow()) touchSubject(tx, above.touchable, activity.created_at, next);
      return tx.commit(activity);
    }),
  async ({ related_to_type, related_to_id }, unread) => {
    if (!unread.has("related_to_id") && !unread.has("related_to_type")) await resolveSubject(related_to_type, related_to_id);
  },
);

/** Builds the next activity about the same record. Its errors name its fields below `follow_up`. */
async function prepareFollowUp(
  details: ErrorDetail[],
  input: z.input<typeof Activity.Fields>,
  subject: ActivitySubject | undefined,
): Promise<ActivityRecord | undefined> {
  const problems: ErrorDetail[] = [];
  const prepared = await collectDetails(problems, Activity.prepare(input, subject ?? null), undefined);
  details.push(...problems.map(({ field, message }) => ({ field: `follow_up.${field}`, message })));
  return prepared;
}

/** A task that a workflow plans is no activity yet: a workflow for records without activity would end its own silence. */
const isPlannedByWorkflow = (): boolean => isId(useRequest().id, WORKFLOW_ENROLLMENT);

/** Adds a new activity about a record that the caller sees to a transaction, like `create`. */
export async function addTo(tx: Transaction, subjectId: string, input: z.input<typeof Activity.Fields>): Promise<ActivityRecord> {
  const subject = await resolveSubject(undefined, subjectId);
  const activity = await Activity.prepare(input, subject ?? null);
  Activity.add(tx, activity);
  if (subject?.touchable) touchSubject(tx, subject.touchable, activity.created_at);
  return activity;
}

/** The dates of leads and opportunities at which the next contact or step is due. */
interface NextDates {
  next_contact_date?: string | null;
  next_step_date?: string | null;
  next_step?: string | null;
}

type Touchable = BaseRecord & { last_activity_date: string | null } & NextDates;

/** Sets the last activity of the record. With a follow-up, the record is due again when the follow-up is. */
function touchSubject(
  tx: Transaction,
  { collection, record }: NonNullable<ActivitySubject["touchable"]>,
  instant: string,
  followUp?: ActivityRecord,
): void {
  const next = followUp ? planNextDates(record, followUp) : {};
  if (Object.keys(next).length === 0) Records.touch(tx, collection, record, instant);
  else {
    const last_activity_date = laterInstant(record.last_activity_date ?? instant, instant);
    tx.replace(collection, record, Records.nextVersion(record, { ...record, ...next, last_activity_date }));
  }
}

/** Returns the dates that follow from a follow-up. A date that comes before it and is not over stays. */
function planNextDates(record: Touchable, followUp: ActivityRecord): NextDates {
  const at = resolveStart(followUp);
  if (at === null) return {};
  const now = Clock.now();
  const zone = useSettings().timezone;
  const [day, today] = [followUp.due_date ?? instantToDay(zone, at), instantToDay(zone, now)];
  const { next_contact_date, next_step_date } = record;
  return {
    ...(next_contact_date !== undefined && (next_contact_date === null || next_contact_date <= now || next_contact_date > at)
      ? { next_contact_date: at }
      : {}),
    ...(next_step_date !== undefined && (next_step_date === null || next_step_date <= today || next_step_date > day)
      ? { next_step_date: day, next_step: followUp.subject }
      : {}),
  };
}

interface ActivitySubject extends Activity.SubjectReference {
  owner: string | null;
  touchable?: { collection: Collection<Touchable>; record: Touchable };
}

/** Resolves the record that an activity is about: its kind must have activities, and the caller must see it. */
async function resolveSubject(
  type: string | null | undefined,
  id: string | null | undefined,
): Promise<ActivitySubject | undefined> {
  if (!id) {
    if (type) throw invalid("related_to_id", "Required with related_to_type");
    return undefined;
  }
  const subject = await requireSubject("activities", { related_to_type: type, related_to_id: id });
  const record: BaseRecord & Partial<Touchable> & ConversionFields = subject.record;
  // An activity of a converted lead belongs to its opportunity, like the lead's earlier ones.
  if (record.converted_opportunity_id) return resolveSubject(undefined, record.converted_opportunity_id);
  const kind = findKindById(subject.id);
  if (!kind || !("last_activity_date" in record)) return subject;
  const collection = (await loadCollection(kind)) as Collection<Touchable>;
  return { ...subject, touchable: { collection, record: record as Touchable } };
}

interface ConversionFields {
  converted_opportunity_id?: string | null;
}

/**
 * Builds the list query: activities assigned to users whose records the caller sees, or all activities of a record that the caller
 * sees.
 */
export const listQuery = async (input: z.output<typeof Activity.Query>): Promise<ListQuery> =>
  buildSubjectListQuery(Collected, await Master.resolveAll(Activity.Query.shape, input, input));

export const list = fn(
  Activity.Query,
  async (input): Promise<Page<ActivityRecord>> => listRecords(Collected, await listQuery(input)),
);

/**
 * Returns those of a person's activities that the caller may see. `leads` are the leads of the person that the caller sees. All
 * other related records are read in one batch.
 */
export async function filterPersonActivities(
  activities: readonly ActivityRecord[],
  leads: Promise<readonly { id: string }[]>,
): Promise<ActivityRecord[]> {
  const open = activities.filter((activity) => Visibility.isOpenToActor(Collected, activity));
  const otherActivities = open.filter(({ related_to_type }) => related_to_type !== "person" && related_to_type !== "lead");
  const leadIds = new Set((await leads).map(({ id }) => id));
  const visibleActivities = new Set(await filterVisible(otherActivities));
  // A caller who reads a person's activities sees the person.
  return open.filter(
    (activity) =>
      activity.related_to_type === "person" || leadIds.has(activity.related_to_id ?? "") || visibleActivities.has(activity),
  );
}

export * as SubjectActivities from "./subject-activities.ts";
