import * as z from "zod";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { invalid } from "../../kernel/error.ts";
import { date, instant, oneOf, text } from "../../kernel/schema.ts";
import { instantToLocal, localToInstant } from "../../kernel/time-zone.ts";
import type { ReminderChannel } from "./activity.rules.ts";
import {
  formatLocal,
  formatRule,
  frequencies,
  iterateOccurrences,
  parseLocal,
  parseRule,
  type RecurrenceRule,
  weekdayCodes,
} from "./recurrence.rules.ts";

/** Pure rules for recurring activities. */

/** The recurrence of an activity: a rule, or the parts of a rule. */
export const Recurrence = z
  .strictObject({
    rule: text(500).optional().describe("RFC 5545, without DTSTART: `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10`"),
    frequency: oneOf(frequencies).optional().describe("MONTHLY on the 29th to 31st uses the last day of shorter months"),
    interval: z.number().int().min(1).max(1000).optional(),
    until: z.union([date(), instant()], "Must be a date, YYYY-MM-DD, or an RFC 3339 timestamp").optional().describe("Inclusive"),
    count: z.number().int().min(1).max(9999).optional(),
    by_day: z.array(oneOf(weekdayCodes)).min(1).max(7).optional(),
  })
  .refine(({ rule, frequency }) => (rule === undefined) !== (frequency === undefined), {
    path: ["frequency"],
    message: "Exactly one of frequency and rule is required",
  })
  .refine(({ rule, frequency: _frequency, ...parts }) => rule === undefined || Object.keys(parts).length === 0, {
    path: ["rule"],
    message: "Cannot be combined with interval, until, count or by_day",
  })
  .refine(({ until, count }) => until === undefined || count === undefined, {
    path: ["count"],
    message: "Specify until or count, not both",
  });

/** The recurrence fields of the API. recurrence_pattern and recurrence_end_date are the short form. */
export const recurrenceFields = {
  recurrence: Recurrence.nullish(),
  recurrence_pattern: oneOf(frequencies).nullish().describe("How often the activity is repeated; the frequency of `recurrence`"),
  recurrence_end_date: date().nullish().describe("Last day of the series; needs a recurrence pattern"),
};

export interface RecurrenceInput {
  recurrence?: z.output<typeof Recurrence> | null | undefined;
  recurrence_pattern?: (typeof frequencies)[number] | null | undefined;
  recurrence_end_date?: string | null | undefined;
}

/** Returns the recurrence from either form; null to end it, undefined if the input contains neither. */
export function readRecurrence({ recurrence, recurrence_pattern, recurrence_end_date }: RecurrenceInput) {
  if (recurrence !== undefined) return recurrence;
  if (recurrence_end_date && !recurrence_pattern) throw invalid("recurrence_pattern", "Required with recurrence_end_date");
  return recurrence_pattern
    ? { frequency: recurrence_pattern, ...(recurrence_end_date ? { until: recurrence_end_date } : {}) }
    : recurrence_pattern;
}

/** Builds the rule of a recurrence that begins at the local time `start`. Returns an error text if it is invalid. */
export function buildRule(recurrence: z.output<typeof Recurrence>, start: string, zone: string): RecurrenceRule | string {
  const convertLocal = (local: string): string => toInstant(zone, local);
  const { rule, frequency = "DAILY", interval = 1, until, count = null, by_day = [] } = recurrence;
  if (rule !== undefined) return parseRule(rule, convertLocal);
  const day = Number(start.slice(8, 10));
  const isLate = frequency === "MONTHLY" && by_day.length === 0 && day > 28;
  const BYMONTHDAY = [28, 29, 30, 31].slice(0, day - 27);
  return {
    freq: frequency,
    interval,
    count,
    until: until === undefined ? null : until.length === 10 ? convertLocal(`${until}T23:59:59`) : until,
    wkst: 0,
    byParts: isLate ? { BYMONTHDAY, BYSETPOS: [-1] } : {},
    byday: by_day.map((name) => ({ day: weekdayCodes.indexOf(name), nth: null })),
  };
}

interface RecurringSeries {
  rule: string;
  timezone: string;
  /** The local time of the first occurrence in the zone. */
  starts: string;
}

export const parseSeriesRule = ({ rule, timezone }: Pick<RecurringSeries, "rule" | "timezone">): RecurrenceRule => {
  const read = parseRule(rule, (local) => toInstant(timezone, local));
  if (typeof read === "string") throw new Error(`${rule}: ${read}`);
  return read;
};

export const toInstant = (zone: string, local: string): string => localToInstant(zone, `${local}.000`);

/** Formats a recurrence like the rule of a series, to compare the two. */
export function formatSeriesRule(
  recurrence: z.output<typeof Recurrence>,
  { starts, timezone }: RecurringSeries,
): string | undefined {
  const rule = buildRule(recurrence, starts, timezone);
  return typeof rule === "string" ? undefined : formatRule(rule);
}

/** Iterates over the local times of the occurrences of a series, from `from` on. */
export function* iterateSeries(series: RecurringSeries, from = series.starts): Generator<string> {
  const rule = parseSeriesRule(series);
  for (const local of iterateOccurrences(rule, series.starts, from)) {
    if (rule.until !== null && toInstant(series.timezone, local) > rule.until) return;
    yield local;
  }
}

/** Maximum number of occurrences created ahead of now. A series without an end has those of two years, and at least MIN_AHEAD. */
export const MAX_AHEAD = 500;
const [MIN_AHEAD, AHEAD_DAYS] = [12, 731];
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Plans the next occurrences to be created after `through`, at most `limit`. `at` is when to plan again after these: null once the
 * series has ended.
 */
export function planNextOccurrences(
  series: RecurringSeries & { through: string },
  now: string,
  limit: number,
): { next: string[]; nextCheckAt: string | null } {
  const { timezone, through } = series;
  const { count, until } = parseSeriesRule(series);
  const isEndless = count === null && until === null;
  const clock = instantToLocal(timezone, now);
  const horizon = formatLocal(parseLocal(clock) + AHEAD_DAYS * DAY_MS);
  const next: string[] = [];
  const futureTimes: string[] = [];
  for (const local of iterateSeries(series, [through, clock].sort()[0])) {
    const isAhead = local > clock;
    if (local > through) {
      if (next.length === limit) return { next, nextCheckAt: now };
      if (isAhead && (futureTimes.length >= MAX_AHEAD || (isEndless && local > horizon && futureTimes.length >= MIN_AHEAD)))
        return { next, nextCheckAt: computeNextCheck(futureTimes, timezone, now) };
      next.push(local);
    }
    if (isAhead) futureTimes.push(local);
  }
  return { next, nextCheckAt: null };
}

/** Returns when to plan again: when half of the occurrences ahead are over, and at least every 30 days. */
function computeNextCheck(upcomingOccurrences: readonly string[], zone: string, now: string): string {
  const half = toInstant(zone, upcomingOccurrences[Math.floor(upcomingOccurrences.length / 2)] as string);
  const month = formatInstant(Date.parse(now) + 30 * DAY_MS);
  return [half, month].sort()[0] ?? month;
}

/** Returns the rules of the occurrences before `at`, up to and including `at`, and from `at` on. */
export function splitRule(series: RecurringSeries, splitTime: string): { before: string; through: string; from: string } {
  const rule = parseSeriesRule(series);
  const until = toInstant(series.timezone, splitTime);
  const passedCount = rule.count === null ? 0 : [...iterateSeries(series)].filter((local) => local < splitTime).length;
  const upTo = (last: string): string => formatRule({ ...rule, count: null, until: last });
  return {
    before: upTo(formatInstant(Date.parse(until) - 1000)),
    through: upTo(until),
    from: formatRule({ ...rule, count: rule.count === null ? null : rule.count - passedCount }),
  };
}

interface TimingFields {
  timezone: string | null;
  due_date: string | null;
  due_time: string | null;
  start_datetime: string | null;
  end_datetime: string | null;
  reminder_datetime: string | null;
  reminders: readonly {
    minutes_before?: number | null | undefined;
    at?: string | null | undefined;
    by: ReminderChannel;
  }[];
}

/** Returns the local time at which an activity begins or is due; null without a date. */
export function findAnchor({ start_datetime, due_date, due_time }: TimingFields, zone: string): string | null {
  if (start_datetime) return instantToLocal(zone, start_datetime);
  return due_date && `${due_date}T${due_time ?? "00:00"}:00`;
}

/** Shifts the times of an activity by the difference between two local times. Its duration stays the same. */
export function shiftTimes<T extends TimingFields>(activity: T, zone: string, from: string, to: string): T {
  const offset = parseLocal(to) - parseLocal(from);
  if (offset === 0) return activity;
  const shift = (instant: string): string =>
    formatInstant(
      Date.parse(toInstant(zone, formatLocal(parseLocal(instantToLocal(zone, instant)) + offset))) + (Date.parse(instant) % 1000),
    );
  const { due_date, due_time, start_datetime, end_datetime, reminder_datetime, reminders } = activity;
  const due = due_date && formatLocal(parseLocal(`${due_date}T${due_time ?? "00:00"}:00`) + offset);
  const start = start_datetime && shift(start_datetime);
  const lasting = start_datetime && end_datetime ? Date.parse(end_datetime) - Date.parse(start_datetime) : 0;
  return {
    ...activity,
    due_date: due?.slice(0, 10) ?? null,
    due_time: due_time && (due?.slice(11, 16) ?? null),
    start_datetime: start,
    end_datetime: end_datetime && (start ? formatInstant(Date.parse(start) + lasting) : shift(end_datetime)),
    reminder_datetime: reminder_datetime && shift(reminder_datetime),
    reminders: reminders.map((reminder) => (reminder.at ? { ...reminder, at: shift(reminder.at) } : reminder)),
  };
}
