import { addDays, localToInstant, startOfDay } from "../../kernel/time-zone.ts";

/** Pure rules of activities. */

/** How the names begin of those who make what strangers book: they tell the host of it themselves. */
export const BOOKING_ACTOR_PREFIX = "booking:";

interface DueTime {
  due_date?: string | null;
  due_time?: string | null;
}

/** A due date and time in a time zone as an instant; without a time at the end of the day. */
export const toDueInstant = ({ due_date, due_time }: DueTime, zone: string): string | null =>
  due_date ? localToInstant(zone, `${due_date}T${due_time ? `${due_time}:00.000` : "23:59:59.999"}`) : null;

interface ActivityTimes {
  created_at: string;
  start_datetime?: string | null;
  due_at?: string | null;
  completed_datetime?: string | null;
}

/** Where an activity stands in time: when it began or begins, was done, is due, or else was written down. */
export const resolveHappensAt = ({ start_datetime, completed_datetime, due_at, created_at }: ActivityTimes): string =>
  start_datetime ?? completed_datetime ?? due_at ?? created_at;

export const isOpen = ({ status }: { status: string }): boolean => status !== "COMPLETED" && status !== "CANCELLED";

interface Deadline {
  due_at: string | null;
  start_datetime: string | null;
  end_datetime: string | null;
}

/** When what is still open is late: once it is due, or should be over; null for what has no date. */
export const resolveDeadline = ({ due_at, start_datetime, end_datetime }: Deadline): string | null =>
  due_at ?? end_datetime ?? start_datetime;

/** When an open activity wants attention: it begins, or is due; null for what has no date. */
export const resolveStart = ({ due_at, start_datetime }: Deadline): string | null => start_datetime ?? due_at;

interface ActivityDuration extends Deadline {
  duration_minutes: number | null;
}

interface ActivitySpan extends ActivityDuration {
  due_date: string | null;
  due_time: string | null;
}

/** The time that a calendar shows. */
export interface Span {
  starts_at: string;
  ends_at: string;
  /** Of a day, at no time of it. */
  all_day: boolean;
}

const MINUTE_MS = 60_000;
const addMinutes = (at: string, minutes: number): string => new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString();

/**
 * What an activity takes of a calendar: from its beginning to its end, or as long as it lasts; what is due at a time of a day ends
 * then, and what is due on a day takes that day. null for what has no date.
 */
export function computeSpan(activity: ActivitySpan, zone: string): Span | null {
  const { start_datetime: start, end_datetime: end, due_at, due_date, due_time, duration_minutes: minutes } = activity;
  if (start) return { starts_at: start, ends_at: end ?? addMinutes(start, minutes ?? 0), all_day: false };
  if (!due_date || !due_at) return null;
  if (due_time) return { starts_at: due_at, ends_at: due_at, all_day: false };
  return { starts_at: startOfDay(zone, due_date), ends_at: startOfDay(zone, addDays(due_date, 1)), all_day: true };
}

/** Whether a span has something of the time from `from` on, up to and without `to`; what takes no time stands at its instant. */
export const isOverlapping = ({ starts_at, ends_at }: Span, from: string, to: string): boolean =>
  starts_at < to && (ends_at > from || (starts_at === ends_at && starts_at >= from));

/** Days that it takes, begun ones too. */
export function countDays({ start_datetime: from, end_datetime: to, duration_minutes: minutes }: ActivityDuration): number {
  if (!from) return 0;
  const lasts = to ? (Date.parse(to) - Date.parse(from)) / MINUTE_MS : (minutes ?? 0);
  return Math.ceil(lasts / (24 * 60));
}

interface Reminder {
  minutes_before?: number | null | undefined;
  at?: string | null | undefined;
  by: "APP" | "EMAIL";
}

interface ReminderFields extends Deadline {
  status: string;
  reminder_datetime: string | null;
  reminders: readonly Reminder[] | null;
  reminders_from: string;
}

/** The reminders of an activity with their instants; those before a date that it does not have have none. */
export function listReminders(activity: Omit<ReminderFields, "status" | "reminders_from">): { at: string; by: Reminder["by"] }[] {
  const { reminder_datetime, reminders } = activity;
  const stands = resolveStart(activity);
  const own = (reminders ?? []).flatMap(({ minutes_before, at, by }) => {
    const due = at ?? (stands && addMinutes(stands, -(minutes_before ?? 0)));
    return due ? [{ at: due, by }] : [];
  });
  return [...own, ...(reminder_datetime ? [{ at: reminder_datetime, by: "APP" as const }] : [])];
}

/** When the next reminder is given; none of what is done. */
export function findNextReminder(activity: ReminderFields): string | null {
  const ahead = listReminders(activity).flatMap(({ at }) => (at > activity.reminders_from ? [at] : []));
  return isOpen(activity) ? (ahead.sort()[0] ?? null) : null;
}
