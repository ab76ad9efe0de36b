import { clampTime, formatInstant, MAX_DATE, MAX_INSTANT } from "./date-bounds.ts";

/** Days and local times in a time zone. Computed days and instants are clamped to the bounds of inputs (date-bounds.ts). */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns whether this is an IANA time zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The formats of recently used zones. Creating a format takes forty times as long as using it. */
const formatCache = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 100;

/** Returns the local time to the second: `2026-11-20 09:30:00`. */
function formatLocal(instant: Date, zone: string): string {
  const format =
    formatCache.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formatCache.delete(zone);
  formatCache.set(zone, format);
  if (formatCache.size > MAX_FORMATS) formatCache.delete(formatCache.keys().next().value as string);
  return format.format(instant);
}

/** Returns the zone's offset from UTC in milliseconds. */
function computeOffset(ms: number, zone: string): number {
  // Within the margin, the local time has a year of four digits in each zone.
  const time = clampTime(ms, 2 * DAY_MS);
  return Date.parse(`${formatLocal(new Date(time), zone).replace(" ", "T")}Z`) - Math.floor(time / 1000) * 1000;
}

/**
 * Converts a local time (`2026-11-20T09:30:00.000`) to an instant. A local time that occurs twice is the first of the two. A local time
 * that is skipped is read with the offset from before the gap (RFC 5545, 3.3.5).
 */
export function localToInstant(zone: string, local: string): string {
  const localTime = Date.parse(`${local}Z`);
  // No zone changes its offset twice within two days, so the offsets a day before and a day after are the only candidates.
  const [before, after] = [computeOffset(localTime - DAY_MS, zone), computeOffset(localTime + DAY_MS, zone)];
  const isShown =
    before === after || computeOffset(localTime - before, zone) === before || computeOffset(localTime - after, zone) !== after;
  return formatInstant(localTime - (isShown ? before : after));
}

/**
 * Converts a range of local time, `to` exclusive (`2026-11-20T09:30:00.000`), to instants. Skipped local time is left out, and repeated
 * local time counts twice. Returns ranges in order: at most one before a change of the offset and one after it.
 */
export function localToInstantRanges(zone: string, from: string, to: string): { from: string; to: string }[] {
  const [first, last] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
  const [before, after] = [computeOffset(first - DAY_MS, zone), computeOffset(last + DAY_MS, zone)];
  const transition = before === after ? Number.POSITIVE_INFINITY : findTransition(first - DAY_MS, last + DAY_MS, zone);
  return [
    { from: first - before, to: Math.min(last - before, transition) },
    { from: Math.max(first - after, transition), to: last - after },
  ].flatMap((interval) =>
    interval.from < interval.to ? [{ from: formatInstant(interval.from), to: formatInstant(interval.to) }] : [],
  );
}

/** Finds the instant, to the second, from which the zone has the offset that it has at `to`. */
function findTransition(from: number, to: number, zone: string): number {
  const offset = computeOffset(to, zone);
  let [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (computeOffset(middle * 1000, zone) === offset) high = middle;
    else low = middle;
  }
  return high * 1000;
}

/** Returns the local time at an instant: `2026-11-20T09:30:00`. */
export function instantToLocal(zone: string, instant: string): string {
  const local = formatLocal(new Date(instant), zone).replace(" ", "T");
  return local.length > LAST_LOCAL.length ? LAST_LOCAL : local;
}

const LAST_LOCAL = `${MAX_DATE}T23:59:59`;

/** Returns the local day at an instant, `YYYY-MM-DD`. */
export const instantToDay = (zone: string, instant: string): string => instantToLocal(zone, instant).slice(0, 10);

/** Returns the instant at which a day begins in the zone. */
export const startOfDay = (zone: string, day: string): string => localToInstant(zone, `${day}T00:00:00.000`);

/** Returns the instant at which a day is over in the zone. */
export const endOfDay = (zone: string, day: string): string =>
  day >= MAX_DATE ? MAX_INSTANT : startOfDay(zone, addDays(day, 1));

/** Returns the last millisecond of a day in the zone. */
export function lastInstantOfDay(zone: string, day: string): string {
  const end = endOfDay(zone, day);
  return end === MAX_INSTANT ? end : formatInstant(Date.parse(end) - 1);
}

/** Returns the day `days` after another (before it, if negative). */
export const addDays = (day: string, days: number): string =>
  formatInstant(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).slice(0, 10);

/**
 * Returns the whole years from one day to another. A birthday on 29 February is on 1 March in other years, because the year is complete
 * then.
 */
export function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** Returns the days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** Lists the days from one to another, both included. */
export const listDays = (from: string, to: string): string[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index));
