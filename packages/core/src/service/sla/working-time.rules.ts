import { formatInstant } from "../../kernel/date-bounds.ts";
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
 * Working time, to the second. Time counts while the local clock of the calendar's time zone is within a window: an hour that the clock skips
 * counts as none, and an hour that it repeats counts twice. Fractions of a second are dropped. Pure.
 */

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/**
 * A window from a time of day up to, but excluding, another. `24:00` is the end of the day. An end that is not later than the start is on the next
 * day.
 */
export type Window = readonly [from: string, to: string];

export interface Calendar {
  timezone: string;
  hours: Readonly<Partial<Record<Weekday, readonly Window[] | undefined>>>;
  /** Local days, from midnight to midnight, on which weekly hours do not count, even in a window that began the day before. */
  holidays: readonly string[];
  /** Additional windows, which also count on holidays, by the day on which they begin. */
  extra_days: Readonly<Record<string, readonly Window[]>>;
}

/** A pause; `to` is null while it lasts. */
export interface Pause {
  from: string;
  to: string | null;
}

export const reasons = ["closed", "holiday", "pause"] as const;
type Reason = (typeof reasons)[number];

interface Segment extends Interval {
  seconds: number;
}

/** Time that does not count; `to` is null if it is a pause that lasts. */
export interface SkippedInterval extends Pause {
  reason: Reason;
}

/** How a target is reached: each second since the start is in a segment or is skipped. */
export interface DueTimeExplanation {
  /** Null while a pause lasts. */
  due_at: string | null;
  remaining_seconds: number;
  segments: Segment[];
  skipped: SkippedInterval[];
}

/** Number of years within which due times are computed. */
export const MAX_YEARS = 10;

/** Number of days that are computed at once. The first step is small, because most targets are near. */
const [INITIAL_DAYS, MAX_DAYS] = [2, 64];

const DAY_MS = 24 * 60 * 60 * 1000;

export const hasHours = ({ hours, extra_days }: Pick<Calendar, "hours" | "extra_days">): boolean =>
  [...Object.values(hours), ...Object.values(extra_days)].some((windows) => windows !== undefined && windows.length > 0);

const toSecond = (instant: string): string => `${instant.slice(0, 19)}.000Z`;
const countSeconds = ({ from, to }: Interval): number => (Date.parse(to) - Date.parse(from)) / 1000;
const addMs = (instant: string, ms: number): string => formatInstant(Date.parse(instant) + ms);

function addYears(instant: string, years: number): string {
  const date = new Date(instant);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
}

const toWeekday = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

/** Resolved windows. Time zone conversion is slow, and computing weeks resolves the same windows repeatedly. */
const windowCache = new Map<string, readonly Interval[]>();
const MAX_CACHED_WINDOWS = 10_000;

/** Returns the intervals in which the local clock shows a window that begins on `day`. */
function resolveWindow(zone: string, day: string, [from, to]: Window): readonly Interval[] {
  const key = `${zone} ${day} ${from} ${to}`;
  const cachedIntervals = windowCache.get(key);
  if (cachedIntervals) return cachedIntervals;
  const end = to === "24:00" ? `${addDays(day, 1)}T00:00` : `${to > from ? day : addDays(day, 1)}T${to}`;
  const intervals = localToInstantRanges(zone, `${day}T${from}:00.000`, `${end}:00.000`);
  if (windowCache.size >= MAX_CACHED_WINDOWS) windowCache.clear();
  windowCache.set(key, intervals);
  return intervals;
}

interface Hours {
  work: Interval[];
  /** Time that would be working time if it were not a holiday. */
  holiday: Interval[];
}

/** Computes the working time between two instants. */
function computeHours({ timezone, hours, holidays, extra_days }: Calendar, interval: Interval): Hours {
  // A window of the day before yesterday may still last: if clocks move back over midnight, they show yesterday again.
  const first = addDays(instantToDay(timezone, interval.from), -2);
  const count = daysBetween(first, instantToDay(timezone, interval.to)) + 2;
  const days = Array.from({ length: count }, (_, index) => addDays(first, index));
  const whileShow = (listWindows: (day: string) => readonly Window[] | undefined): Interval[] =>
    mergeIntervals(days.flatMap((day) => (listWindows(day) ?? []).flatMap((window) => resolveWindow(timezone, day, window))));
  const daysOff = new Set(holidays);
  const weekly = whileShow((day) => hours[toWeekday(day)]);
  const free = whileShow((day) => (daysOff.has(day) ? [["00:00", "24:00"]] : []));
  const extra = whileShow((day) => extra_days[day]);
  return {
    work: intersectIntervals([interval], mergeIntervals([...subtractIntervals(weekly, free), ...extra])),
    holiday: intersectIntervals([interval], subtractIntervals(intersectIntervals(weekly, free), extra)),
  };
}

interface TimePart extends Interval {
  /** Why the part does not count; undefined if it does. */
  reason?: Reason;
}

/**
 * Yields all time of an interval as parts, in order. Adjacent parts differ in their reason, except where one step of days ends and the next
 * begins.
 */
function* listParts(calendar: Calendar, from: string, to: string, pauses: readonly Interval[]): Generator<TimePart> {
  for (let [start, days] = [from, INITIAL_DAYS]; start < to; days = Math.min(2 * days, MAX_DAYS)) {
    const span = { from: start, to: earlierInstant(addMs(start, days * DAY_MS), to) };
    const { work, holiday } = computeHours(calendar, span);
    const because =
      (reason: Reason) =>
      (interval: Interval): TimePart => ({ ...interval, reason });
    const parts: TimePart[] = [
      ...subtractIntervals(work, pauses),
      ...intersectIntervals(work, pauses).map(because("pause")),
      ...holiday.map(because("holiday")),
      ...subtractIntervals([span], mergeIntervals([...work, ...holiday])).map(because("closed")),
    ];
    yield* parts.sort((a, b) => (a.from < b.from ? -1 : 1));
    start = span.to;
  }
}

/** Returns the ended pauses, merged, and the start of the pause that lasts. */
function separatePauses(pauses: readonly Pause[]): { endedPauses: Interval[]; since: string | null } {
  const open = pauses.flatMap(({ from, to }) => (to === null ? [toSecond(from)] : []));
  const endedPauses = pauses.flatMap(({ from, to }) => (to === null ? [] : [{ from: toSecond(from), to: toSecond(to) }]));
  return { endedPauses: mergeIntervals(endedPauses), since: open.length === 0 ? null : open.reduce(earlierInstant) };
}

/** Appends a part to a list, or extends the last part if the new one continues it. */
function appendPart<P extends Pause & { reason?: Reason }>(parts: P[], part: P): void {
  const last = parts.at(-1);
  if (last && last.to === part.from && last.reason === part.reason) last.to = part.to;
  else parts.push(part);
}

type TargetResult = DueTimeExplanation & { isOutOfReach: boolean };

/** Computes what `explainDueTime` returns. If the target is out of reach, returns the segments up to the limit. */
function computeTarget(calendar: Calendar, start: string, seconds: number, pauses: readonly Pause[]): TargetResult {
  const from = toSecond(start);
  const { endedPauses, since } = separatePauses(pauses);
  const last = addYears(from, MAX_YEARS);
  const segments: Interval[] = [];
  const skipped: SkippedInterval[] = [];
  const buildResult = (due_at: string | null, remaining_seconds: number, isBeyond = false): TargetResult => ({
    due_at,
    remaining_seconds,
    segments: segments.map((segment) => ({ ...segment, seconds: countSeconds(segment) })),
    skipped,
    isOutOfReach: isBeyond,
  });
  let remainingSeconds = seconds;
  if (remainingSeconds <= 0) return buildResult(from, 0);
  for (const { reason, ...part } of listParts(calendar, from, since === null ? last : earlierInstant(since, last), endedPauses)) {
    const countedSeconds = reason === undefined ? Math.min(remainingSeconds, countSeconds(part)) : 0;
    if (reason !== undefined) appendPart(skipped, { ...part, reason });
    else appendPart(segments, { from: part.from, to: addMs(part.from, countedSeconds * 1000) });
    remainingSeconds -= countedSeconds;
    if (remainingSeconds === 0) return buildResult(addMs(part.from, countedSeconds * 1000), 0);
  }
  if (since === null || since >= last) return buildResult(null, remainingSeconds, true);
  appendPart(skipped, { from: laterInstant(from, since), to: null, reason: "pause" });
  return buildResult(null, remainingSeconds);
}

/**
 * Returns when this many seconds of working time have passed since `start`, without pauses. A pause outside working hours changes nothing. A
 * target that is reached at the end of a window is due at that end. Undefined if the target is more than `MAX_YEARS` years ahead.
 */
export function explainDueTime(
  calendar: Calendar,
  start: string,
  seconds: number,
  pauses: readonly Pause[] = [],
): DueTimeExplanation | undefined {
  const { isOutOfReach, ...explanation } = computeTarget(calendar, start, seconds, pauses);
  return isOutOfReach ? undefined : explanation;
}

/** Returns the seconds of working time between two instants, without pauses. */
export function countSecondsBetween(calendar: Calendar, from: string, to: string, pauses: readonly Pause[] = []): number {
  const { endedPauses, since } = separatePauses(pauses);
  const end = since === null ? toSecond(to) : earlierInstant(since, toSecond(to));
  let seconds = 0;
  for (const { reason, ...part } of listParts(calendar, toSecond(from), end, endedPauses))
    if (reason === undefined) seconds += countSeconds(part);
  return seconds;
}

/** Returns when each target is due, in one computation; null if it is not reached before a pause that lasts, or within `MAX_YEARS` years. */
export function computeDueTimes(
  calendar: Calendar,
  start: string,
  targets: readonly number[],
  pauses: readonly Pause[] = [],
): (string | null)[] {
  const { segments } = computeTarget(calendar, start, Math.max(...targets), pauses);
  return targets.map((target) => {
    let remainingSeconds = target;
    for (const { from, seconds } of segments) {
      if (remainingSeconds <= seconds) return addMs(from, remainingSeconds * 1000);
      remainingSeconds -= seconds;
    }
    return null;
  });
}
