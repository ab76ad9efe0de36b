import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { collectionOwner } from "../../kernel/id.ts";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import {
  anyId,
  date,
  id,
  instant,
  master,
  name,
  oneLine,
  oneOf,
  storedDate,
  text,
  toStoredShape,
  url,
  zone,
} from "../../kernel/schema.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import {
  type BaseRecord,
  Collection,
  type ExtraIndexEntry,
  indexBy,
  NONE,
  sortedIndexBy,
} from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { PERSON } from "../person/person.kind.ts";
import { ACTIVITY, ACTIVITY_SERIES } from "./activity.kind.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES } from "./activity.masters.ts";
import {
  countDays,
  findNextReminder,
  isOpen,
  reminderChannels,
  resolveDeadline,
  resolveHappensAt,
  resolveStart,
  toDueInstant,
} from "./activity.rules.ts";
import { buildCompletedSums } from "./completed-counters.rules.ts";
import { affectsInvitations, listAnswers } from "./external-participants.rules.ts";
import { frequencies } from "./recurrence.rules.ts";
import { buildTaskSums } from "./task-counts.rules.ts";

export const statuses = ["NOT_STARTED", "IN_PROGRESS", "BLOCKED", "COMPLETED", "CANCELLED"] as const;
/** The roles of participants, and their answers to an invitation. */
export const participantTypes = ["ORGANIZER", "REQUIRED", "OPTIONAL"] as const;
export const responseStatuses = ["NO_RESPONSE", "ACCEPTED", "TENTATIVE", "DECLINED"] as const;
/** Outcomes of sending the invitation mail to a participant who is not a user. */
export const invitationStatuses = ["SENT", "HELD_BACK", "NO_ADDRESS", "NO_ORGANIZER", "REFUSED"] as const;

/** Clients may send PENDING for a task that is not started. */
const statusField = () => z.preprocess((input) => (/^pending$/i.test(String(input)) ? "NOT_STARTED" : input), oneOf(statuses));

const participantFields = {
  id: personalData("participant:identifier", text(64).nullish().describe("Id of the user, contact or person")),
  user_id: id(USER).nullish(),
  contact_id: personalData("participant:reference", id(CONTACT).nullish()),
  person_id: personalData("participant:reference", id(PERSON).nullish()),
  participant_type: personalData("participant:relationship", oneOf(participantTypes).default("REQUIRED")),
  response_status: personalData("participant:behavior", oneOf(responseStatuses).default("NO_RESPONSE")),
  response_comment: personalData("participant:communication", text(500).nullish()),
  responded_at: personalData(
    "participant:behavior",
    instant().nullish().describe("When the participant answered; set by the system"),
  ),
  invitation_status: personalData(
    "participant:behavior",
    oneOf(invitationStatuses).nullish().describe("Outcome of the invitation mail; set by the system"),
  ),
};

type ParticipantIds = { [K in "user_id" | "contact_id" | "person_id"]?: string | null | undefined };

export const participantId = ({ user_id, contact_id, person_id }: ParticipantIds): string =>
  user_id ?? contact_id ?? person_id ?? "";

const namesOneRecord = ({ user_id, contact_id, person_id }: ParticipantIds): boolean =>
  [user_id, contact_id, person_id].filter(Boolean).length === 1;
const oneRecordRule = { path: ["user_id"], message: "Exactly one of user_id, contact_id and person_id is required" };

/** A participant: one user, contact or person. */
export const Participant = z.strictObject(participantFields).refine(namesOneRecord, oneRecordRule);

/** A participant to add to an activity, or the changed fields of one. */
export const ParticipantChange = z
  .strictObject({
    ...participantFields,
    participant_type: participantFields.participant_type
      .unwrap()
      .optional()
      .describe("REQUIRED for a new participant by default"),
    response_status: participantFields.response_status
      .unwrap()
      .optional()
      .describe("NO_RESPONSE for a new participant by default"),
  })
  .refine(namesOneRecord, oneRecordRule);

/** Limited because a change of an activity also writes one extra index item for each participant who is a user. */
export const MAX_PARTICIPANTS = 40;

/** A reminder: a number of minutes before the activity begins or is due, or an instant. */
export const Reminder = z
  .strictObject({
    minutes_before: z.number().int().min(0).max(100_000).nullish(),
    at: instant().nullish(),
    by: oneOf(reminderChannels)
      .default("APP")
      .describe("SMS: to the assignee's `phone_number`; if no text message can be sent, in the app with the reason"),
  })
  .refine(({ minutes_before, at }) => (minutes_before ?? null) === null || !at, {
    path: ["at"],
    message: "Specify minutes_before or at, not both",
  })
  .refine(({ minutes_before, at }) => (minutes_before ?? null) !== null || at, {
    path: ["minutes_before"],
    message: "Either minutes_before or at is required",
  });

/** The fields of an activity that staff plan or have done. A task is an activity too. */
export const fields = {
  subject: name(255),
  description: text(50_000).nullish(),
  activity_type_id: master(ACTIVITY_TYPES),
  status: personalData(
    "relationship",
    statusField().default("NOT_STARTED").describe("Blocked until the activity that comes first is completed"),
  ),
  priority_id: master(PRIORITIES).nullish(),
  assigned_to_id: id(USER).optional().meta(createHelp("If empty, you")),

  due_date: date().nullish(),
  due_time: personalData(
    "relationship",
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Must be a time, HH:MM")
      .meta({ examples: ["09:30"] })
      .nullish()
      .describe("In the time zone of the activity"),
  ),
  timezone: personalData(
    "none",
    zone().nullish().describe("Time zone of the due date and time. If empty, that of the organization"),
  ),
  start_datetime: instant().nullish(),
  end_datetime: instant({ day: "end" }).nullish(),
  duration_minutes: personalData("relationship", z.number().int().min(0).max(100_000).nullish()),

  call_outcome_id: personalData("communication", master(CALL_OUTCOMES).nullish()),
  call_direction: personalData("communication", oneOf(["INBOUND", "OUTBOUND"]).nullish()),
  call_recording_url: personalData("communication", url(500).nullish()),

  meeting_location: personalData("communication", oneLine(255).nullish()),
  meeting_type_id: master(MEETING_TYPES).nullish(),

  email_subject: personalData("communication", oneLine(255).nullish()),
  email_opened: personalData("behavior", z.boolean().nullish()),
  email_clicked: personalData("behavior", z.boolean().nullish()),
  outcome: text(10_000).nullish(),

  reminder_datetime: instant().nullish().describe("When the app reminds the assignee; short for one of the reminders"),
  reminders: personalData(
    "none",
    z.array(Reminder).max(10).default([]).describe("Each is sent once to the assignee, unless the activity is done by then"),
  ),
  participants: z
    .array(Participant)
    .max(MAX_PARTICIPANTS)
    .refine((all) => new Set(all.map(participantId)).size === all.length, "Each participant can be listed only once")
    .default([]),
  send_invitations: personalData(
    "relationship",
    z.boolean().default(false).describe("Whether participants who are contacts or persons are invited by mail"),
  ),
  invitation_text: personalData(
    "communication",
    text(5000).nullish().describe("Text of the invitation; the description is not sent"),
  ),
  blocked_by: personalData("none", id(ACTIVITY).nullish().describe("An activity that must be completed first")),
  milestone_id: personalData("none", text(64).nullish().describe("A milestone of the project that the activity is about")),
  is_private: z
    .boolean()
    .default(false)
    .describe("Visible only to the assignee, the creator, the participants and administrators"),
};

export const Stored = z.object({
  activity_number: personalData("identifier", z.string()),
  personal_key_id: id(PERSON)
    .nullable()
    .describe("The person in whose collection the activity was created; null if it concerns no person"),
  ...toStoredShape(fields),
  assigned_to_id: id(USER).nullable(),
  assigned_by_id: actor().nullable().describe("The one who set assigned_to_id"),
  related_to_type: personalData(
    "none",
    registryName("activities").nullable().describe("Kind of the related record; users who can see that record see the activity"),
  ),
  related_to_id: personalData("reference", anyId().nullable()),
  due_at: personalData("none", instant().nullable().describe("due_date and due_time as an instant")),
  happens_at: instant().describe("When it happened, or else when it begins, is due or was created"),
  is_completed: personalData("relationship", z.boolean()),
  completed_datetime: instant().nullable(),
  completed_day: storedDate()
    .nullable()
    .describe("The day of completed_datetime in the tenant's time zone at that time; in UTC for activities of earlier releases"),
  completed_by_id: actor().nullable(),
  has_reminder: z.boolean(),
  attending: z.array(id(USER)).describe("Users who participate and have not declined"),
  reminded_at: personalData("none", instant().nullable().describe("Time of the last reminder that was sent")),
  reminders_from: personalData("none", instant().describe("Reminders at or before this time are skipped")),
  invitations_due_at: personalData("none", instant().nullable().describe("When the held-back invitations are sent")),
  series_id: id(ACTIVITY_SERIES).nullable(),
  occurrence: personalData("none", z.string().nullable().describe("Place in the series: the local start time before any move")),
  is_recurring: z.boolean(),
  recurrence: personalData("none", z.object({ rule: z.string() }).nullable()),
  recurrence_pattern: oneOf(frequencies).nullable(),
  recurrence_end_date: personalData("none", date().nullable()),
  own_fields: personalData(
    "none",
    z.array(z.string()).describe("Fields changed only in this occurrence; changes of the whole series do not affect them"),
  ),
});

export type ActivityRecord = z.output<typeof Stored> & BaseRecord;

/** Partitions of the extra index: all open activities, and the open and the closed ones of each user. */
export const openPartition = ["open"] as const;
export const userOpenPartition = (user: string) => ["open", user] as const;
export const userClosedPartition = (user: string) => ["over", user] as const;
/** Activities longer than LONG_DAYS: a calendar does not find them by the time at which they begin. */
export const userLongPartition = (user: string) => ["long", user] as const;
/** Sorted by occurrence. */
export const seriesPartition = (series: string) => ["series", series] as const;
/** The tasks of a project, in order of their deadline; those without one come last. */
export const taskPartition = (project: string, state: "open" | "closed") => ["task", project, state] as const;
/** Sorted by id. */
export const milestonePartition = (milestone: string) => ["milestone", milestone] as const;
export const blockedPartition = (activity: string) => ["blocked", activity] as const;

/** A calendar looks this many days back for activities that began before the period shown. */
export const LONG_DAYS = 14;

function listIndexEntries(activity: ActivityRecord): ExtraIndexEntry[] {
  const { assigned_to_id, attending, blocked_by, status } = activity;
  const attendees = [...new Set([...(assigned_to_id ? [assigned_to_id] : []), ...attending])];
  // Unassigned activities without a related record, which would decide who sees them, are listed under NONE.
  const users = attendees.length > 0 || activity.related_to_id ? attendees : [NONE];
  const start = resolveStart(activity);
  const sortKey = start ?? MAX_SORT_KEY;
  const isLong = countDays(activity) > LONG_DAYS;
  const inSeries = activity.series_id
    ? [{ partition: seriesPartition(activity.series_id), sortKey: activity.occurrence ?? "" }]
    : [];
  const asTask = listTaskEntries(activity);
  if (!isOpen(activity)) {
    const isShown = activity.is_completed && start;
    return [
      ...inSeries,
      ...asTask,
      ...(isShown
        ? users.map((user) => ({ partition: isLong ? userLongPartition(user) : userClosedPartition(user), sortKey: sortKey }))
        : []),
    ];
  }
  return [
    ...inSeries,
    ...asTask,
    { partition: openPartition, sortKey: sortKey },
    ...users.map((user) => ({ partition: userOpenPartition(user), sortKey: sortKey })),
    ...(isLong ? users.map((user) => ({ partition: userLongPartition(user), sortKey: sortKey })) : []),
    ...(blocked_by && status === "BLOCKED" ? [{ partition: blockedPartition(blocked_by), sortKey: "" }] : []),
  ];
}

function listTaskEntries(activity: ActivityRecord): ExtraIndexEntry[] {
  const { related_to_type, related_to_id, milestone_id } = activity;
  if (related_to_type !== PROJECT.name || related_to_id === null) return [];
  const partition = taskPartition(related_to_id, isOpen(activity) ? "open" : "closed");
  return [
    { partition, sortKey: resolveDeadline(activity) ?? MAX_SORT_KEY },
    ...(milestone_id ? [{ partition: milestonePartition(milestone_id) }] : []),
  ];
}

/** Sorts after every instant. */
const MAX_SORT_KEY = "~";

const toDayInUtc = (instant: unknown): string | null => (typeof instant === "string" ? instant.slice(0, 10) : null);

export const Activities = new Collection<ActivityRecord>({
  kind: ACTIVITY,
  schema: Stored,
  personalData: {
    purpose: "Plan and record tasks, calls and meetings of users, many of them with persons.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
    others: { participant: aboutPerson(reach("participants[].person_id", PERSON), reach("participants[].contact_id", CONTACT)) },
    recipients: ["webhook", "mail", "sms"],
  },
  row: [
    "activity_number",
    "personal_key_id",
    "subject",
    "activity_type_id",
    "status",
    "priority_id",
    "assigned_to_id",
    "related_to_type",
    "related_to_id",
    "due_date",
    "due_time",
    "start_datetime",
    "end_datetime",
    "duration_minutes",
    "call_outcome_id",
    "due_at",
    "happens_at",
    "is_completed",
    "completed_datetime",
    "timezone",
    "meeting_type_id",
    "blocked_by",
    "has_reminder",
    "attending",
    "is_private",
    "series_id",
    "occurrence",
    "is_recurring",
    "meeting_location",
    "milestone_id",
    "completed_day",
  ],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("assigned_to_id"),
    by_status: indexBy("status"),
    by_class: indexBy("activity_type_id"),
    by_related: indexBy("related_to_id", { sparse: true }),
    by_date: sortedIndexBy((activity) => activity.happens_at, "personal_key_id", { sparse: true }),
    // The open activities of a person, by the time at which they begin or are due.
    by_rank: sortedIndexBy(
      (activity) => (isOpen(activity) ? (activity.start_datetime ?? activity.due_at ?? MAX_SORT_KEY) : null),
      "personal_key_id",
      { sparse: true },
    ),
  },
  owner: "assigned_to_id",
  visibleWith: "related_to_id",
  sharing: { users: ({ attending }) => attending ?? [] },
  privacy: {
    field: "is_private",
    userIds: ({ assigned_to_id, created_by, attending }) => [assigned_to_id, created_by, ...(attending ?? [])],
  },
  parent: "related_to_id",
  filters: {
    status: { index: "by_status", field: "status" },
    activity_type_id: { index: "by_class", field: "activity_type_id" },
  },
  extraIndex: { of: listIndexEntries, since: 3 },
  sums: (activity) => joinSums(buildTaskSums(activity), buildCompletedSums(activity)),
  missingValues: { send_invitations: false },
  clocks: { reminder: findNextReminder, invitation: ({ invitations_due_at }) => invitations_due_at },
  events: {
    completed: (after, before) => after.is_completed && !before?.is_completed,
    // Activities that are blocked by this one can be unblocked.
    closed: (after, before) => !isOpen(after) && before !== undefined && isOpen(before),
    assigned: fieldChanged("assigned_to_id"),
    invites: affectsInvitations,
    answered: (after, before) =>
      before !== undefined && listAnswers(after).some((answer) => !listAnswers(before).includes(answer)),
    reminded: (after, before) => after.reminded_at !== null && after.reminded_at !== before?.reminded_at,
  },
  searchWords: (activity) => [...textSearchWords(activity.subject), ...numberSearchWords(activity.activity_number)],
  migrations: [
    (stored) => {
      const activity = { ...stored, due_at: toDueInstant(stored, "UTC") } as ActivityRecord;
      return { ...activity, personal_key_id: collectionOwner(activity.id), happens_at: resolveHappensAt(activity) };
    },
    // Records of earlier releases have no participants, reminders or extra index items.
    (stored) => ({
      reminders: [],
      participants: [],
      has_reminder: false,
      attending: [],
      reminders_from: stored.created_at,
      ...stored,
    }),
    (stored) => ({ is_private: false, ...stored }),
    // They have no recurrence either, and their rows have no meeting_location.
    (stored) => ({ is_recurring: false, own_fields: [], ...stored }),
    // They have no extra index items for participants.
    (stored) => stored,
    // They have neither a milestone nor who assigned them. Completed ones were not counted by day.
    (stored) => ({ ...stored, completed_day: stored.completed_day ?? toDayInUtc(stored.completed_datetime) }),
  ],
});
