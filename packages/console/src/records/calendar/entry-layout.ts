import { type CalendarEntry, compareEntries, isLong, isOnDay, readMinute } from "./calendar-entries.ts";

/** Where entries stand: beside each other in a day, or as bars over days. */

const DAY_MINUTES = 24 * 60;
/** The least height of an entry, in minutes, so that its title can be read. */
const MIN_MINUTES = 30;
/** Entries beside each other. More are behind "+n". */
const MAX_LANES = 3;

/** An entry in a day: minutes of the local day, and its place beside others. */
interface PlacedEntry<E extends CalendarEntry> extends TimedEntry<E> {
  readonly lane: number;
  readonly lanes: number;
}

/** Entries of a day that have no room of their own. */
interface HiddenEntries<E extends CalendarEntry> {
  readonly entries: readonly E[];
  readonly start: number;
  readonly lane: number;
  readonly lanes: number;
}

interface DayLayout<E extends CalendarEntry> {
  readonly placed: readonly PlacedEntry<E>[];
  readonly hidden: readonly HiddenEntries<E>[];
}

/** Reads the minutes of a day that an entry takes. In an hour that occurs twice it may end before it begins: then its length counts. */
function readMinutes({ time, firstDay, lastDay }: CalendarEntry, day: string, timeZone: string): Minutes {
  if (!time) return { start: 0, end: DAY_MINUTES };
  const start = firstDay < day ? 0 : readMinute(time.start, timeZone);
  const length = Math.round((time.end - time.start) / 60_000);
  const last = lastDay > day ? DAY_MINUTES : readMinute(time.end, timeZone) || DAY_MINUTES;
  const end = last > start || firstDay < day ? last : start + length;
  return { start: Math.min(start, DAY_MINUTES - MIN_MINUTES), end: Math.min(DAY_MINUTES, Math.max(end, start + MIN_MINUTES)) };
}

/** An entry between the hours of a day, with the minutes that it takes. */
export interface TimedEntry<E extends CalendarEntry> {
  readonly entry: E;
  readonly start: number;
  readonly end: number;
}

interface Minutes {
  readonly start: number;
  readonly end: number;
}

/** The minutes of entries by day and time zone. Reading them takes a while, and a drag lays out all entries with each move. */
const knownMinutes = new WeakMap<CalendarEntry, Map<string, Minutes>>();

function findMinutes(entry: CalendarEntry, day: string, timeZone: string): Minutes {
  const known = knownMinutes.get(entry) ?? new Map<string, Minutes>();
  const key = `${day} ${timeZone}`;
  const minutes = known.get(key) ?? readMinutes(entry, day, timeZone);
  knownMinutes.set(entry, known.set(key, minutes));
  return minutes;
}

/** Returns the entries between the hours of a day, with the minutes that they take. */
export const listTimed = <E extends CalendarEntry>(entries: readonly E[], day: string, timeZone: string): TimedEntry<E>[] =>
  entries
    .filter((entry) => !isLong(entry) && isOnDay(entry, day))
    .map((entry) => ({ entry, ...findMinutes(entry, day, timeZone) }));

/** Returns the entries with one of them at another place, or with a new one. */
export function withPreview<E extends CalendarEntry>(entries: readonly E[], preview: E | undefined): readonly E[] {
  if (!preview) return entries;
  const index = entries.findIndex(({ id }) => id === preview.id);
  return index < 0 ? [...entries, preview] : entries.with(index, preview);
}

/** Whether two lists have the same entries in the same order, so that what shows them need not be drawn again. */
export const hasSameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** Counts how many entries of each day begin above a minute, and finds the first of them. */
export const countEarlier = (
  days: readonly (readonly Minutes[])[],
  minute: number,
): readonly { readonly count: number; readonly first: number }[] =>
  days.map((timed) => {
    const starts = timed.filter(({ start }) => start < minute).map(({ start }) => start);
    return { count: starts.length, first: Math.min(...starts) };
  });

/** Places the entries of a day side by side where they overlap. */
export function layoutDay<E extends CalendarEntry>(entries: readonly TimedEntry<E>[]): DayLayout<E> {
  const timed = entries.toSorted((a, b) => a.start - b.start || b.end - a.end || (a.entry.id < b.entry.id ? -1 : 1));
  const groups: (typeof timed)[] = [];
  let end = -1;
  for (const item of timed) {
    // An entry after the end of all others before it begins a new group.
    if (item.start >= end) groups.push([]);
    groups.at(-1)?.push(item);
    end = Math.max(end, item.end);
  }
  const layouts = groups.map(layoutGroup);
  return { placed: layouts.flatMap(({ placed }) => placed), hidden: layouts.flatMap(({ hidden }) => hidden) };
}

function layoutGroup<E extends CalendarEntry>(group: readonly TimedEntry<E>[]): DayLayout<E> {
  const laneEnds: number[] = [];
  const items = group.map((item) => {
    const free = laneEnds.findIndex((laneEnd) => laneEnd <= item.start);
    const lane = free < 0 ? laneEnds.length : free;
    laneEnds[lane] = item.end;
    return { ...item, lane };
  });
  const isFull = laneEnds.length > MAX_LANES;
  const lanes = isFull ? MAX_LANES + 1 : laneEnds.length;
  const hidden = items.filter(({ lane }) => lane >= MAX_LANES);
  return {
    placed: items.filter(({ lane }) => lane < MAX_LANES).map((item) => ({ ...item, lanes })),
    hidden: isFull
      ? [
          {
            entries: hidden.map(({ entry }) => entry),
            start: Math.min(...hidden.map(({ start }) => start)),
            lane: MAX_LANES,
            lanes,
          },
        ]
      : [],
  };
}

/** An entry over one or several days of a row, such as a week. */
interface EntryBar<E extends CalendarEntry> {
  readonly entry: E;
  /** The first day in the row, and how many days it takes. */
  readonly first: number;
  readonly count: number;
  readonly lane: number;
  /** Whether it goes on before or after the row. */
  readonly isContinued: boolean;
  readonly continues: boolean;
}

interface BarLayout<E extends CalendarEntry> {
  readonly bars: readonly EntryBar<E>[];
  /** The entries of each day that have no room. */
  readonly hidden: readonly (readonly E[])[];
  readonly lanes: number;
}

/** Lists the entries that are on a day of a row. */
export const listDuring = <E extends CalendarEntry>(entries: readonly E[], days: readonly string[]): E[] => {
  const [first = "", last = first] = [days[0], days.at(-1)];
  return entries.filter(({ firstDay, lastDay }) => firstDay <= last && lastDay >= first);
};

/** Places entries as bars over the days of a row, in at most `maxLanes` lanes. */
export function layoutBars<E extends CalendarEntry>(
  entries: readonly E[],
  days: readonly string[],
  maxLanes: number,
): BarLayout<E> {
  const [firstDay = "", lastDay = firstDay] = [days[0], days.at(-1)];
  const laneEnds: number[] = [];
  const all = listDuring(entries, days)
    .sort(compareEntries)
    .map((entry): EntryBar<E> => {
      const first = entry.firstDay < firstDay ? 0 : days.indexOf(entry.firstDay);
      const last = entry.lastDay > lastDay ? days.length - 1 : days.indexOf(entry.lastDay);
      const free = laneEnds.findIndex((end) => end < first);
      const lane = free < 0 ? laneEnds.length : free;
      laneEnds[lane] = last;
      return {
        entry,
        first,
        count: last - first + 1,
        lane,
        isContinued: entry.firstDay < firstDay,
        continues: entry.lastDay > lastDay,
      };
    });
  return {
    bars: all.filter(({ lane }) => lane < maxLanes),
    hidden: days.map((_, index) =>
      all
        .filter(({ lane, first, count }) => lane >= maxLanes && first <= index && index < first + count)
        .map(({ entry }) => entry),
    ),
    lanes: Math.min(maxLanes, laneEnds.length),
  };
}

const NIGHT_END_MINUTE = 6 * 60;
/** How much of a calendar that opens is above the first entry. */
const ENTRY_LEAD_MINUTES = 30;

/** What decides which hours a calendar shows when it opens, in minutes of the day. */
interface OpeningDay {
  /** The beginning and the end of the working hours of the shown days. */
  readonly work: readonly [start: number, end: number];
  /** When entries of the shown days begin. */
  readonly starts: readonly number[];
  /** Undefined: the present day is not shown. */
  readonly now: number | undefined;
}

/**
 * Returns the hour at the upper edge of a calendar that opens: an hour before the working hours, or before the first entry after the night. In the
 * working hours the present minute is in view, with an hour after it.
 */
export function chooseFirstHour(shownHours: number, { work: [start, end], starts, now }: OpeningDay): number {
  const firstEntry = Math.min(...starts.filter((minute) => minute >= NIGHT_END_MINUTE));
  const first = Math.max(0, Math.floor(Math.min(start - 60, firstEntry - ENTRY_LEAD_MINUTES) / 60));
  if (now === undefined || now < start || now > end) return first;
  return Math.max(first, Math.ceil(now / 60 + 1 - shownHours));
}

const STEP_MINUTES = 15;

/** Returns the minute of a day at a part of its height, in steps of a quarter of an hour. */
export const snapMinute = (part: number, step = STEP_MINUTES): number =>
  Math.min(DAY_MINUTES - step, Math.max(0, Math.floor((part * DAY_MINUTES) / step) * step));
