import { common, type Interval, joined, without } from "../kernel/interval.ts";
import { dayAfter, dayIn, daysBetween, whileShown } from "../kernel/zone.ts";

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
    const ahead = hoursOf(hours, zone, dayAfter(today, days)).filter(({ to }) => to > from);
    const [first] = ahead.map((span) => (span.from > from ? span.from : from)).sort();
    if (first !== undefined) return first;
  }
  return null;
}

/** When somebody works on a day: while clocks show one of the hours. */
const hoursOf = (hours: readonly Hours[], zone: string, day: string): { from: string; to: string }[] =>
  hours
    .filter(({ weekday }) => weekday === weekdayOf(day))
    .flatMap(({ from, to }) =>
      whileShown(zone, `${day}T${from}:00.000`, to === "24:00" ? `${dayAfter(day, 1)}T00:00:00.000` : `${day}T${to}:00.000`),
    );

/** When somebody works between two instants, absences left out; in order, and apart from each other. */
export function workingBetween({ timezone, working_hours, absences }: Times, from: string, to: string): Interval[] {
  const all = [{ from, to }];
  const days = working_hours === null ? 0 : daysBetween(dayIn(timezone, from), dayIn(timezone, to)) + 1;
  const first = dayIn(timezone, from);
  const hours = Array.from({ length: days }, (_, at) => hoursOf(working_hours ?? [], timezone, dayAfter(first, at))).flat();
  const away = absences.map((absence) => ({ from: absence.from, to: absence.to ?? to }));
  return without(working_hours === null ? all : common(all, joined(hours)), joined(away));
}

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
