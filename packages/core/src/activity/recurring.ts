import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { conflict, invalid } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { filled, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Activities, type ActivityRecord, fields } from "./activity.entity.ts";
import { isOpen } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { type Cut, type SeriesRecord, SeriesRecords, type Template, timing } from "./series.entity.ts";
import { type Asked, asked, moved, recurrenceIn, ruleWith, split } from "./series.rules.ts";
import { Series } from "./series.ts";

/** What is done with activities that may recur: with one occurrence, with it and those that follow, or with all. */

const apply_to = oneOf(["THIS", "FOLLOWING", "ALL"])
  .optional()
  .describe("Of what recurs: this occurrence unless told otherwise; what is completed stays as it is");

export const Fields = z.strictObject({ ...fields, ...asked });

export interface Prepared {
  activity: ActivityRecord;
  begun: Series.Begun | undefined;
}

/** A new activity, with the series that it begins where it recurs; not yet written. */
export async function prepare(input: z.input<typeof Fields>, related: Activity.Beneath | null): Promise<Prepared> {
  const { recurrence: _rule, recurrence_pattern: _pattern, recurrence_end_date: _end, ...rest } = input;
  const activity = await Activity.prepare(rest, related);
  const recurs = recurrenceIn(parse(z.object(asked), input));
  const begun = recurs ? await Series.begin(activity, recurs) : undefined;
  return { activity: begun?.first ?? activity, begun };
}

export async function add(tx: Transaction, { activity, begun }: Prepared): Promise<Transaction> {
  tx.create(Activities, activity);
  if (begun) await Series.add(tx, begun);
  return tx;
}

const One = z.strictObject({ id: text(64), apply_to });
type Applying = Asked & { apply_to?: z.output<typeof apply_to> };

export const replace = fn(z.strictObject({ ...fields, ...asked, ...One.shape }), ({ id, assigned_to_id, ...input }) =>
  edit(id, { ...filled(fields, input), assigned_to_id }, input, changedFields),
);

export const update = fn(patchOf(fields).extend({ ...asked, ...One.shape }), ({ id, assigned_to_id, ...patch }) => {
  const changes = { ...patched(fields, patch), assigned_to_id: assigned_to_id ?? undefined };
  const named = Object.keys(fields).filter((field) => changes[field as keyof typeof changes] !== undefined);
  return edit(id, changes, patch, () => named);
});

/** `named` are the fields that it is about, where it is about more than this occurrence. */
const edit = (
  id: string,
  changes: Activity.Changes,
  asks: Applying,
  named: (before: ActivityRecord, after: ActivityRecord) => readonly string[],
): Promise<ActivityRecord> =>
  Records.change(Activities, id, async (current, tx) => {
    const next = await Activity.edited(current, changes, tx);
    return applied(tx, current, next, asks, named(current, next));
  });

export const cancel = fn(One.extend({ outcome: fields.outcome }), ({ id, outcome, apply_to }) =>
  Records.change(Activities, id, async (current, tx) => {
    await ended(tx, current, "CANCEL", apply_to);
    return Activity.cancelled(current, outcome);
  }),
);

export const remove = fn(One, ({ id, apply_to }) =>
  Records.remove(Activities, id, async (current, tx) => {
    await Activity.requireShown(current);
    await ended(tx, current, "DELETE", apply_to);
    return current;
  }),
);

/** The occurrence after a change, and in the transaction what becomes of its series. */
async function applied(
  tx: Transaction,
  current: ActivityRecord,
  next: ActivityRecord,
  { apply_to = "THIS", ...marks }: Applying,
  named: readonly string[],
): Promise<ActivityRecord> {
  const recurs = recurrenceIn(marks);
  const series = await seriesOf(current);
  if (!series) return recurs ? begun(tx, next, recurs) : next;
  const isAnother = recurs !== undefined && !isSame(series, current, marks);
  const isFirst = current.occurrence === series.starts;
  if (isAnother && (apply_to === "THIS" || (apply_to === "ALL" && !isFirst)))
    throw invalid("apply_to", "FOLLOWING, where the rule changes: another rule holds from an occurrence on");
  if (apply_to === "THIS") return next;
  if (isAnother) return ruledAnew(tx, series, next, recurs);
  const fields = named.some(isTiming) ? [...named, ...timing] : named;
  const own_fields = next.own_fields.filter((field) => !fields.includes(field));
  if (apply_to === "ALL" || isFirst) {
    const template = { ...series.template, ...toldOf(series, next, series.starts, fields) };
    return brought(revise(tx, series, { template }), { ...next, own_fields });
  }
  return parted(tx, series, { ...next, own_fields }, fields);
}

const isTiming = (field: string): boolean => timing.some((each) => each === field);

/** What the named fields of an occurrence say to a series, as of the occurrence at `at`. */
function toldOf(series: SeriesRecord, next: ActivityRecord, at: string, named: readonly string[]): Partial<Template> {
  const said = Series.templateOf(moved(next, Series.zoneOf(series), next.occurrence ?? at, at));
  return Object.fromEntries(Object.entries(said).filter(([field]) => named.includes(field)));
}

const seriesOf = async ({ series_id }: ActivityRecord): Promise<SeriesRecord | undefined> =>
  series_id ? Records.load(SeriesRecords, series_id, { live: true }) : undefined;

/** Whether what is asked for is what clients are shown already. */
function isSame(series: SeriesRecord, current: ActivityRecord, { recurrence, ...told }: Asked): boolean {
  if (recurrence !== undefined) return recurrence !== null && ruleWith(recurrence, series) === series.rule;
  const { recurrence_pattern: pattern, recurrence_end_date: end } = current;
  return told.recurrence_pattern === pattern && (told.recurrence_end_date ?? null) === end;
}

async function begun(tx: Transaction, next: ActivityRecord, recurs: NonNullable<ReturnType<typeof recurrenceIn>>) {
  const begins = await Series.begin(next, recurs);
  await Series.add(tx, begins);
  return begins.first;
}

/** Changes that are not carried out yet; each is a moment's work. */
const MOST_CUTS = 10;

/** The series says something else, which its occurrences are brought to later. */
function revise(
  tx: Transaction,
  series: SeriesRecord,
  { cut, ...said }: Partial<Pick<SeriesRecord, "template" | "rule">> & { cut?: Cut },
) {
  if (cut && series.cuts.length === MOST_CUTS)
    throw conflict("Earlier changes of this series are still being carried out: try again in a minute");
  const cuts = cut ? [...series.cuts, cut] : series.cuts;
  const next = { ...series, ...said, cuts, revision: series.revision + 1, after: "", work_at: Clock.now() };
  tx.replace(SeriesRecords, series, Records.nextVersion(series, next));
  return next;
}

/** From an occurrence on it recurs by another rule, or no more. */
async function ruledAnew(
  tx: Transaction,
  series: SeriesRecord,
  next: ActivityRecord,
  recurs: NonNullable<ReturnType<typeof recurrenceIn>> | null,
): Promise<ActivityRecord> {
  const at = next.occurrence ?? series.starts;
  if (recurs) {
    revise(tx, series, { rule: split(series, at).before, cut: { from: at, act: "DELETE", to: null } });
    return begun(tx, next, recurs);
  }
  // It is the last one itself.
  const ending = revise(tx, series, { rule: split(series, at).through, cut: { from: `${at}~`, act: "DELETE", to: null } });
  return { ...next, ...Series.shownOf(ending, at) };
}

/** From an occurrence on it is a series of its own, to which those that are there already move. */
function parted(tx: Transaction, series: SeriesRecord, next: ActivityRecord, named: readonly string[]): Promise<ActivityRecord> {
  const at = next.occurrence ?? series.starts;
  const { before, from: rule } = split(series, at);
  const template = {
    ...moved(series.template, Series.zoneOf(series), series.starts, at),
    ...toldOf(series, next, at, named),
  };
  const [, through = at] = [series.through, at].sort();
  const own = Series.born({ ...series, rule, starts: at, template, through }, series.root_id);
  tx.create(SeriesRecords, own);
  revise(tx, series, { rule: before, cut: { from: at, act: "MOVE", to: own.id } });
  return brought(own, next);
}

/** The occurrence itself as its series has it now: changes of before may not have come to it yet. */
async function brought(series: SeriesRecord, next: ActivityRecord): Promise<ActivityRecord> {
  const at = next.occurrence ?? series.starts;
  return isOpen(next) ? Series.occurrenceOf(series, at, next) : { ...next, ...Series.shownOf(series, at) };
}

/** What ends with an occurrence, where that is more than itself. */
async function ended(tx: Transaction, current: ActivityRecord, act: Cut["act"], apply_to: Applying["apply_to"]): Promise<void> {
  const series = apply_to === undefined || apply_to === "THIS" ? undefined : await seriesOf(current);
  if (!series) return;
  const at = apply_to === "ALL" ? series.starts : (current.occurrence ?? series.starts);
  revise(tx, series, { rule: split(series, at).before, cut: { from: at, act, to: null } });
}

export * as Recurring from "./recurring.ts";
