import { type Interval, intersectIntervals, mergeIntervals, subtractIntervals } from "../../kernel/interval.ts";
import { addDays, daysBetween, instantToDay, localToInstantRanges } from "../../kernel/time-zone.ts";

/** Pure rules for when a user can be given work. */

export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof weekdays)[number];

/** Local times of a weekday: from `09:00` up to `17:30`, exclusive; `24:00` is the end of the day. */
interface Hours {
  weekday: Weekday;
  from: string;
  to: string;
}

/** From one instant up to another, exclusive; without an end if that is not known. */
interface Absence {
  from: string;
  to?: string | null | undefined;
  reassign: boolean;
}

export interface WorkSchedule {
  timezone: string;
  /** Null means at all times. */
  working_hours: readonly Hours[] | null;
  absences: readonly Absence[];
}

/** The working hours in which a user without hours of their own can be met. */
const DEFAULT_MEETING_HOURS: readonly Hours[] = weekdays.slice(0, 5).map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));

/** Returns the schedule by which meetings are proposed: without working hours of their own, users can be met in the usual ones. */
export const toMeetingSchedule = (schedule: WorkSchedule): WorkSchedule => ({
  ...schedule,
  working_hours: schedule.working_hours ?? DEFAULT_MEETING_HOURS,
});

export const findAbsence = <A extends Absence>(absences: readonly A[], instant: string): A | undefined =>
  absences.find(({ from, to }) => from <= instant && (!to || instant < to));

/** Returns the first instant from `from` on at which the user works; null if it is unknown. */
export function findFreeTime({ timezone, working_hours, absences }: WorkSchedule, from: string): string | null {
  let instant = from;
  // Each step leaves an absence or reaches working hours, which bounds the number of steps.
  for (let step = 0; step <= 2 * absences.length + 1; step++) {
    const absence = findAbsence(absences, instant);
    if (absence && !absence.to) return null;
    const back = absence?.to ?? instant;
    const next = working_hours === null ? back : findWorkingTime(working_hours, timezone, back);
    if (next === null || next === instant) return next;
    instant = next;
  }
  return instant;
}

/** Returns the first instant from `from` on within working hours; null if a week has none. */
function findWorkingTime(hours: readonly Hours[], zone: string, from: string): string | null {
  const today = instantToDay(zone, from);
  for (let days = 0; days <= 7; days++) {
    const intervals = listDayIntervals(hours, zone, addDays(today, days)).filter(({ to }) => to > from);
    const [first] = intervals.map((span) => (span.from > from ? span.from : from)).sort();
    if (first !== undefined) return first;
  }
  return null;
}

/** Returns the intervals of a day in which the user works, by local time. */
const listDayIntervals = (hours: readonly Hours[], zone: string, day: string): { from: string; to: string }[] =>
  hours
    .filter(({ weekday }) => weekday === toWeekday(day))
    .flatMap(({ from, to }) =>
      localToInstantRanges(
        zone,
        `${day}T${from}:00.000`,
        to === "24:00" ? `${addDays(day, 1)}T00:00:00.000` : `${day}T${to}:00.000`,
      ),
    );

/** Returns the working intervals between two instants, without absences; sorted and disjoint. */
export function listWorkingIntervals({ timezone, working_hours, absences }: WorkSchedule, from: string, to: string): Interval[] {
  const all = [{ from, to }];
  const days = working_hours === null ? 0 : daysBetween(instantToDay(timezone, from), instantToDay(timezone, to)) + 1;
  const first = instantToDay(timezone, from);
  const hours = Array.from({ length: days }, (_, index) =>
    listDayIntervals(working_hours ?? [], timezone, addDays(first, index)),
  ).flat();
  const away = absences.map((absence) => ({ from: absence.from, to: absence.to ?? to }));
  return subtractIntervals(working_hours === null ? all : intersectIntervals(all, mergeIntervals(hours)), mergeIntervals(away));
}

const toWeekday = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

interface AbsenceState {
  absences: readonly Absence[];
  /** The begins of absences whose work was already reassigned. */
  reassigned: readonly string[];
}

/** Returns the next absence to handle: with `reassign`, not over and not handled; the one that begins first. */
export const findReassignment = ({ absences, reassigned }: AbsenceState, now: string): Absence | undefined =>
  absences
    .filter(({ from, to, reassign }) => reassign && (!to || to > now) && !reassigned.includes(from))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))[0];
