import type { RecordData } from "../../api/kind.ts";
import { addDays, countDays } from "./calendar-days.ts";
import {
  type CalendarEntry,
  isLong,
  moveByDays,
  moveToTime,
  readMinute,
  resizeTo,
  resizeToDay,
  toInstant,
} from "./calendar-entries.ts";

/** What a drag in a calendar changes, or creates. */

/** A day, and a minute of it where the calendar shows hours. */
export interface CalendarPlace {
  readonly day: string;
  readonly minute?: number;
}

export interface EntryDrag<E extends CalendarEntry = CalendarEntry> {
  readonly mode: "create" | "move" | "resize";
  /** The entry that is moved or made longer. */
  readonly entry?: E;
  readonly from: CalendarPlace;
  readonly to: CalendarPlace;
}

type Change = Readonly<Record<string, string>>;
const STEP_MINUTES = 15;
const DAY_MINUTES = 24 * 60;
/** Without hours, an entry begins and ends at these. */
const [MORNING, EVENING] = [9 * 60, 17 * 60];
const NEW_MINUTES = 60;

export const isSamePlace = (a: CalendarPlace, b: CalendarPlace): boolean => a.day === b.day && a.minute === b.minute;

/** Returns the fields that a drag writes to its entry. */
export function readChange({ mode, entry, from, to }: EntryDrag, timeZone: string): Change {
  if (!entry) return {};
  const { time, firstDay } = entry;
  const hasHours = from.minute !== undefined && to.minute !== undefined && time !== undefined && !isLong(entry);
  if (mode === "resize") {
    if (!hasHours || time === undefined) return time === undefined ? resizeToDay(entry, to.day) : {};
    const least = readMinute(time.start, timeZone) + STEP_MINUTES;
    return resizeTo(entry, firstDay, Math.min(DAY_MINUTES, Math.max(least, (to.minute ?? 0) + STEP_MINUTES)), timeZone);
  }
  const days = countDays(from.day, to.day);
  if (!hasHours || time === undefined) return moveByDays(entry, days, timeZone);
  const minute = readMinute(time.start, timeZone) + (to.minute ?? 0) - (from.minute ?? 0);
  return moveToTime(entry, addDays(firstDay, days), Math.min(DAY_MINUTES - STEP_MINUTES, Math.max(0, minute)), timeZone);
}

export interface TimeFields {
  readonly start: string;
  readonly end: string | undefined;
  /** Whether they hold days, not times. */
  readonly isDate: boolean;
}

/** Returns the values of a new record between two places. */
export function readPreset({ start, end, isDate }: TimeFields, a: CalendarPlace, b: CalendarPlace, timeZone: string): Change {
  const isOrdered = a.day < b.day || (a.day === b.day && (a.minute ?? 0) <= (b.minute ?? 0));
  const [from, to] = isOrdered ? [a, b] : [b, a];
  const withEnd = (value: string): Change => (end === undefined ? {} : { [end]: value });
  if (isDate) return { [start]: from.day, ...withEnd(to.day) };
  const first = from.minute ?? MORNING;
  const last =
    to.minute === undefined
      ? from.day === to.day
        ? MORNING + NEW_MINUTES
        : EVENING
      : isSamePlace(a, b)
        ? first + NEW_MINUTES
        : to.minute + STEP_MINUTES;
  return { [start]: toInstant(from.day, first, timeZone), ...withEnd(toInstant(to.day, Math.min(DAY_MINUTES, last), timeZone)) };
}

/** An entry as it will be after a change. */
export const applyChange = <R extends RecordData>(record: R, change: Change): R => ({ ...record, ...change });
