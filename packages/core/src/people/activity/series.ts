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
import { ACTIVITY, ACTIVITY_SERIES } from "./activity.domain.ts";
import { Activities, type ActivityRecord, fields, participantId } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { formatRule, takeFirst } from "./recurrence.rules.ts";
import { SERIES_ACTOR, type SeriesRecord, SeriesRecords, type Template, templateFields } from "./series.entity.ts";
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

/** Series of activities, and how their occurrences are made of them. */

export const pickTemplate = (activity: ActivityRecord): Template =>
  Object.fromEntries(templateFields.map((field) => [field, activity[field]])) as Template;

/** What an occurrence shows of its series. */
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

/** What somebody has answered for an occurrence: their own, whatever is said of the series. */
const pickAnswer = ({ response_status, response_comment, responded_at }: ActivityRecord["participants"][number]) => ({
  response_status,
  response_comment: response_comment ?? null,
  responded_at: responded_at ?? null,
});

/** What a series says of an occurrence: all but what is its own by now, and the answers of who takes part. */
export function buildOccurrenceFields(series: SeriesRecord, occurrence: string, before?: ActivityRecord) {
  const said = shiftTimes(series.template, resolveZone(series), series.starts, occurrence);
  const answers = new Map(before?.participants.map((each) => [participantId(each), pickAnswer(each)]));
  const participants = said.participants.map((each) => ({ ...each, ...answers.get(participantId(each)) }));
  const own: Partial<Template> = before
    ? Object.fromEntries(
        templateFields.filter((field) => before.own_fields.includes(field)).map((field) => [field, before[field]]),
      )
    : {};
  return { ...said, participants, ...own, ...buildSeriesFields(series, occurrence) };
}

/** The occurrence that an activity becomes. */
export async function toOccurrence(series: SeriesRecord, occurrence: string, activity: ActivityRecord): Promise<ActivityRecord> {
  const next = { ...activity, ...buildOccurrenceFields(series, occurrence, activity) };
  return { ...next, ...(await Activity.deriveFields(next, activity)) };
}

/** The id of an occurrence that a series makes. */
export const occurrenceId = ({ root_id, personal_key_id }: SeriesRecord, occurrence: string): string =>
  derivedId(ACTIVITY, idTime(root_id), `${root_id}/${occurrence}`, personal_key_id ?? undefined);

/** New occurrences, about what the one before is about. Their ids are made of the series, so that none is there twice. */
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
  return runAsSystem(SERIES_ACTOR, () =>
    Promise.all(
      occurrences.map(async (occurrence, at) => {
        const said = {
          ...blank,
          activity_number: numbers[at] ?? "",
          reminded_at: null,
          invitations_due_at: null,
          ...buildOccurrenceFields(series, occurrence),
        };
        const made = Records.init(
          Activities,
          { ...said, ...(await Activity.deriveFields(said)) },
          { id: occurrenceId(series, occurrence) },
        );
        // Who made the series made them all.
        return { ...made, created_by: series.created_by };
      }),
    ),
  );
}

/** So many occurrences are made in the request itself, as long as there are no more writes than this; the rest follows. */
const [MAX_IMMEDIATE, MAX_WRITES] = [20, 60];

export interface NewSeries {
  first: ActivityRecord;
  series: SeriesRecord;
}

/**
 * A series that begins with an activity, which is then its first occurrence, on the first day from its own on that the rule
 * gives.
 */
export async function begin(
  activity: ActivityRecord,
  recurrence: NonNullable<ReturnType<typeof readRecurrence>>,
): Promise<NewSeries> {
  if (activity.send_invitations) throw invalid("send_invitations", "What recurs invites nobody by mail");
  const timezone = activity.timezone ?? useSettings().timezone;
  const anchor = findAnchor(activity, timezone);
  if (!anchor) throw invalid("recurrence", "What recurs has a start_datetime or a due_date");
  const rule = buildRule(recurrence, anchor, timezone);
  if (typeof rule === "string") throw invalid("recurrence.rule", rule);
  const asked = { rule: formatRule(rule), timezone, starts: anchor };
  const [starts] = takeFirst(iterateSeries(asked), 1);
  if (!starts) throw invalid("recurrence", "It never happens: until is before the first time, or no day fits");
  requireRecentStart({ ...asked, starts });
  const { personal_key_id, related_to_type, related_to_id } = activity;
  const template = shiftTimes(pickTemplate(activity), timezone, anchor, starts);
  const about = { personal_key_id, related_to_type, related_to_id };
  const series = build({ ...about, ...asked, starts, template, through: starts });
  return { first: await toOccurrence(series, starts, { ...activity, own_fields: [] }), series };
}

type SeriesFields = Omit<SeriesRecord, keyof BaseRecord | "root_id" | "cuts" | "revision" | "after" | "work_at">;

/** A new series; one that goes off from another goes on with its ids of occurrences. */
export function build(said: SeriesFields, root?: string): SeriesRecord {
  const { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through } = said;
  const id = newId(ACTIVITY_SERIES, personal_key_id ? { owner: personal_key_id } : {});
  const fields = { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through };
  const begins = { root_id: root ?? id, cuts: [], revision: 1, after: null, work_at: Clock.now() };
  return Records.init(SeriesRecords, { ...fields, ...begins }, { id });
}

function requireRecentStart(series: { rule: string; timezone: string; starts: string }): void {
  const clock = instantToLocal(series.timezone, Clock.now());
  const last = takeFirst(iterateSeries(series), MAX_AHEAD + 1)[MAX_AHEAD];
  if (last !== undefined && last < clock)
    throw invalid("recurrence", `It would begin more than ${MAX_AHEAD} times ago: let it begin later`);
}

/** Adds a new series with its next occurrences, beside its first, to a transaction. */
export async function add(tx: Transaction, { first, series }: NewSeries): Promise<void> {
  const { next, at } = planNextOccurrences(series, Clock.now(), MAX_IMMEDIATE - 1);
  const room = MAX_WRITES - tx.size - 2 * countWrites(first);
  const fitting = next.slice(0, Math.max(0, Math.floor(room / countWrites(first))));
  for (const occurrence of await buildOccurrences(series, fitting, first)) tx.create(Activities, occurrence);
  const isWhole = fitting.length === next.length;
  tx.create(SeriesRecords, { ...series, through: fitting.at(-1) ?? series.starts, work_at: isWhole ? at : Clock.now() });
}

/** Writes of an activity with its places. */
export const countWrites = (activity: ActivityRecord): number =>
  1 + buildExtraIndexItems(useTenant(), Activities, activity).length;

export * as Series from "./series.ts";
