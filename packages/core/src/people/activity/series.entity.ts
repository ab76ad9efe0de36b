import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedFields } from "../../storage/write/records.ts";
import { PERSON } from "../person/person.kind.ts";
import { Stored as Activity, type ActivityRecord } from "./activity.entity.ts";
import { ACTIVITY_SERIES } from "./activity.kind.ts";

/** The actor that creates and updates the occurrences of a series. */
export const SERIES_ACTOR = "activity-series";

/** The fields that occurrences share, with the times of the first one. The others are shifted by the rule. */
export const Template = Activity.pick({
  subject: true,
  description: true,
  activity_type_id: true,
  priority_id: true,
  assigned_to_id: true,
  due_date: true,
  due_time: true,
  timezone: true,
  start_datetime: true,
  end_datetime: true,
  duration_minutes: true,
  call_direction: true,
  meeting_location: true,
  meeting_type_id: true,
  email_subject: true,
  reminder_datetime: true,
  reminders: true,
  participants: true,
  is_private: true,
});
export type Template = z.output<typeof Template>;

export const templateFields = Object.keys(Template.shape) as (keyof Template)[];

/** Time fields are overridden together: a moved occurrence keeps its own time when the series moves. */
export const timingFields: readonly (keyof Template)[] = [
  "due_date",
  "due_time",
  "timezone",
  "start_datetime",
  "end_datetime",
  "duration_minutes",
];

/** Lists the fields that an occurrence overrides after a change of this occurrence alone. */
export function listOverriddenFields(before: ActivityRecord, after: ActivityRecord): string[] {
  if (!before.series_id) return before.own_fields;
  const omitAnswers = (activity: ActivityRecord): object => ({
    ...activity,
    // Answers belong to the participant and are never fields of the series.
    participants: activity.participants.map(
      ({ response_status: _answer, response_comment: _comment, responded_at: _at, ...participant }) => participant,
    ),
  });
  const overriddenFields = changedFields(omitAnswers(before), omitAnswers(after)).filter((field) => field in Template.shape);
  const isMoved = timingFields.some((field) => overriddenFields.includes(field));
  return [...new Set([...before.own_fields, ...overriddenFields, ...(isMoved ? timingFields : [])])];
}

/** From the occurrence `from` on, occurrences leave the series: they move to another one, or are deleted or cancelled. */
const Cut = z.object({
  from: z.string(),
  act: z.enum(["MOVE", "DELETE", "CANCEL"]),
  to: z.string().nullable().describe("The series that they move to"),
});
export type Cut = z.output<typeof Cut>;

/** A series: the common fields and the rule of a recurring activity, and the state of creating its occurrences, which are activities. */
export const Stored = z.object({
  ...Activity.pick({ personal_key_id: true, related_to_type: true, related_to_id: true }).shape,
  root_id: personalData(
    "reference",
    z.string().describe("The series that this one was split from; ids of occurrences are derived from it"),
  ),
  rule: personalData("none", z.string().describe("RFC 5545, without DTSTART")),
  timezone: personalData("none", z.string()),
  starts: personalData("none", z.string().describe("Local time of the first occurrence in the time zone")),
  template: Template,
  cuts: personalData("none", z.array(Cut)),
  revision: z.number().int().describe("Increases with each change that must be applied to occurrences"),
  after: personalData("none", z.string().nullable().describe("The last occurrence that received the change; null once all have")),
  through: personalData("none", z.string().describe("The last occurrence that was created")),
  work_at: personalData("none", instant().nullable().describe("When work is due; null once all occurrences exist")),
});

export type SeriesRecord = z.output<typeof Stored> & BaseRecord;

export const SeriesRecords = new Collection<SeriesRecord>({
  kind: ACTIVITY_SERIES,
  schema: Stored,
  personalData: {
    purpose: "Repeat activities by a rule.",
    sharedFields: {
      "template.priority_id": "none",
      "template.meeting_type_id": "none",
      "template.reminder_datetime": "none",
      "template.duration_minutes": "none",
    },
    subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
    others: {
      participant: aboutPerson(
        reach("template.participants[].person_id", PERSON),
        reach("template.participants[].contact_id", CONTACT),
      ),
    },
  },
  row: ["personal_key_id", "rule", "starts"],
  indexes: { by_time: indexBy() },
  internal: ["template", "after", "through", "work_at"],
  clocks: { work: ({ work_at }) => work_at },
  events: { revised: (after, before) => after.revision !== before?.revision },
});
