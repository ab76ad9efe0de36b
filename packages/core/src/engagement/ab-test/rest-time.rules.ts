import { addDays, daysBetween, instantToDay, instantToLocal, localToInstant } from "../../kernel/time-zone.ts";

/** When the others get the winner of a test of times. Pure. */

const WEEK_DAYS = 7;

interface RestTime {
  /** The winning time of the sample, in ISO 8601. */
  winner: string;
  /** The times of all variants. */
  times: readonly string[];
  now: string;
  zone: string;
}

/**
 * Returns the next instant after `now` with the local time of day of the winner. If the times of the variants are on different days, it is also on the
 * weekday of the winner. Local time is kept when clocks change.
 */
export function computeRestTime({ winner, times, now, zone }: RestTime): string {
  const days = new Set(times.map((time) => instantToDay(zone, time)));
  const step = days.size > 1 ? WEEK_DAYS : 1;
  const [day = "", time = ""] = instantToLocal(zone, winner).split("T");
  const passed = Math.max(0, daysBetween(day, instantToDay(zone, now)));
  let next = addDays(day, Math.ceil(passed / step) * step);
  while (localToInstant(zone, `${next}T${time}.000`) <= now) next = addDays(next, step);
  return localToInstant(zone, `${next}T${time}.000`);
}
