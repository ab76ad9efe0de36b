import * as z from "zod";
import { actor } from "../kernel/actor.ts";
import { ownerOf } from "../kernel/id.ts";
import { nameOf } from "../kernel/names.ts";
import { anyId, date, id, instant, master, name, oneOf, storedOf, text, url } from "../kernel/schema.ts";
import { wordsOf, wordsOfNumber } from "../kernel/text.ts";
import { PRIORITIES } from "../masters/shared.masters.ts";
import { PERSON } from "../person/person.domain.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { USER } from "../user/user.domain.ts";
import { ACTIVITY } from "./activity.domain.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES } from "./activity.masters.ts";
import { happensAt, instantOf, isOpen } from "./activity.rules.ts";

export const statuses = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED", "CANCELLED"] as const;

/** Something planned or done by staff (seed 001, activities). */
export const fields = {
  subject: name(255),
  description: text(50_000).nullish(),
  activity_type_id: master(ACTIVITY_TYPES),
  status: oneOf(statuses).default("NOT_STARTED"),
  priority_id: master(PRIORITIES).nullish(),
  assigned_to_id: id(USER).optional().describe("The caller unless told otherwise"),

  due_date: date().nullish(),
  due_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Not a time, HH:MM")
    .meta({ examples: ["09:30"] })
    .nullish()
    .describe("In the tenant's time zone"),
  start_datetime: instant().nullish(),
  end_datetime: instant().nullish(),
  duration_minutes: z.number().int().min(0).max(100_000).nullish(),

  call_outcome_id: master(CALL_OUTCOMES).nullish(),
  call_direction: oneOf(["INBOUND", "OUTBOUND"]).nullish(),
  call_recording_url: url(500).nullish(),

  meeting_location: text(255).nullish(),
  meeting_type_id: master(MEETING_TYPES).nullish(),

  email_subject: text(255).nullish(),
  outcome: text(10_000).nullish(),
};

export const Stored = z.object({
  activity_number: z.string(),
  personal_key_id: id(PERSON).nullable().describe("In whose collection it was born; null for what is about no person"),
  ...storedOf(fields),
  assigned_to_id: id(USER).nullable(),
  related_to_type: nameOf("activities").describe("What it is about; who may see that sees it"),
  related_to_id: anyId(),
  due_at: instant().nullable().describe("due_date and due_time as they were in the tenant's time zone"),
  happens_at: instant().describe("When it happened, or else when it begins, is due, or was written down"),
  is_completed: z.boolean(),
  completed_datetime: instant().nullable(),
  completed_by_id: actor().nullable(),
});

export type ActivityRecord = z.output<typeof Stored> & BaseRecord;

/** Sorts behind every instant. */
const NEVER = "~";

export const Activities = new Collection<ActivityRecord>({
  kind: ACTIVITY,
  schema: Stored,
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
  ],
  indexes: {
    by_time: by(),
    by_owner: by("assigned_to_id"),
    by_related: by("related_to_id"),
    by_date: orderedBy((activity) => activity.happens_at, "personal_key_id", { sparse: true }),
    // What is still to be done for a person, by when.
    by_rank: orderedBy(
      (activity) => (isOpen(activity) ? (activity.start_datetime ?? activity.due_at ?? NEVER) : null),
      "personal_key_id",
      { sparse: true },
    ),
  },
  parent: "related_to_id",
  seenWith: "related_to_id",
  words: (activity) => [...wordsOf(activity.subject), ...wordsOfNumber(activity.activity_number)],
  migrations: [
    (stored) => {
      const activity = { ...stored, due_at: instantOf(stored, "UTC") } as ActivityRecord;
      return { ...activity, personal_key_id: ownerOf(activity.id), happens_at: happensAt(activity) };
    },
  ],
});
