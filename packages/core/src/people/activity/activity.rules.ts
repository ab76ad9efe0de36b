import { formatInstant } from "../../kernel/date-bounds.ts";
import { endOfDay, localToInstant, startOfDay } from "../../kernel/time-zone.ts";

/** Pure rules of activities. */

/** Prefix of the actor that creates booked meetings. A booking notifies the host itself, so that no second notification is sent. */
export const BOOKING_ACTOR_PREFIX = "booking:";

interface DueTime {
  due_date?: string | null;
  due_time?: string | null;
}

/** Returns a due date and time in a time zone as an instant. Without a time it is the end of the day. */
export const toDueInstant = ({ due_date, due_time }: DueTime, zone: string): string | null =>
  due_date ? localToInstant(zone, `${due_date}T${due_time ? `${due_time}:00.000` : "23:59:59.999"}`) : null;

interface ActivityTimes {
  created_at: string;
  start_datetime?: string | null;
  due_at?: string | null;
  completed_datetime?: string | null;
}

/** Returns the instant at which a timeline shows an activity: when it began or begins, was completed, is due, or else was created. */
export const resolveHappensAt = ({ start_datetime, completed_datetime, due_at, created_at }: ActivityTimes): string =>
  start_datetime ?? completed_datetime ?? due_at ?? created_at;

export const isOpen = ({ status }: { status: string }): boolean => status !== "COMPLETED" && status !== "CANCELLED";

interface Deadline {
  due_at: string | null;
  start_datetime: string | null;
  end_datetime: string | null;
}

/** Returns the instant from which an open activity is overdue: its due time or its planned end. null without a date. */
export const resolveDeadline = ({ due_at, start_datetime, end_datetime }: Deadline): string | null =>
  due_at ?? end_datetime ?? start_datetime;

/** Returns the instant at which an open activity begins or is due. null without a date. */
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
  /** The entry is for a day, without a time. */
  all_day: boolean;
}

const MINUTE_MS = 60_000;
const addMinutes = (time: string, minutes: number): string => formatInstant(Date.parse(time) + minutes * MINUTE_MS);

/**
 * Returns the time that an activity takes in a calendar: from its start to its end, or for its duration. An activity that is due at
 * a time ends then. An activity that is due on a day takes that day. null without a date.
 */
export function computeSpan(activity: ActivitySpan, zone: string): Span | null {
  const { start_datetime, end_datetime, due_at, due_date, due_time, duration_minutes } = activity;
  if (start_datetime)
    return {
      starts_at: start_datetime,
      ends_at: end_datetime ?? addMinutes(start_datetime, duration_minutes ?? 0),
      all_day: false,
    };
  if (!due_date || !due_at) return null;
  if (due_time) return { starts_at: due_at, ends_at: due_at, all_day: false };
  return { starts_at: startOfDay(zone, due_date), ends_at: endOfDay(zone, due_date), all_day: true };
}

/** Tells whether a span overlaps the time from `from` (inclusive) to `to` (exclusive). A span without a duration counts at its instant. */
export const isOverlapping = ({ starts_at, ends_at }: Span, from: string, to: string): boolean =>
  starts_at < to && (ends_at > from || (starts_at === ends_at && starts_at >= from));

/** Counts the days that an activity takes, begun days included. */
export function countDays({ start_datetime, end_datetime, duration_minutes }: ActivityDuration): number {
  if (!start_datetime) return 0;
  const lasts = end_datetime ? (Date.parse(end_datetime) - Date.parse(start_datetime)) / MINUTE_MS : (duration_minutes ?? 0);
  return Math.ceil(lasts / (24 * 60));
}

/** How a reminder reaches the assignee. */
export const reminderChannels = ["APP", "EMAIL", "SMS"] as const;
export type ReminderChannel = (typeof reminderChannels)[number];

interface Reminder {
  minutes_before?: number | null | undefined;
  at?: string | null | undefined;
  by: ReminderChannel;
}

interface ReminderFields extends Deadline {
  status: string;
  reminder_datetime: string | null;
  reminders: readonly Reminder[] | null;
  reminders_from: string;
}

/** Lists the reminders of an activity with their instants. Omits reminders that are relative to a date that the activity does not have. */
export function listReminders(
  activity: Omit<ReminderFields, "status" | "reminders_from">,
): { at: string; by: ReminderChannel }[] {
  const { reminder_datetime, reminders } = activity;
  const start = resolveStart(activity);
  const configuredReminders = (reminders ?? []).flatMap(({ minutes_before, at, by }) => {
    const due = at ?? (start && addMinutes(start, -(minutes_before ?? 0)));
    return due ? [{ at: due, by }] : [];
  });
  return [...configuredReminders, ...(reminder_datetime ? [{ at: reminder_datetime, by: "APP" as const }] : [])];
}

/** Returns the instant of the next reminder. null for a closed activity. */
export function findNextReminder(activity: ReminderFields): string | null {
  const upcomingTimes = listReminders(activity).flatMap(({ at }) => (at > activity.reminders_from ? [at] : []));
  return isOpen(activity) ? (upcomingTimes.sort()[0] ?? null) : null;
}

/** Tells whether the assignee is now reminded in this way: the activity is open, and its last due reminder names the channel. */
export const isReminded = (activity: ReminderFields & { reminded_at: string | null }, channel: ReminderChannel): boolean =>
  isOpen(activity) && listReminders(activity).some(({ at, by }) => at === activity.reminded_at && by === channel);
