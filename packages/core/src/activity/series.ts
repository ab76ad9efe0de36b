import { Clock } from "../kernel/clock.ts";
import { asSystem, useSettings, useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { derivedId, newId, timeOf } from "../kernel/id.ts";
import { filled } from "../kernel/schema.ts";
import { dayIn, localIn } from "../kernel/zone.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { placesOf } from "../storage/table/place.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { ACTIVITY, ACTIVITY_SERIES } from "./activity.domain.ts";
import { Activities, type ActivityRecord, fields, participantId } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { firstOf, ruleText } from "./recurrence.rules.ts";
import { KEEPER, type SeriesRecord, SeriesRecords, type Template, templateFields } from "./series.entity.ts";
import { anchorOf, MOST_AHEAD, moved, nextOf, occurrencesFrom, type recurrenceIn, ruleFrom, ruleOf } from "./series.rules.ts";

/** Series of activities, and how their occurrences are made of them. */

export const templateOf = (activity: ActivityRecord): Template =>
  Object.fromEntries(templateFields.map((field) => [field, activity[field]])) as Template;

/** What an occurrence shows of its series. */
export const shownOf = (series: SeriesRecord, occurrence: string) => {
  const { freq, until } = ruleOf(series);
  return {
    series_id: series.id,
    occurrence,
    is_recurring: true,
    recurrence: { rule: series.rule },
    recurrence_pattern: freq,
    recurrence_end_date: until && dayIn(series.timezone, until),
  };
};

export const zoneOf = ({ template, timezone }: SeriesRecord): string => template.timezone ?? timezone;

/** What somebody has answered for an occurrence: their own, whatever is said of the series. */
const answerIn = ({ response_status, response_comment, responded_at }: ActivityRecord["participants"][number]) => ({
  response_status,
  response_comment: response_comment ?? null,
  responded_at: responded_at ?? null,
});

/** What a series says of an occurrence: all but what is its own by now, and the answers of who takes part. */
export function saidOf(series: SeriesRecord, occurrence: string, before?: ActivityRecord) {
  const said = moved(series.template, zoneOf(series), series.starts, occurrence);
  const answers = new Map(before?.participants.map((each) => [participantId(each), answerIn(each)]));
  const participants = said.participants.map((each) => ({ ...each, ...answers.get(participantId(each)) }));
  const own: Partial<Template> = before
    ? Object.fromEntries(
        templateFields.filter((field) => before.own_fields.includes(field)).map((field) => [field, before[field]]),
      )
    : {};
  return { ...said, participants, ...own, ...shownOf(series, occurrence) };
}

/** The occurrence that an activity becomes. */
export async function occurrenceOf(series: SeriesRecord, occurrence: string, activity: ActivityRecord): Promise<ActivityRecord> {
  const next = { ...activity, ...saidOf(series, occurrence, activity) };
  return { ...next, ...(await Activity.whole(next, activity)) };
}

/** The id of an occurrence that a series makes. */
export const idOf = ({ root_id, personal_key_id }: SeriesRecord, occurrence: string): string =>
  derivedId(ACTIVITY, timeOf(root_id), `${root_id}/${occurrence}`, personal_key_id ?? undefined);

/** New occurrences, about what the one before is about. Their ids are made of the series, so that none is there twice. */
export async function madeOf(
  series: SeriesRecord,
  occurrences: readonly string[],
  { related_to_type, related_to_id }: Activity.About,
): Promise<ActivityRecord[]> {
  const numbers = await Numbers.lease("A", occurrences.length);
  const { personal_key_id, template } = series;
  const { assigned_to_id, ...planned } = template;
  const blank = {
    ...filled(fields, { ...planned, status: "NOT_STARTED", send_invitations: false }),
    assigned_to_id,
    personal_key_id,
    related_to_type,
    related_to_id,
    own_fields: [],
  };
  return asSystem(KEEPER, () =>
    Promise.all(
      occurrences.map(async (occurrence, at) => {
        const said = {
          ...blank,
          activity_number: numbers[at] ?? "",
          reminded_at: null,
          invitations_due_at: null,
          ...saidOf(series, occurrence),
        };
        const made = Records.born(Activities, { ...said, ...(await Activity.whole(said)) }, { id: idOf(series, occurrence) });
        // Who made the series made them all.
        return { ...made, created_by: series.created_by };
      }),
    ),
  );
}

/** So many occurrences are made in the request itself, as long as there are no more writes than this; the rest follows. */
const [MOST_AT_ONCE, MOST_WRITTEN] = [20, 60];

export interface Begun {
  first: ActivityRecord;
  series: SeriesRecord;
}

/**
 * A series that begins with an activity, which is then its first occurrence, on the first day from its own on that the rule
 * gives.
 */
export async function begin(activity: ActivityRecord, recurrence: NonNullable<ReturnType<typeof recurrenceIn>>): Promise<Begun> {
  if (activity.send_invitations) throw invalid("send_invitations", "What recurs invites nobody by mail");
  const timezone = activity.timezone ?? useSettings().timezone;
  const anchor = anchorOf(activity, timezone);
  if (!anchor) throw invalid("recurrence", "What recurs has a start_datetime or a due_date");
  const rule = ruleFrom(recurrence, anchor, timezone);
  if (typeof rule === "string") throw invalid("recurrence.rule", rule);
  const asked = { rule: ruleText(rule), timezone, starts: anchor };
  const [starts] = firstOf(occurrencesFrom(asked), 1);
  if (!starts) throw invalid("recurrence", "It never happens: until is before the first time, or no day fits");
  requireNoFurtherBack({ ...asked, starts });
  const { personal_key_id, related_to_type, related_to_id } = activity;
  const template = moved(templateOf(activity), timezone, anchor, starts);
  const about = { personal_key_id, related_to_type, related_to_id };
  const series = born({ ...about, ...asked, starts, template, through: starts });
  return { first: await occurrenceOf(series, starts, { ...activity, own_fields: [] }), series };
}

type Said = Omit<SeriesRecord, keyof BaseRecord | "root_id" | "cuts" | "revision" | "after" | "work_at">;

/** A new series; one that goes off from another goes on with its ids of occurrences. */
export function born(said: Said, root?: string): SeriesRecord {
  const { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through } = said;
  const id = newId(ACTIVITY_SERIES, personal_key_id ? { owner: personal_key_id } : {});
  const fields = { personal_key_id, related_to_type, related_to_id, rule, timezone, starts, template, through };
  const begins = { root_id: root ?? id, cuts: [], revision: 1, after: null, work_at: Clock.now() };
  return Records.born(SeriesRecords, { ...fields, ...begins }, { id });
}

function requireNoFurtherBack(series: { rule: string; timezone: string; starts: string }): void {
  const clock = localIn(series.timezone, Clock.now());
  const last = firstOf(occurrencesFrom(series), MOST_AHEAD + 1)[MOST_AHEAD];
  if (last !== undefined && last < clock)
    throw invalid("recurrence", `It would begin more than ${MOST_AHEAD} times ago: let it begin later`);
}

/** Adds a new series with its next occurrences, beside its first, to a transaction. */
export async function add(tx: Transaction, { first, series }: Begun): Promise<void> {
  const { next, at } = nextOf(series, Clock.now(), MOST_AT_ONCE - 1);
  const room = MOST_WRITTEN - tx.size - 2 * sizeOf(first);
  const fitting = next.slice(0, Math.max(0, Math.floor(room / sizeOf(first))));
  for (const occurrence of await madeOf(series, fitting, first)) tx.create(Activities, occurrence);
  const isWhole = fitting.length === next.length;
  tx.create(SeriesRecords, { ...series, through: fitting.at(-1) ?? series.starts, work_at: isWhole ? at : Clock.now() });
}

/** Writes of an activity with its places. */
export const sizeOf = (activity: ActivityRecord): number => 1 + placesOf(useTenant(), Activities, activity).length;

export * as Series from "./series.ts";
