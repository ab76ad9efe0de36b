import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Activities, type ActivityRecord, fields } from "./activity.entity.ts";
import { isOpen } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { type Cut, type SeriesRecord, SeriesRecords, type Template, timingFields } from "./series.entity.ts";
import {
  formatSeriesRule,
  type RecurrenceInput,
  readRecurrence,
  recurrenceFields,
  shiftTimes,
  splitRule,
} from "./series.rules.ts";
import { Series } from "./series.ts";

/** Operations on activities that may recur: on one occurrence, on it and the following ones, or on all. */

const apply_to = oneOf(["THIS", "FOLLOWING", "ALL"])
  .optional()
  .describe("Recurring activities only; defaults to this occurrence. Completed occurrences do not change");

export const Fields = z.strictObject({ ...fields, ...recurrenceFields });

export interface PreparedActivity {
  activity: ActivityRecord;
  newSeries: Series.NewSeries | undefined;
}

/** Builds a new activity, and the series that it begins if it recurs. Does not write them. */
export async function prepare(input: z.input<typeof Fields>, related: Activity.OwnedSubject | null): Promise<PreparedActivity> {
  const { recurrence: _rule, recurrence_pattern: _pattern, recurrence_end_date: _end, ...rest } = input;
  const activity = await Activity.prepare(rest, related);
  const recurs = readRecurrence(parse(z.object(recurrenceFields), input));
  const preparedSeries = recurs ? await Series.begin(activity, recurs) : undefined;
  return { activity: preparedSeries?.first ?? activity, newSeries: preparedSeries };
}

export async function add(tx: Transaction, { activity, newSeries }: PreparedActivity): Promise<Transaction> {
  tx.create(Activities, activity);
  if (newSeries) await Series.add(tx, newSeries);
  return tx;
}

const IdInput = z.strictObject({ id: text(64), apply_to });
type RecurrenceEdit = RecurrenceInput & { apply_to?: z.output<typeof apply_to> };

export const replace = fn(
  z.strictObject({ ...fields, ...recurrenceFields, ...IdInput.shape }),
  ({ id, assigned_to_id, ...input }) =>
    editOccurrence(id, { ...toStoredFields(fields, input), assigned_to_id }, input, changedFields),
);

export const update = fn(
  patchSchema(fields).extend({ ...recurrenceFields, ...IdInput.shape }),
  ({ id, assigned_to_id, ...patch }) => {
    const changes = { ...toStoredPatch(fields, patch), assigned_to_id: assigned_to_id ?? undefined };
    const changedFieldNames = Object.keys(fields).filter((field) => changes[field as keyof typeof changes] !== undefined);
    return editOccurrence(id, changes, patch, () => changedFieldNames);
  },
);

/** Edits an occurrence. `listEditedFields` returns the fields that change in further occurrences of the series. */
const editOccurrence = (
  id: string,
  changes: Activity.Changes,
  asks: RecurrenceEdit,
  listEditedFields: (before: ActivityRecord, after: ActivityRecord) => readonly string[],
): Promise<ActivityRecord> =>
  Records.change(Activities, id, async (current, tx) => {
    const next = await Activity.editActivity(current, changes, tx);
    return applyToSeries(tx, current, next, asks, listEditedFields(current, next));
  });

export const cancel = fn(IdInput.extend({ outcome: fields.outcome }), ({ id, outcome, apply_to }) =>
  Records.change(Activities, id, async (current, tx) => {
    await endSeries(tx, current, "CANCEL", apply_to);
    return Activity.cancelActivity(current, outcome);
  }),
);

export const remove = fn(IdInput, ({ id, apply_to }) =>
  Records.remove(Activities, id, async (current, tx) => {
    await Activity.requireWritable(current);
    await endSeries(tx, current, "DELETE", apply_to);
    return current;
  }),
);

/** Returns the occurrence after a change, and adds the change of its series to the transaction. */
async function applyToSeries(
  tx: Transaction,
  current: ActivityRecord,
  next: ActivityRecord,
  { apply_to = "THIS", ...marks }: RecurrenceEdit,
  fieldNames: readonly string[],
): Promise<ActivityRecord> {
  const recurs = readRecurrence(marks);
  const series = await loadSeries(current);
  if (!series) return recurs ? beginSeries(tx, next, recurs) : next;
  const isAnother = recurs !== undefined && !isSameRecurrence(series, current, marks);
  const isFirst = current.occurrence === series.starts;
  if (isAnother && (apply_to === "THIS" || (apply_to === "ALL" && !isFirst)))
    throw invalid("apply_to", "Must be FOLLOWING if the rule changes: a new rule applies from one occurrence on");
  if (apply_to === "THIS") return next;
  if (isAnother) return changeRule(tx, series, next, recurs);
  const fields = fieldNames.some(isTiming) ? [...fieldNames, ...timingFields] : fieldNames;
  const own_fields = next.own_fields.filter((field) => !fields.includes(field));
  if (apply_to === "ALL" || isFirst) {
    const template = { ...series.template, ...toTemplateChanges(series, next, series.starts, fields) };
    return syncOccurrence(reviseSeries(tx, series, { template }), { ...next, own_fields });
  }
  return splitSeries(tx, series, { ...next, own_fields }, fields);
}

const isTiming = (field: string): boolean => timingFields.some((timingField) => timingField === field);

/** Returns the values of the named fields for the template of a series, with times shifted to `occurrence`. */
function toTemplateChanges(
  series: SeriesRecord,
  next: ActivityRecord,
  occurrence: string,
  fieldNames: readonly string[],
): Partial<Template> {
  const template = Series.pickTemplate(shiftTimes(next, Series.resolveZone(series), next.occurrence ?? occurrence, occurrence));
  return Object.fromEntries(Object.entries(template).filter(([field]) => fieldNames.includes(field)));
}

const loadSeries = async ({ series_id }: ActivityRecord): Promise<SeriesRecord | undefined> =>
  series_id ? Records.load(SeriesRecords, series_id, { live: true }) : undefined;

/** Tells whether the requested recurrence is the present one, as the API shows it. */
function isSameRecurrence(
  series: SeriesRecord,
  current: ActivityRecord,
  { recurrence, ...patternFields }: RecurrenceInput,
): boolean {
  if (recurrence !== undefined) return recurrence !== null && formatSeriesRule(recurrence, series) === series.rule;
  const { recurrence_pattern, recurrence_end_date } = current;
  return (
    patternFields.recurrence_pattern === recurrence_pattern && (patternFields.recurrence_end_date ?? null) === recurrence_end_date
  );
}

async function beginSeries(tx: Transaction, next: ActivityRecord, recurs: NonNullable<ReturnType<typeof readRecurrence>>) {
  const begins = await Series.begin(next, recurs);
  await Series.add(tx, begins);
  return begins.first;
}

/** Maximum number of changes of a series that are not carried out yet. Each takes only moments. */
const MAX_CUTS = 10;

/** Adds a revision of the series to the transaction. The listener updates the occurrences later. */
function reviseSeries(
  tx: Transaction,
  series: SeriesRecord,
  { cut, ...changes }: Partial<Pick<SeriesRecord, "template" | "rule">> & { cut?: Cut },
) {
  if (cut && series.cuts.length === MAX_CUTS)
    throw conflict("Earlier changes of this series are still in progress: try again in a minute");
  const cuts = cut ? [...series.cuts, cut] : series.cuts;
  const next = { ...series, ...changes, cuts, revision: series.revision + 1, after: "", work_at: Clock.now() };
  tx.replace(SeriesRecords, series, Records.nextVersion(series, next));
  return next;
}

/** Changes the rule from an occurrence on, or ends the series there. */
async function changeRule(
  tx: Transaction,
  series: SeriesRecord,
  next: ActivityRecord,
  recurs: NonNullable<ReturnType<typeof readRecurrence>> | null,
): Promise<ActivityRecord> {
  const occurrence = next.occurrence ?? series.starts;
  if (recurs) {
    reviseSeries(tx, series, { rule: splitRule(series, occurrence).before, cut: { from: occurrence, act: "DELETE", to: null } });
    return beginSeries(tx, next, recurs);
  }
  // This occurrence is the last one.
  const ending = reviseSeries(tx, series, {
    rule: splitRule(series, occurrence).through,
    cut: { from: `${occurrence}~`, act: "DELETE", to: null },
  });
  return { ...next, ...Series.buildSeriesFields(ending, occurrence) };
}

/** Splits the series: from an occurrence on it is a new series, to which the existing occurrences move. */
function splitSeries(
  tx: Transaction,
  series: SeriesRecord,
  next: ActivityRecord,
  fieldNames: readonly string[],
): Promise<ActivityRecord> {
  const occurrence = next.occurrence ?? series.starts;
  const { before, from: rule } = splitRule(series, occurrence);
  const template = {
    ...shiftTimes(series.template, Series.resolveZone(series), series.starts, occurrence),
    ...toTemplateChanges(series, next, occurrence, fieldNames),
  };
  const [, through = occurrence] = [series.through, occurrence].sort();
  const newSeries = Series.build({ ...series, rule, starts: occurrence, template, through }, series.root_id);
  tx.create(SeriesRecords, newSeries);
  reviseSeries(tx, series, { rule: before, cut: { from: occurrence, act: "MOVE", to: newSeries.id } });
  return syncOccurrence(newSeries, next);
}

/** Returns the occurrence with the present fields of its series, which may include earlier changes not yet applied to it. */
async function syncOccurrence(series: SeriesRecord, next: ActivityRecord): Promise<ActivityRecord> {
  const occurrence = next.occurrence ?? series.starts;
  return isOpen(next)
    ? Series.toOccurrence(series, occurrence, next)
    : { ...next, ...Series.buildSeriesFields(series, occurrence) };
}

/** Ends the series at an occurrence if more than this occurrence is removed or cancelled. */
async function endSeries(
  tx: Transaction,
  current: ActivityRecord,
  act: Cut["act"],
  apply_to: RecurrenceEdit["apply_to"],
): Promise<void> {
  const series = apply_to === undefined || apply_to === "THIS" ? undefined : await loadSeries(current);
  if (!series) return;
  const occurrence = apply_to === "ALL" ? series.starts : (current.occurrence ?? series.starts);
  reviseSeries(tx, series, { rule: splitRule(series, occurrence).before, cut: { from: occurrence, act, to: null } });
}

export * as RecurringActivities from "./recurring-activity.ts";
