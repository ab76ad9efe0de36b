import {
  earlierInstant,
  type Interval,
  intersectIntervals,
  laterInstant,
  mergeIntervals,
  subtractIntervals,
} from "../../kernel/interval.ts";
import { addDays, daysBetween, instantToDay, localToInstantRanges } from "../../kernel/time-zone.ts";

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
export interface SkippedInterval extends Pause {
  reason: Reason;
}

/** How a target is reached, from the start on: each second of it is in a segment or was skipped. */
export interface DueTimeExplanation {
  /** null while a pause goes on. */
  due_at: string | null;
  remaining_seconds: number;
  segments: Segment[];
  skipped: SkippedInterval[];
}

/** Years for which a due time is looked for. */
export const MAX_YEARS = 10;

/** Days that are looked at together: few first, because most targets are near. */
const [INITIAL_DAYS, MAX_DAYS] = [2, 64];

const DAY_MS = 24 * 60 * 60 * 1000;

export const hasHours = ({ hours, extra_days }: Pick<Calendar, "hours" | "extra_days">): boolean =>
  [...Object.values(hours), ...Object.values(extra_days)].some((windows) => windows !== undefined && windows.length > 0);

const toSecond = (instant: string): string => `${instant.slice(0, 19)}.000Z`;
const countSeconds = ({ from, to }: Interval): number => (Date.parse(to) - Date.parse(from)) / 1000;
const addMs = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

function addYears(instant: string, years: number): string {
  const date = new Date(instant);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
}

const toWeekday = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

/** Of the windows asked for last: zones are slow to ask, and what goes through weeks asks for the same days again and again. */
const windowCache = new Map<string, readonly Interval[]>();
const MAX_CACHED_WINDOWS = 10_000;

/** While clocks show a window that begins on a day. */
function resolveWindow(zone: string, day: string, [from, to]: Window): readonly Interval[] {
  const key = `${zone} ${day} ${from} ${to}`;
  const found = windowCache.get(key);
  if (found) return found;
  const end = to === "24:00" ? `${addDays(day, 1)}T00:00` : `${to > from ? day : addDays(day, 1)}T${to}`;
  const made = localToInstantRanges(zone, `${day}T${from}:00.000`, `${end}:00.000`);
  if (windowCache.size >= MAX_CACHED_WINDOWS) windowCache.clear();
  windowCache.set(key, made);
  return made;
}

interface Hours {
  work: Interval[];
  /** What would be work, were it no holiday. */
  holiday: Interval[];
}

/** The working time between two instants. */
function computeHours({ timezone, hours, holidays, extra_days }: Calendar, within: Interval): Hours {
  // A window of the day before yesterday may last into what clocks, moved back over midnight, show as yesterday again.
  const first = addDays(instantToDay(timezone, within.from), -2);
  const count = daysBetween(first, instantToDay(timezone, within.to)) + 2;
  const days = Array.from({ length: count }, (_, at) => addDays(first, at));
  const whileShow = (windowsOf: (day: string) => readonly Window[] | undefined): Interval[] =>
    mergeIntervals(days.flatMap((day) => (windowsOf(day) ?? []).flatMap((window) => resolveWindow(timezone, day, window))));
  const off = new Set(holidays);
  const weekly = whileShow((day) => hours[toWeekday(day)]);
  const free = whileShow((day) => (off.has(day) ? [["00:00", "24:00"]] : []));
  const extra = whileShow((day) => extra_days[day]);
  return {
    work: intersectIntervals([within], mergeIntervals([...subtractIntervals(weekly, free), ...extra])),
    holiday: intersectIntervals([within], subtractIntervals(intersectIntervals(weekly, free), extra)),
  };
}

interface TimePart extends Interval {
  /** Why it does not count; none where it does. */
  reason?: Reason;
}

/** All time from an instant up to another, in parts, in order; those that follow on each other differ, but for where days were looked at apart. */
function* listParts(calendar: Calendar, from: string, to: string, pauses: readonly Interval[]): Generator<TimePart> {
  for (let [at, days] = [from, INITIAL_DAYS]; at < to; days = Math.min(2 * days, MAX_DAYS)) {
    const within = { from: at, to: earlierInstant(addMs(at, days * DAY_MS), to) };
    const { work, holiday } = computeHours(calendar, within);
    const because =
      (reason: Reason) =>
      (interval: Interval): TimePart => ({ ...interval, reason });
    const parts: TimePart[] = [
      ...subtractIntervals(work, pauses),
      ...intersectIntervals(work, pauses).map(because("pause")),
      ...holiday.map(because("holiday")),
      ...subtractIntervals([within], mergeIntervals([...work, ...holiday])).map(because("closed")),
    ];
    yield* parts.sort((a, b) => (a.from < b.from ? -1 : 1));
    at = within.to;
  }
}

/** Pauses that have ended, apart from each other, and when the one began that goes on. */
function separatePauses(pauses: readonly Pause[]): { ended: Interval[]; since: string | null } {
  const open = pauses.flatMap(({ from, to }) => (to === null ? [toSecond(from)] : []));
  const ended = pauses.flatMap(({ from, to }) => (to === null ? [] : [{ from: toSecond(from), to: toSecond(to) }]));
  return { ended: mergeIntervals(ended), since: open.length === 0 ? null : open.reduce(earlierInstant) };
}

/** Adds a part to a list, to its last one where it goes on with that. */
function appendPart<P extends Pause & { reason?: Reason }>(parts: P[], part: P): void {
  const last = parts.at(-1);
  if (last && last.to === part.from && last.reason === part.reason) last.to = part.to;
  else parts.push(part);
}

type TargetResult = DueTimeExplanation & { isOutOfReach: boolean };

/** As `explained`; where a target is out of reach, with what there is on the way. */
function computeTarget(calendar: Calendar, start: string, seconds: number, pauses: readonly Pause[]): TargetResult {
  const from = toSecond(start);
  const { ended, since } = separatePauses(pauses);
  const last = addYears(from, MAX_YEARS);
  const segments: Interval[] = [];
  const skipped: SkippedInterval[] = [];
  const told = (due_at: string | null, remaining_seconds: number, isBeyond = false): TargetResult => ({
    due_at,
    remaining_seconds,
    segments: segments.map((segment) => ({ ...segment, seconds: countSeconds(segment) })),
    skipped,
    isOutOfReach: isBeyond,
  });
  let left = seconds;
  if (left <= 0) return told(from, 0);
  for (const { reason, ...part } of listParts(calendar, from, since === null ? last : earlierInstant(since, last), ended)) {
    const counted = reason === undefined ? Math.min(left, countSeconds(part)) : 0;
    if (reason !== undefined) appendPart(skipped, { ...part, reason });
    else appendPart(segments, { from: part.from, to: addMs(part.from, counted * 1000) });
    left -= counted;
    if (left === 0) return told(addMs(part.from, counted * 1000), 0);
  }
  if (since === null || since >= last) return told(null, left, true);
  appendPart(skipped, { from: laterInstant(from, since), to: null, reason: "pause" });
  return told(null, left);
}

/**
 * When so many seconds of working time have passed since an instant, pauses left out: a pause outside working hours changes nothing.
 * A target that ends with a window is due at its end. undefined where that is more than `MOST_YEARS` years ahead.
 */
export function explainDueTime(
  calendar: Calendar,
  start: string,
  seconds: number,
  pauses: readonly Pause[] = [],
): DueTimeExplanation | undefined {
  const { isOutOfReach: isBeyond, ...told } = computeTarget(calendar, start, seconds, pauses);
  return isBeyond ? undefined : told;
}

/** Seconds of working time from one instant up to another, pauses left out. */
export function countSecondsBetween(calendar: Calendar, from: string, to: string, pauses: readonly Pause[] = []): number {
  const { ended, since } = separatePauses(pauses);
  const end = since === null ? toSecond(to) : earlierInstant(since, toSecond(to));
  let seconds = 0;
  for (const { reason, ...part } of listParts(calendar, toSecond(from), end, ended))
    if (reason === undefined) seconds += countSeconds(part);
  return seconds;
}

/** When each of some targets is due, by one look at the calendar; null where a pause that goes on, or ten years, come before. */
export function computeDueTimes(
  calendar: Calendar,
  start: string,
  targets: readonly number[],
  pauses: readonly Pause[] = [],
): (string | null)[] {
  const { segments } = computeTarget(calendar, start, Math.max(...targets), pauses);
  return targets.map((target) => {
    let left = target;
    for (const { from, seconds } of segments) {
      if (left <= seconds) return addMs(from, left * 1000);
      left -= seconds;
    }
    return null;
  });
}
