import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActor, useActorId, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import {
  collectDetails,
  conflict,
  type ErrorDetail,
  forbidden,
  invalid,
  invalidAll,
  notFound,
  ruleViolation,
} from "../../kernel/error.ts";
import { fn, parseStored } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import { leaders } from "../../kernel/permission.ts";
import { IdInput, type StoredFields, text, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import {
  Activities,
  type ActivityRecord,
  fields,
  Participant,
  ParticipantChange,
  participantId,
  Stored,
} from "./activity.entity.ts";
import { ACTIVITY_TYPES } from "./activity.masters.ts";
import { isOpen, listReminders, resolveHappensAt, toDueInstant } from "./activity.rules.ts";
import { resetMovedAnswers } from "./external-participants.rules.ts";
import { listOverriddenFields } from "./series.entity.ts";
import { findMilestoneFaults, requireSubjectWritable } from "./subject-rule.ts";
import { isSubjectVisible } from "./subject-visibility.ts";

/** Activities that staff plan and do, with or without a related record of another kind. */

export const Info = Stored;
export const Row = rowSchema(Stored, Activities.definition.row);
export const Fields = z.strictObject(fields);

export const Query = listSchema(Activities, {}, { named: ["related_to_id", "series_id"] });

/** Returns an activity. If it has a related record, the record must exist and the caller must see it. */
export const get = fn(IdInput, async ({ id }) => requireVisible(await Records.read(Activities, id)));

export async function requireVisible(activity: ActivityRecord): Promise<ActivityRecord> {
  if (await isSubjectVisible(activity)) return activity;
  throw notFound();
}

/** Requires that the caller sees an activity and may change it. */
export async function requireWritable(activity: ActivityRecord): Promise<ActivityRecord> {
  await requireVisible(activity);
  await requireSubjectWritable(activity);
  return activity;
}

/** Builds the list query for the activities of a record. */
export const listQuery = async (parent: string, input: z.output<typeof Query>): Promise<ListQuery> => ({
  ...buildListQuery(Activities, await Master.resolveAll(Query.shape, input, input)),
  parent,
});

/** Lists the activities of a record. The caller must have checked that the user sees the record. */
export const listByRecord = async (parent: string, input: z.output<typeof Query>): Promise<Page<ActivityRecord>> =>
  listRecords(Activities, await listQuery(parent, input));

/** The related record of an activity. */
export interface SubjectReference {
  type: NonNullable<ActivityRecord["related_to_type"]>;
  id: string;
}

/** The fields of an activity that contain its related record. */
export type SubjectFields = Pick<ActivityRecord, "related_to_type" | "related_to_id">;

/** The related record, and the person in whose collection the activity is created. If `owner` is null, it has its own collection. */
export type OwnedSubject = SubjectReference & { owner: string | null };

/** The series fields of an activity that does not recur. */
const nonRecurringFields = {
  series_id: null,
  occurrence: null,
  is_recurring: false,
  recurrence: null,
  recurrence_pattern: null,
  recurrence_end_date: null,
  own_fields: [],
};

/** Master data that was chosen before: it stays valid when it is no longer in use. */
type ChosenMasters = Partial<Pick<ActivityFields, "activity_type_id" | "meeting_type_id">>;

/** Builds a new activity, in the collection of its person if it has one. Does not write it. */
export async function prepare(
  input: z.input<typeof Fields>,
  related: OwnedSubject | null,
  chosenMasters?: ChosenMasters,
): Promise<ActivityRecord> {
  const [activity_number = ""] = await RecordNumbers.lease("A");
  // The texts come from an input that `fn` has checked, or from records.
  const parsedInput = parseStored(Fields, input);
  const initialFields = {
    activity_number,
    personal_key_id: related?.owner ?? null,
    related_to_type: related?.type ?? null,
    related_to_id: related?.id ?? null,
    reminded_at: null,
    invitations_due_at: null,
    ...nonRecurringFields,
  };
  await requireSubjectWritable(initialFields);
  const assigned_to_id = await resolveAssignee(parsedInput.assigned_to_id);
  const validFields = await validateFields(
    { ...toStoredFields(fields, parsedInput), assigned_to_id },
    initialFields,
    undefined,
    undefined,
    chosenMasters,
  );
  return Records.init(
    Activities,
    { ...initialFields, ...(await deriveFields(validFields)) },
    related?.owner ? { owner: related.owner } : {},
  );
}

/** Loads the activities that are not deleted, without a check of visibility, for domains that store data about activities. */
export const loadLive = (ids: readonly string[]): Promise<(Activity | undefined)[]> =>
  Records.loadMany(Activities, ids, { live: true });

/** Adds the next version of an activity to a transaction, which fails if the activity changed since it was read. */
export function applyEdit(tx: Transaction, before: Activity, edited: Activity): Activity {
  const next = Records.nextVersion(before, edited);
  tx.replace(Activities, before, next);
  return next;
}

export const add = (tx: Transaction, activity: ActivityRecord): Transaction => tx.create(Activities, activity);

export type ActivityFields = StoredFields<Omit<typeof fields, "assigned_to_id">> & Pick<ActivityRecord, "assigned_to_id">;

/** Resolves master data to ids and checks the references. Reports all errors in one answer. */
async function validateFields<T extends ActivityFields>(
  next: T,
  subject: SubjectFields,
  before?: ActivityRecord,
  tx?: Transaction,
  chosenMasters?: ChosenMasters,
): Promise<T> {
  const details: ErrorDetail[] = [];
  const checkedFields = ["assigned_to_id", "blocked_by", "milestone_id"];
  const [resolved, participants] = await Promise.all([
    collectDetails(details, Master.resolveAll(fields, next, before ?? chosenMasters, { checkedFields }), next),
    resolveParticipants(details, next, before),
    collectDetails(details, requireValidBlocker(next, before, tx), undefined),
  ]);
  if (next.milestone_id && next.milestone_id !== before?.milestone_id)
    details.push(...(await findMilestoneFaults(subject, next.milestone_id, tx)));
  const { start_datetime, end_datetime } = resolved;
  if (start_datetime && end_datetime && end_datetime < start_datetime)
    details.push({ field: "end_datetime", message: "Must not be before start_datetime" });
  if (resolved.due_time && !resolved.due_date) details.push({ field: "due_date", message: "Required with due_time" });
  if (resolved.send_invitations && before?.series_id)
    details.push({ field: "send_invitations", message: "Recurring activities cannot send invitations by mail" });
  if (resolved.status === "BLOCKED" && !resolved.blocked_by)
    details.push({ field: "blocked_by", message: "Required with status BLOCKED: the activity that must be completed first" });
  if (resolved.send_invitations && !resolved.start_datetime && !resolved.due_date)
    details.push({ field: "start_datetime", message: "start_datetime or due_date is required with send_invitations" });
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, participants };
}

export type StoredParticipant = ActivityRecord["participants"][number];

/** Resolves the participants to stored ones, with their ids and answers. */
export async function resolveParticipants(
  details: ErrorDetail[],
  { participants }: Pick<ActivityFields, "participants">,
  before?: ActivityRecord,
) {
  const previousById = new Map(before?.participants.map((participant) => [participantId(participant), participant]));
  return Promise.all(
    participants.map(async (participant, index) => {
      const id = participantId(participant);
      const problems: ErrorDetail[] = [];
      if (!previousById.has(id))
        await collectDetails(problems, Master.resolveAll(Participant.shape, { ...participant, id }), participant);
      details.push(...problems.map(({ field, message }) => ({ field: `participants[${index}].${field}`, message })));
      const { user_id = null, contact_id = null, person_id = null, participant_type } = participant;
      return { id, user_id, contact_id, person_id, participant_type, ...resolveAnswer(participant, previousById.get(id)) };
    }),
  );
}

/** Returns the answer of a participant and its time. An answer that does not change keeps its time. */
function resolveAnswer({ response_status, response_comment }: StoredParticipant, before?: StoredParticipant) {
  const invitation_status = before?.invitation_status ?? null;
  const isSame = before?.response_status === response_status;
  const comment = response_comment ?? (isSame ? before.response_comment : null) ?? null;
  const since = response_status === "NO_RESPONSE" ? null : Clock.now();
  return {
    response_status,
    response_comment: comment,
    responded_at: isSame ? (before.responded_at ?? null) : since,
    invitation_status,
  };
}

/** Maximum length of a chain of activities that block each other. */
const MAX_BLOCKER_CHAIN = 10;

/**
 * Requires that the blocking activity exists, that the caller sees it, and that its own chain of blockers does not contain this
 * activity. The transaction fails if an activity of the chain changed meanwhile, so that two requests cannot form a cycle.
 */
async function requireValidBlocker({ blocked_by }: ActivityFields, before?: ActivityRecord, tx?: Transaction): Promise<void> {
  if (!blocked_by || blocked_by === before?.blocked_by) return;
  let above = await Records.find(Activities, blocked_by);
  if (!above) throw invalid("blocked_by", "No such activity");
  for (let level = 0; above; level++) {
    if (above.id === before?.id) throw invalid("blocked_by", "The blocking activity is itself blocked by this one");
    if (level === MAX_BLOCKER_CHAIN)
      throw invalid("blocked_by", `A chain of blocking activities can have at most ${MAX_BLOCKER_CHAIN} activities`);
    tx?.requireUnchanged(above);
    above = above.blocked_by ? await Records.load(Activities, above.blocked_by, { live: true }) : undefined;
  }
}

/** Tells whether the blocking activity is still open. */
async function isBlocked({ blocked_by }: Pick<ActivityRecord, "blocked_by">): Promise<boolean> {
  const above = blocked_by ? await Records.load(Activities, blocked_by, { live: true }) : undefined;
  return above !== undefined && isOpen(above);
}

/** Derives the computed fields from the written ones and from the version before. */
export async function deriveFields(activityFields: ActivityFields, before?: ActivityRecord) {
  const status = await resolveStatus(activityFields, before);
  const next = { ...activityFields, status };
  const is_completed = status === "COMPLETED";
  const wasCompleted = before?.is_completed ?? false;
  const timezone = next.timezone ?? useSettings().timezone;
  const isPlannedAlike =
    before && (["due_date", "due_time", "timezone"] as const).every((field) => (before[field] ?? null) === (next[field] ?? null));
  const due_at = isPlannedAlike ? before.due_at : toDueInstant(next, timezone);
  const now = Clock.now();
  const done = is_completed
    ? wasCompleted
      ? {
          completed_datetime: before?.completed_datetime ?? now,
          completed_day: before?.completed_day ?? null,
          completed_by_id: before?.completed_by_id ?? useActorId(),
        }
      : { completed_datetime: now, completed_day: today(), completed_by_id: useActorId() }
    : { completed_datetime: null, completed_day: null, completed_by_id: null };
  const timed = { ...next, due_at, ...done };
  const participants = resetMovedAnswers(timed, before);
  const reminders = listReminders(timed);
  const isRemindedAlike = before && haveSameInstants(reminders, listReminders(before));
  return {
    ...timed,
    participants,
    duration_minutes: await resolveDuration(timed, wasCompleted),
    happens_at: resolveHappensAt({ ...timed, created_at: before?.created_at ?? now }),
    is_completed,
    has_reminder: reminders.length > 0,
    assigned_by_id: resolveAssigner(next, before),
    attending: next.participants.flatMap(({ user_id, response_status }) =>
      user_id && response_status !== "DECLINED" ? [user_id] : [],
    ),
    // A reminder that is added for a time in the past is not sent. A reminder that is already due is still sent.
    reminders_from: isRemindedAlike ? before.reminders_from : now,
  };
}

/** Returns who assigned the activity. */
function resolveAssigner({ assigned_to_id }: ActivityFields, before?: ActivityRecord): string | null {
  if (before && before.assigned_to_id === assigned_to_id) return before.assigned_by_id;
  return assigned_to_id === null ? null : useActorId();
}

const haveSameInstants = (a: readonly { at: string }[], b: readonly { at: string }[]): boolean =>
  a.map(({ at }) => at).join() === b.map(({ at }) => at).join();

/** Returns the requested status, adjusted to whether the activity is blocked. */
async function resolveStatus({ status, blocked_by }: ActivityFields, before?: ActivityRecord): Promise<ActivityRecord["status"]> {
  const isReopened = before !== undefined && !isOpen(before) && isOpen({ status });
  if (isReopened && before.is_completed && before.assigned_to_id !== useActorId() && !hasRole(...leaders))
    throw forbidden("The activity is completed: only its assignee, a manager or an administrator can reopen it");
  if (status === "CANCELLED") return status;
  const isHeld = await isBlocked({ blocked_by });
  if (status === "COMPLETED") {
    if (isHeld && !before?.is_completed)
      throw ruleViolation("The activity is blocked", [{ field: "blocked_by", message: "This activity must be completed first" }]);
    return status;
  }
  return isHeld ? "BLOCKED" : status === "BLOCKED" ? "NOT_STARTED" : status;
}

/** Restores an activity, without its milestone if that is gone. */
export const restore = fn(IdInput, ({ id }) =>
  Records.restore(Activities, id, async (current, tx) => {
    const { milestone_id } = await requireWritable(current);
    const isGone = milestone_id !== null && (await findMilestoneFaults(current, milestone_id, tx)).length > 0;
    return isGone ? { ...current, milestone_id: null } : current;
  }),
);

/** A missing `assigned_to_id` leaves the assignee unchanged. */
export type Changes = Partial<Omit<ActivityFields, "assigned_to_id">> & { assigned_to_id?: string | null | undefined };

/** Returns the activity after an edit, with the new assignee checked. */
export async function editActivity(current: ActivityRecord, { assigned_to_id, ...changes }: Changes, tx: Transaction) {
  const isOther = assigned_to_id !== undefined && assigned_to_id !== current.assigned_to_id;
  if (isOther && assigned_to_id) await User.requireOwner(assigned_to_id, "assigned_to_id");
  return changeActivity(current, { ...changes, ...(isOther ? { assigned_to_id } : {}) }, tx);
}

/** Returns the activity after a change of its written fields. */
export async function changeActivity(
  current: ActivityRecord,
  changes: Partial<ActivityFields>,
  tx?: Transaction,
): Promise<ActivityRecord> {
  await requireWritable(current);
  const validFields = await validateFields({ ...current, ...changes }, current, current, tx);
  const next = { ...current, ...(await deriveFields(validFields, current)) };
  return { ...next, own_fields: listOverriddenFields(current, next) };
}

export const complete = fn(
  z.strictObject({
    id: text(64),
    outcome: fields.outcome,
    duration_minutes: fields.duration_minutes,
    call_outcome_id: fields.call_outcome_id,
  }),
  ({ id, ...input }) =>
    Records.change(Activities, id, async (current) => {
      if (current.is_completed) throw conflict(`The activity was already completed at ${current.completed_datetime}`);
      if (current.status === "CANCELLED") throw conflict("The activity is cancelled: reopen it first");
      const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      return changeActivity(current, { ...changes, status: "COMPLETED" });
    }),
);

/** Returns the activity as cancelled. */
export function cancelActivity(current: ActivityRecord, outcome: string | null | undefined): Promise<ActivityRecord> {
  if (current.is_completed) throw conflict(`The activity was completed at ${current.completed_datetime}: reopen it first`);
  return changeActivity(current, { ...(outcome === undefined ? {} : { outcome }), status: "CANCELLED" });
}

export const reopen = fn(IdInput, ({ id }) =>
  Records.change(Activities, id, (current) => (isOpen(current) ? current : changeActivity(current, { status: "NOT_STARTED" }))),
);

/** Unblocks an activity whose blocker is closed. A repeated call changes nothing. */
export const unblock = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Activities, id, { live: true });
    if (current?.status !== "BLOCKED" || (await isBlocked(current))) return;
    const next = Records.nextVersion(current, { ...current, status: "NOT_STARTED" as const });
    await transaction().replace(Activities, current, next).commit(undefined);
  });

export type Activity = ActivityRecord;
export type InvitationStatus = NonNullable<StoredParticipant["invitation_status"]>;

/** Loads an activity, deleted or not, without a check of visibility: for the invitations to it. */
export const load = (id: string): Promise<ActivityRecord | undefined> => Records.load(Activities, id);

/** Stores the outcomes of the invitation mails, and when the mails that were held back are due. */
export const recordInvitations = (
  id: string,
  statuses: ReadonlyMap<string, InvitationStatus>,
  due: string | null,
): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Activities, id, { live: true });
    if (!current) return;
    const findStatus = (participant: StoredParticipant) =>
      statuses.get(participantId(participant)) ?? participant.invitation_status ?? null;
    const participants = current.participants.map((participant) => ({
      ...participant,
      invitation_status: findStatus(participant),
    }));
    const isSame = participants.every(
      ({ invitation_status }, index) => invitation_status === (current.participants[index]?.invitation_status ?? null),
    );
    if (isSame && current.invitations_due_at === due) return;
    const next = Records.nextVersion(current, { ...current, participants, invitations_due_at: due });
    await transaction().replace(Activities, current, next).commit(undefined);
  });

export interface Answer {
  response_status: StoredParticipant["response_status"];
  comment: string | null;
  answeredAt: string;
}

/**
 * Stores the answer of the given participants. An answer that is older than the stored one, or the same, changes nothing.
 * `isAnswerable` tells whether the activity can be answered in its present state; it may throw instead.
 */
export const answer = <A>(
  id: string,
  participantIds: readonly string[],
  { response_status, comment, answeredAt }: Answer,
  {
    isAnswerable,
    present: tell,
  }: { isAnswerable: (activity: ActivityRecord) => boolean; present: (activity: ActivityRecord) => A },
): Promise<A> =>
  Records.change(
    Activities,
    id,
    async (current) => {
      await requireVisible(current);
      if (!isAnswerable(current)) return current;
      const participants = current.participants.map((participant) => {
        const isSame = participant.response_status === response_status && (participant.response_comment ?? null) === comment;
        if (!participantIds.includes(participantId(participant)) || isSame || (participant.responded_at ?? "") > answeredAt)
          return participant;
        return { ...participant, response_status, response_comment: comment, responded_at: answeredAt };
      });
      return { ...current, participants };
    },
    { answer: tell },
  );

/**
 * Adds a participant, or changes the one with the same id: fields that are left out keep their values. A comment belongs to its
 * response, so another response clears it.
 */
export const addParticipant = fn(ParticipantChange.safeExtend({ id: text(64) }), ({ id, ...given }) =>
  Records.change(Activities, id, (current) => {
    const isSame = (participant: StoredParticipant): boolean => participantId(participant) === participantId(given);
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const participant = parseStored(Participant, { ...current.participants.find(isSame), response_comment: null, ...changes });
    return changeActivity(current, { participants: [...current.participants.filter((other) => !isSame(other)), participant] });
  }),
);

const ParticipantIdInput = z.strictObject({ id: text(64), participantId: text(64) });

export const removeParticipant = fn(ParticipantIdInput, ({ id, participantId: removedId }) =>
  Records.change(Activities, id, (current) => {
    const otherParticipants = current.participants.filter((participant) => participantId(participant) !== removedId);
    return otherParticipants.length === current.participants.length
      ? current
      : changeActivity(current, { participants: otherParticipants });
  }),
);

/** Activities moved in one transaction, and the number of writes from which no further one is added: each participant adds writes. */
const [MAX_MOVED, MAX_WRITES] = [20, 50];

/**
 * Points activities about `from` to `to`: adds the next versions of one batch, in the order of their ids after `after`, to the
 * transaction. Returns the id after which the next call continues, or undefined at the end. An activity that is already about `to`,
 * or about another record by now, stays as it is, so the job can be repeated. The index may lag behind a write by moments: a later
 * slice that starts from the beginning finds the activities that this one missed.
 */
export async function repoint(
  tx: Transaction,
  from: SubjectReference,
  to: SubjectReference,
  { after, limit = MAX_MOVED }: { after?: string | undefined; limit?: number } = {},
): Promise<string | undefined> {
  const partition = { index: "by_related" as const, facets: { related_to_id: from.id } };
  const ids = await listKeysAfter(Activities, [partition], { order: "asc", after, limit });
  const activities = await Records.loadMany(Activities, ids, { live: true });
  for (const [index, activity] of activities.entries()) {
    if (activity?.related_to_type !== from.type || activity.related_to_id !== from.id) continue;
    // Each activity is written with its extra index items.
    if (tx.size > MAX_WRITES) return ids[index - 1];
    const movedActivity = { ...activity, related_to_type: to.type, related_to_id: to.id };
    tx.replace(Activities, activity, Records.nextVersion(activity, movedActivity));
  }
  return ids.length === limit ? ids.at(-1) : undefined;
}

/** The timeline entries of activities. */
export const timelineSource = buildTimelineSource(Activities, {
  index: "by_date",
  title: (activity) => activity.subject,
  readActor: (activity) => activity.assigned_to_id ?? activity.created_by,
});

/** Iterates over the open activities of a person under all of the person's ids: by due time, and those without a date last. */
export async function* iterateOpen(persons: readonly string[], chunk: number): AsyncGenerator<ActivityRecord> {
  const partitions = persons.map((person) => ({ index: "by_rank" as const, facets: { personal_key_id: person } }));
  for await (const row of queryPartitions(Activities, partitions, { order: "asc", after: undefined, chunk }))
    yield Activities.fromRow(row);
}

/** Returns the duration: as given, or from start to end. Refuses to complete an activity without one if its type requires it. */
async function resolveDuration(
  activity: Pick<ActivityRecord, "activity_type_id" | "status" | "duration_minutes" | "start_datetime" | "end_datetime">,
  wasCompleted: boolean,
): Promise<number | null> {
  const { start_datetime, end_datetime, status } = activity;
  const duration =
    activity.duration_minutes ??
    (start_datetime && end_datetime ? Math.round((Date.parse(end_datetime) - Date.parse(start_datetime)) / 60_000) : null);
  if (status !== "COMPLETED") return activity.duration_minutes;
  if (duration !== null || wasCompleted) return duration;
  const type = await Master.find(ACTIVITY_TYPES, activity.activity_type_id);
  if (type?.requires_duration)
    throw invalid("duration_minutes", `Required for a completed ${type.name.toLowerCase()}, unless its start and end are given`);
  return null;
}

async function resolveAssignee(assigneeId: string | undefined): Promise<string | null> {
  const actor = useActor();
  if (assigneeId === undefined) return actor.type === "user" ? actor.id : null;
  await User.requireOwner(assigneeId, "assigned_to_id");
  return assigneeId;
}

export * as Activity from "./activity.ts";
