import { formatInstant } from "../../kernel/date-bounds.ts";
import { type Interval, mergeIntervals, subtractIntervals } from "../../kernel/interval.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { iterateSlots } from "../../people/activity/meeting-slots.rules.ts";
import type { LinkRecord } from "./link.entity.ts";

/** Pure rules of free slots. */

const [MINUTE_MS, HOUR_MS] = [60_000, 60 * 60_000];

/** Minutes that a meeting keeps free before and after itself. */
export interface Buffers {
  before: number;
  after: number;
}

/** An entry of a host's calendar, with its own buffers if it was booked. */
export interface BusyInterval extends Interval, Buffers {}

export const readBuffers = (link: Pick<LinkRecord, "buffer_before_minutes" | "buffer_after_minutes">): Buffers => ({
  before: link.buffer_before_minutes,
  after: link.buffer_after_minutes,
});

const addMinutes = (instant: string, minutes: number): string => formatInstant(Date.parse(instant) + minutes * MINUTE_MS);

/**
 * Computes the time in which a meeting with these buffers may take place. Between two meetings, the longer of the two adjacent buffers
 * applies, whichever was booked first.
 */
export function computeFreeTime(
  working: readonly Interval[],
  busyIntervals: readonly BusyInterval[],
  buffers: Buffers,
): Interval[] {
  const bufferedIntervals = busyIntervals
    .filter(({ from, to }) => from < to)
    .map(({ from, to, before, after }) => ({
      from: addMinutes(from, -Math.max(before, buffers.after)),
      to: addMinutes(to, Math.max(after, buffers.before)),
    }));
  return subtractIntervals(working, mergeIntervals(bufferedIntervals));
}

type WindowFields = Pick<LinkRecord, "minimum_notice_hours" | "horizon_days">;

/**
 * Returns the interval that can be booked at all: from the minimum notice to the end of the last day of the horizon, in the owner's zone.
 */
export const bookableInterval = (link: WindowFields, zone: string, now: string): Interval => ({
  from: formatInstant(Date.parse(now) + link.minimum_notice_hours * HOUR_MS),
  to: startOfDay(zone, addDays(instantToDay(zone, now), link.horizon_days + 1)),
});

/**
 * Widens an interval to whole days of the zone, with one more day on each side, so that the slots do not depend on the requested interval.
 */
export const widenToDays = ({ from, to }: Interval, zone: string): Interval => ({
  from: startOfDay(zone, addDays(instantToDay(zone, from), -1)),
  to: startOfDay(zone, addDays(instantToDay(zone, to), 2)),
});

export interface Slot {
  start: string;
  end: string;
}

/** Lists the slots that begin within the interval, except on full days. */
export const listSlots = (
  free: readonly Interval[],
  minutes: number,
  { from, to }: Interval,
  isFull: (start: string) => boolean,
): Slot[] => [...iterateSlots(free, minutes)].filter(({ start }) => from <= start && start < to && !isFull(start));
