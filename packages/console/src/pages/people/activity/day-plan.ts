import { readDay } from "../../../ui/i18n/time.ts";

/** An activity, as far as the plan of a day needs it. Tasks have a due time, meetings have a start. */
export interface PlannedActivity {
  readonly id: string;
  readonly status: string;
  readonly assigned_to_id: string | null;
  readonly due_at: string | null;
  /** Null: due at the end of the day. */
  readonly due_time: string | null;
  readonly start_datetime: string | null;
  readonly end_datetime: string | null;
}

export interface DayPlan<A> {
  /** Open tasks of the user that are due today or overdue, the longest overdue first. */
  readonly tasks: readonly A[];
  /** Open tasks of the user that are due on later days, the next one first. */
  readonly laterTasks: readonly A[];
  /** Meetings of today in the order of their start, with those that have begun. */
  readonly meetings: readonly A[];
}

const compare = (a: string | null, b: string | null): number => String(a).localeCompare(String(b));

/** Tasks that the home page shows. */
export const MAX_TASKS = 6;

interface Day {
  readonly now: string;
  readonly timeZone: string;
  readonly user: string;
}

const CLOSED = ["COMPLETED", "CANCELLED"];

/** Plans the day of a user from overdue activities and those of the calendar. The user takes part in meetings of others, but not in their tasks. */
export function planDay<A extends PlannedActivity>(activities: readonly A[], { now, timeZone, user }: Day): DayPlan<A> {
  const today = readDay(now, timeZone);
  const distinct = [...new Map(activities.map((activity) => [activity.id, activity])).values()];
  const tasks = distinct
    .filter(
      ({ start_datetime, due_at, status, assigned_to_id }) =>
        start_datetime === null && due_at !== null && assigned_to_id === user && !CLOSED.includes(status),
    )
    .sort((a, b) => compare(a.due_at, b.due_at));
  const isLater = ({ due_at }: A): boolean => readDay(String(due_at), timeZone) > today;
  return {
    tasks: tasks.filter((task) => !isLater(task)),
    laterTasks: tasks.filter(isLater),
    meetings: distinct
      .filter(
        ({ start_datetime, end_datetime, status }) =>
          start_datetime !== null &&
          status !== "CANCELLED" &&
          readDay(start_datetime, timeZone) <= today &&
          readDay(end_datetime ?? start_datetime, timeZone) >= today,
      )
      .sort((a, b) => compare(a.start_datetime, b.start_datetime)),
  };
}

/** How far a meeting is at an instant. */
export function readMeetingState({ start_datetime, end_datetime }: PlannedActivity, now: string): "past" | "now" | "next" {
  const [start, end, present] = [start_datetime ?? now, end_datetime ?? start_datetime ?? now, now].map((at) => Date.parse(at));
  if (end !== undefined && present !== undefined && end <= present && end !== start) return "past";
  return (start ?? 0) <= (present ?? 0) ? (end === start ? "past" : "now") : "next";
}

type DayPart = "morning" | "afternoon" | "evening";

/** Returns the part of the day at an instant in a time zone, for the greeting. */
export function readDayPart(now: string, timeZone: string): DayPart {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone }).format(new Date(now)));
  if (hour >= 18 || hour < 4) return "evening";
  return hour < 12 ? "morning" : "afternoon";
}
