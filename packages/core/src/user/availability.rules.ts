import { dayAfter, dayIn, instantIn, startOfDay } from "../kernel/zone.ts";

/** Pure rules of when somebody can be given work. */

export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
type Weekday = (typeof weekdays)[number];

/** Clock times of a day in the zone: `09:00` up to, and without, `17:30`; `24:00` is the end of the day. */
export interface Hours {
  weekday: Weekday;
  from: string;
  to: string;
}

/** From an instant up to, and without, another; without an end where that is not known. */
export interface Absence {
  from: string;
  to?: string | null | undefined;
  reassign: boolean;
}

export interface Times {
  timezone: string;
  /** null: at all times. */
  working_hours: readonly Hours[] | null;
  absences: readonly Absence[];
}

export const absenceAt = <A extends Absence>(absences: readonly A[], at: string): A | undefined =>
  absences.find(({ from, to }) => from <= at && (!to || at < to));

/** The first instant from `from` on at which somebody works; null where nobody knows. */
export function freeFrom({ timezone, working_hours, absences }: Times, from: string): string | null {
  let at = from;
  // Each step leaves an absence, or comes to the hours of a day: there are at most so many.
  for (let step = 0; step <= 2 * absences.length + 1; step++) {
    const absence = absenceAt(absences, at);
    if (absence && !absence.to) return null;
    const back = absence?.to ?? at;
    const next = working_hours === null ? back : workingFrom(working_hours, timezone, back);
    if (next === null || next === at) return next;
    at = next;
  }
  return at;
}

/** The first instant from `from` on within working hours; null where a week has none. */
function workingFrom(hours: readonly Hours[], zone: string, from: string): string | null {
  const today = dayIn(zone, from);
  for (let days = 0; days <= 7; days++) {
    const day = dayAfter(today, days);
    const starts = hours
      .filter(({ weekday }) => weekday === weekdayOf(day))
      .map((span) => ({ start: instantIn(zone, `${day}T${span.from}:00.000`), end: endOf(span, zone, day) }))
      .filter(({ end }) => end > from)
      .map(({ start }) => (start > from ? start : from));
    const [first] = starts.sort();
    if (first !== undefined) return first;
  }
  return null;
}

const endOf = ({ to }: Hours, zone: string, day: string): string =>
  to === "24:00" ? startOfDay(zone, dayAfter(day, 1)) : instantIn(zone, `${day}T${to}:00.000`);

const weekdayOf = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

interface Away {
  absences: readonly Absence[];
  /** When the absences began that have been seen to. */
  reassigned: readonly string[];
}

/** The absence with `reassign` to be seen to next: not over, and not seen to; the one that begins first. */
export const toReassign = ({ absences, reassigned }: Away, now: string): Absence | undefined =>
  absences
    .filter(({ from, to, reassign }) => reassign && (!to || to > now) && !reassigned.includes(from))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))[0];
