import { Clock } from "../../kernel/clock.ts";
import { runAsSystem, useSettings, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { derivedId, idTime, newId } from "../../kernel/id.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { instantToDay, instantToLocal } from "../../kernel/time-zone.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { buildExtraIndexItems } from "../../storage/table/extra-index.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Activities, type ActivityRecord, fields, participantId } from "./activity.entity.ts";
import { ACTIVITY, ACTIVITY_SERIES } from "./activity.kind.ts";
import { Activity } from "./activity.ts";
import { formatRule, takeFirst } from "./recurrence.rules.ts";
import { type SeriesRecord, SeriesRecords, type Template, templateFields } from "./series.entity.ts";
import {
  buildRule,
  findAnchor,
  iterateSeries,
  MAX_AHEAD,
  parseSeriesRule,
  planNextOccurrences,
  type readRecurrence,
  shiftTimes,
} from "./series.rules.ts";

/** Series of activities, and how their occurrences are derived from them. */

export const pickTemplate = (activity: ActivityRecord): Template =>
  Object.fromEntries(templateFields.map((field) => [field, activity[field]])) as Template;

/** Returns the fields that show the series on an occurrence. */
export const buildSeriesFields = (series: SeriesRecord, occurrence: string) => {
  const { freq, until } = parseSeriesRule(series);
  return {
    series_id: series.id,
    occurrence,
    is_recurring: true,
    recurrence: { rule: series.rule },
    recurrence_pattern: freq,
    recurrence_end_date: until && instantToDay(series.timezone, until),
  };
};

export const resolveZone = ({ template, timezone }: SeriesRecord): string => template.timezone ?? timezone;

/** Returns the answer of a participant for one occurrence. Changes of the series do not affect it. */
const pickAnswer = ({ response_status, response_comment, responded_at }: ActivityRecord["participants"][number]) => ({
  response_status,
  response_comment: response_comment ?? null,
  responded_at: responded_at ?? null,
});

/** Returns the fields that a series gives to an occurrence, except the overridden ones and the answers of participants. */
export function buildOccurrenceFields(series: SeriesRecord, occurrence: string, before?: ActivityRecord) {
  const shiftedTemplate = shiftTimes(series.template, resolveZone(series), series.starts, occurrence);
  const answers = new Map(before?.participants.map((participant) => [participantId(participant), pickAnswer(participant)]));
  const participants = shiftedTemplate.participants.map((participant) => ({
    ...participant,
    ...answers.get(participantId(participant)),
  }));
  const overrides: Partial<Template> = before
    ? Object.fromEntries(
        templateFields.filter((field) => before.own_fields.includes(field)).map((field) => [field, before[field]]),
      )
    : {};
  return { ...shiftedTemplate, participants, ...overrides, ...buildSeriesFields(series, occurrence) };
}

/** Turns an activity into an occurrence of a series. */
export async function toOccurrence(series: SeriesRecord, occurrence: string, activity: ActivityRecord): Promise<ActivityRecord> {
  const next = { ...activity, ...buildOccurrenceFields(series, occurrence, activity) };
  return { ...next, ...(await Activity.deriveFields(next, activity)) };
}

/** Returns the id of an occurrence that a series creates. The same occurrence always has the same id. */
export const occurrenceId = ({ root_id, personal_key_id }: SeriesRecord, occurrence: string): string =>
  derivedId(ACTIVITY, idTime(root_id), `${root_id}/${occurrence}`, personal_key_id ?? undefined);

/** Builds new occurrences with the related record of the previous one. Their ids are derived from the series, so that none exists twice. */
export async function buildOccurrences(
  series: SeriesRecord,
  occurrences: readonly string[],
  { related_to_type, related_to_id }: Activity.SubjectFields,
): Promise<ActivityRecord[]> {
  const numbers = await RecordNumbers.lease("A", occurrences.length);
  const { personal_key_id, template } = series;
  const { assigned_to_id, ...planned } = template;
  const blank = {
    ...toStoredFields(fields, { ...planned, status: "NOT_STARTED", send_invitations: false }),
    assigned_to_id,
    personal_key_id,
    related_to_type,
    related_to_id,
    own_fields: [],
  };
  return runAsSystem("activity-series", () =>
    Promise.all(
      occurrences.map(async (occurrence, index) => {
        const fields = {
          ...blank,
          activity_number: numbers[index] ?? "",
          reminded_at: null,
          invitations_due_at: null,
          ...buildOccurrenceFields(series, occurrence),
        };
        const createdActivity = Records.init(
          Activities,
          { ...fields, ...(await Activity.deriveFields(fields)) },
          { id: occurrenceId(series, occurrence) },
        );
        // The creator of the series is the creator of its occurrences.
        return { ...createdActivity, created_by: series.created_by };
      }),
    ),
  );
}

/** Occurrences created in the request itself, and the limit of writes for them. The listener creates the others. */
const [MAX_IMMEDIATE, MAX_WRITES] = [20, 60];

export interface NewSeries {
  first: ActivityRecord;
  series: SeriesRecord;
}

/** Builds a series from an activity. The activity becomes the first occurrence, on the first day of the rule from its own day on. */
export async function begin(
  activity: ActivityRecord,
  recurrence: NonNullable<ReturnType<typeof readRecurrence>>,
): Promise<NewSeries> {
  if (activity.send_invitations) throw invalid("send_invitations", "Recurring activities cannot send invitations by mail");
  const timezone = activity.timezone ?? useSettings().timezone;
  const anchor = findAnchor(activity, timezone);
  if (!anchor) throw invalid("recurrence", "A recurring activity requires a start_datetime or a due_date");
  const rule = buildRule(recurrence, anchor, timezone);
  if (typeof rule === "string") throw invalid("recurrence.rule", rule);
  const schedule = { rule: formatRule(rule), timezone, starts: anchor };
  const [starts] = takeFirst(iterateSeries(schedule), 1);
  if (!starts) throw invalid("recurrence", "The rule has no occurrence: until is before the first one, or no day matches");
  requireRecentStart({ ...schedule, starts });
  const { personal_key_id, related_to_type, related_to_id } = activity;
  const template = shiftTimes(pickTemplate(activity), timezone, anchor, starts);
  const subject = { personal_key_id, related_to_type, related_to_id };
  const series = build({ ...subject, ...schedule, starts, template, through: starts });
  return { first: await toOccurrence(series, starts, { ...activity, own_fields: [] }), series };
}

type SeriesFields = Omit<SeriesRecord, keyof BaseRecord | "root_id" | "cuts" | "revision" | "after" | "work_at">;

/** Builds a new series. A series that is split off another one keeps that one's root id, from which the ids of occurrences derive. */
export function build(input: SeriesFields, root?: string): SeriesRecord {
  const { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through } = input;
  const id = newId(ACTIVITY_SERIES, personal_key_id ? { owner: personal_key_id } : {});
  const fields = { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through };
  const begins = { root_id: root ?? id, cuts: [], revision: 1, after: null, work_at: Clock.now() };
  return Records.init(SeriesRecords, { ...fields, ...begins }, { id });
}

function requireRecentStart(series: { rule: string; timezone: string; starts: string }): void {
  const clock = instantToLocal(series.timezone, Clock.now());
  const last = takeFirst(iterateSeries(series), MAX_AHEAD + 1)[MAX_AHEAD];
  if (last !== undefined && last < clock)
    throw invalid("recurrence", `More than ${MAX_AHEAD} occurrences would be in the past: choose a later start`);
}

/** Adds a new series and its next occurrences to a transaction. The caller adds the first occurrence. */
export async function add(tx: Transaction, { first, series }: NewSeries): Promise<void> {
  const { next, nextCheckAt } = planNextOccurrences(series, Clock.now(), MAX_IMMEDIATE - 1);
  const room = MAX_WRITES - tx.size - 2 * countWrites(first);
  const immediateOccurrences = next.slice(0, Math.max(0, Math.floor(room / countWrites(first))));
  for (const occurrence of await buildOccurrences(series, immediateOccurrences, first)) tx.create(Activities, occurrence);
  const isWhole = immediateOccurrences.length === next.length;
  tx.create(SeriesRecords, {
    ...series,
    through: immediateOccurrences.at(-1) ?? series.starts,
    work_at: isWhole ? nextCheckAt : Clock.now(),
  });
}

/** Counts the writes for an activity with its extra index items. */
export const countWrites = (activity: ActivityRecord): number =>
  1 + buildExtraIndexItems(useTenant(), Activities, activity).length;

export * as Series from "./series.ts";
