import { common, earlier, type Interval, joined, later, without } from "../kernel/interval.ts";
import { dayAfter, dayIn, daysBetween, whileShown } from "../kernel/zone.ts";

/**
 * Pure rules of working time, to the second (seed 001, SLA Tracking). Time counts while clocks of the calendar's zone show one of
 * its windows: an hour that they skip is none, one that they show twice is two. What of an instant is less than a second is dropped.
 */

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/** From a time of day up to, and without, another: `24:00` is the end of the day, and one that is not later is of the next day. */
export type Window = readonly [from: string, to: string];

export interface Calendar {
  timezone: string;
  hours: Readonly<Partial<Record<Weekday, readonly Window[] | undefined>>>;
  /** Days of the zone from midnight to midnight on which the hours of the week do not count, whichever day they began on. */
  holidays: readonly string[];
  /** Windows that count as well, on a holiday too, by the day on which they begin. */
  extra_days: Readonly<Record<string, readonly Window[]>>;
}

/** A pause that nobody has ended has no end. */
export interface Pause {
  from: string;
  to: string | null;
}

export const reasons = ["closed", "holiday", "pause"] as const;
type Reason = (typeof reasons)[number];

export interface Segment extends Interval {
  seconds: number;
}

/** A pause without an end goes on. */
export interface Skipped extends Pause {
  reason: Reason;
}

/** How a target is reached, from the start on: each second of it is in a segment or was skipped. */
export interface Explained {
  /** null while a pause goes on. */
  due_at: string | null;
  remaining_seconds: number;
  segments: Segment[];
  skipped: Skipped[];
}

/** Years for which a due time is looked for. */
export const MOST_YEARS = 10;

/** Days that are looked at together: few first, because most targets are near. */
const [FIRST_DAYS, MOST_DAYS] = [2, 64];

const DAY = 24 * 60 * 60 * 1000;

export const hasHours = ({ hours, extra_days }: Pick<Calendar, "hours" | "extra_days">): boolean =>
  [...Object.values(hours), ...Object.values(extra_days)].some((windows) => windows !== undefined && windows.length > 0);

const toSecond = (instant: string): string => `${instant.slice(0, 19)}.000Z`;
const secondsIn = ({ from, to }: Interval): number => (Date.parse(to) - Date.parse(from)) / 1000;
const after = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

function yearsAfter(instant: string, years: number): string {
  const date = new Date(instant);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
}

const weekdayOf = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

/** Of the windows asked for last: zones are slow to ask, and what goes through weeks asks for the same days again and again. */
const known = new Map<string, readonly Interval[]>();
const MOST_KNOWN = 10_000;

/** While clocks show a window that begins on a day. */
function shown(zone: string, day: string, [from, to]: Window): readonly Interval[] {
  const key = `${zone} ${day} ${from} ${to}`;
  const found = known.get(key);
  if (found) return found;
  const end = to === "24:00" ? `${dayAfter(day, 1)}T00:00` : `${to > from ? day : dayAfter(day, 1)}T${to}`;
  const made = whileShown(zone, `${day}T${from}:00.000`, `${end}:00.000`);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, made);
  return made;
}

interface Hours {
  work: Interval[];
  /** What would be work, were it no holiday. */
  holiday: Interval[];
}

/** The working time between two instants. */
function hoursIn({ timezone, hours, holidays, extra_days }: Calendar, within: Interval): Hours {
  // A window of the day before yesterday may last into what clocks, moved back over midnight, show as yesterday again.
  const first = dayAfter(dayIn(timezone, within.from), -2);
  const count = daysBetween(first, dayIn(timezone, within.to)) + 2;
  const days = Array.from({ length: count }, (_, at) => dayAfter(first, at));
  const whileShow = (windowsOf: (day: string) => readonly Window[] | undefined): Interval[] =>
    joined(days.flatMap((day) => (windowsOf(day) ?? []).flatMap((window) => shown(timezone, day, window))));
  const off = new Set(holidays);
  const weekly = whileShow((day) => hours[weekdayOf(day)]);
  const free = whileShow((day) => (off.has(day) ? [["00:00", "24:00"]] : []));
  const extra = whileShow((day) => extra_days[day]);
  return {
    work: common([within], joined([...without(weekly, free), ...extra])),
    holiday: common([within], without(common(weekly, free), extra)),
  };
}

interface Part extends Interval {
  /** Why it does not count; none where it does. */
  reason?: Reason;
}

/** All time from an instant up to another, in parts, in order; those that follow on each other differ, but for where days were looked at apart. */
function* partsOf(calendar: Calendar, from: string, to: string, pauses: readonly Interval[]): Generator<Part> {
  for (let [at, days] = [from, FIRST_DAYS]; at < to; days = Math.min(2 * days, MOST_DAYS)) {
    const within = { from: at, to: earlier(after(at, days * DAY), to) };
    const { work, holiday } = hoursIn(calendar, within);
    const because =
      (reason: Reason) =>
      (interval: Interval): Part => ({ ...interval, reason });
    const parts: Part[] = [
      ...without(work, pauses),
      ...common(work, pauses).map(because("pause")),
      ...holiday.map(because("holiday")),
      ...without([within], joined([...work, ...holiday])).map(because("closed")),
    ];
    yield* parts.sort((a, b) => (a.from < b.from ? -1 : 1));
    at = within.to;
  }
}

/** Pauses that have ended, apart from each other, and when the one began that goes on. */
function pausesIn(pauses: readonly Pause[]): { ended: Interval[]; since: string | null } {
  const open = pauses.flatMap(({ from, to }) => (to === null ? [toSecond(from)] : []));
  const ended = pauses.flatMap(({ from, to }) => (to === null ? [] : [{ from: toSecond(from), to: toSecond(to) }]));
  return { ended: joined(ended), since: open.length === 0 ? null : open.reduce(earlier) };
}

/** Adds a part to a list, to its last one where it goes on with that. */
function put<P extends Pause & { reason?: Reason }>(parts: P[], part: P): void {
  const last = parts.at(-1);
  if (last && last.to === part.from && last.reason === part.reason) last.to = part.to;
  else parts.push(part);
}

type Reached = Explained & { isBeyond: boolean };

/** As `explained`; where a target is out of reach, with what there is on the way. */
function reached(calendar: Calendar, start: string, seconds: number, pauses: readonly Pause[]): Reached {
  const from = toSecond(start);
  const { ended, since } = pausesIn(pauses);
  const last = yearsAfter(from, MOST_YEARS);
  const segments: Interval[] = [];
  const skipped: Skipped[] = [];
  const told = (due_at: string | null, remaining_seconds: number, isBeyond = false): Reached => ({
    due_at,
    remaining_seconds,
    segments: segments.map((segment) => ({ ...segment, seconds: secondsIn(segment) })),
    skipped,
    isBeyond,
  });
  let left = seconds;
  if (left <= 0) return told(from, 0);
  for (const { reason, ...part } of partsOf(calendar, from, since === null ? last : earlier(since, last), ended)) {
    const counted = reason === undefined ? Math.min(left, secondsIn(part)) : 0;
    if (reason !== undefined) put(skipped, { ...part, reason });
    else put(segments, { from: part.from, to: after(part.from, counted * 1000) });
    left -= counted;
    if (left === 0) return told(after(part.from, counted * 1000), 0);
  }
  if (since === null || since >= last) return told(null, left, true);
  put(skipped, { from: later(from, since), to: null, reason: "pause" });
  return told(null, left);
}

/**
 * When so many seconds of working time have passed since an instant, pauses left out: a pause outside working hours changes nothing.
 * A target that ends with a window is due at its end. undefined where that is more than `MOST_YEARS` years ahead.
 */
export function explained(
  calendar: Calendar,
  start: string,
  seconds: number,
  pauses: readonly Pause[] = [],
): Explained | undefined {
  const { isBeyond, ...told } = reached(calendar, start, seconds, pauses);
  return isBeyond ? undefined : told;
}

/** Seconds of working time from one instant up to another, pauses left out. */
export function secondsBetween(calendar: Calendar, from: string, to: string, pauses: readonly Pause[] = []): number {
  const { ended, since } = pausesIn(pauses);
  const end = since === null ? toSecond(to) : earlier(since, toSecond(to));
  let seconds = 0;
  for (const { reason, ...part } of partsOf(calendar, toSecond(from), end, ended))
    if (reason === undefined) seconds += secondsIn(part);
  return seconds;
}

/** When each of some targets is due, by one look at the calendar; null where a pause that goes on, or ten years, come before. */
export function instantsOf(
  calendar: Calendar,
  start: string,
  targets: readonly number[],
  pauses: readonly Pause[] = [],
): (string | null)[] {
  const { segments } = reached(calendar, start, Math.max(...targets), pauses);
  return targets.map((target) => {
    let left = target;
    for (const { from, seconds } of segments) {
      if (left <= seconds) return after(from, left * 1000);
      left -= seconds;
    }
    return null;
  });
}
