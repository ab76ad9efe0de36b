/** Days and clock times as they are in a time zone. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether it names a time zone of IANA. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Of the zones asked for last: to make a format takes forty times as long as to use it. */
const formatCache = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 100;

/** What clocks of the zone show, to the second: `2026-11-20 09:30:00`. */
function formatLocal(instant: Date, zone: string): string {
  const format =
    formatCache.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formatCache.delete(zone);
  formatCache.set(zone, format);
  if (formatCache.size > MAX_FORMATS) formatCache.delete(formatCache.keys().next().value as string);
  return format.format(instant);
}

/** Milliseconds by which clocks of the zone are ahead of UTC. */
function computeOffset(ms: number, zone: string): number {
  return Date.parse(`${formatLocal(new Date(ms), zone).replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
}

/**
 * The instant at which clocks of the zone show this: `2026-11-20T09:30:00.000`. What they show twice is the first time, and what
 * they skip is as far behind the last instant before the gap as clocks that had not been moved would say (RFC 5545, 3.3.5).
 */
export function localToInstant(zone: string, local: string): string {
  const wanted = Date.parse(`${local}Z`);
  // No zone changes twice within two days: what holds a day before and a day after are the two offsets that it can be.
  const [before, after] = [computeOffset(wanted - DAY_MS, zone), computeOffset(wanted + DAY_MS, zone)];
  const isShown =
    before === after || computeOffset(wanted - before, zone) === before || computeOffset(wanted - after, zone) !== after;
  return new Date(wanted - (isShown ? before : after)).toISOString();
}

/**
 * When clocks of the zone show a time from `from` on, up to and without `to` (`2026-11-20T09:30:00.000`): what they skip is left out,
 * and what they show twice counts twice. In order; at most one stretch before the clocks are moved and one behind it.
 */
export function localToInstantRanges(zone: string, from: string, to: string): { from: string; to: string }[] {
  const [first, last] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
  const [before, after] = [computeOffset(first - DAY_MS, zone), computeOffset(last + DAY_MS, zone)];
  const moved = before === after ? Number.POSITIVE_INFINITY : findTransition(first - DAY_MS, last + DAY_MS, zone);
  return [
    { from: first - before, to: Math.min(last - before, moved) },
    { from: Math.max(first - after, moved), to: last - after },
  ].flatMap((each) =>
    each.from < each.to ? [{ from: new Date(each.from).toISOString(), to: new Date(each.to).toISOString() }] : [],
  );
}

/** The instant from which clocks of the zone are ahead of UTC by as much as at `to`, and not as at `from`; to the second. */
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

/** What clocks of the zone show at an instant: `2026-11-20T09:30:00`. */
export const instantToLocal = (zone: string, instant: string): string => formatLocal(new Date(instant), zone).replace(" ", "T");

/** The day in the zone at an instant, `YYYY-MM-DD`. */
export const instantToDay = (zone: string, instant: string): string => instantToLocal(zone, instant).slice(0, 10);

/** The instant at which a day begins in the zone. */
export const startOfDay = (zone: string, day: string): string => localToInstant(zone, `${day}T00:00:00.000`);

/** The day `days` after (or, negative, before) another. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Whole years from one day to another; a birthday of 29 February is on 1 March in other years, as a year is full then. */
export function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
