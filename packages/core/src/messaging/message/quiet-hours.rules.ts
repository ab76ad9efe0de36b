import { addDays, instantToDay, instantToLocal, localToInstant } from "../../kernel/time-zone.ts";

/** Hours in which nobody is sent a text message that can wait. Pure. */

export interface QuietHours {
  /** `20:00`, by clocks where the message is read. */
  from: string;
  /** `08:00`: from then on it may come. With the same as `from` there are none. */
  to: string;
}

/** For so many days it is looked for an hour that is good everywhere. */
const MAX_DAYS = 8;

/** TypeScript does not know it yet. */
type RegionLocale = Intl.Locale & { getTimeZones(): readonly string[] | undefined };

/** The zones of a country by its code of ISO 3166-1, as people live there; none where nobody knows. */
export const listTimeZones = (country: string | undefined): readonly string[] =>
  country === undefined ? [] : ((new Intl.Locale("und", { region: country }) as RegionLocale).getTimeZones() ?? []);

/**
 * The first instant from `now` on at which no zone has quiet hours: `now` itself where it is none of them. Undefined where there is
 * no such instant within a week.
 */
export function nextAllowedTime(zones: readonly string[], { from, to }: QuietHours, now: string): string | undefined {
  if (from === to) return now;
  const last = new Date(Date.parse(now) + MAX_DAYS * 24 * 60 * 60 * 1000).toISOString();
  let at = now;
  for (let isLoud = false; !isLoud; ) {
    const ends = zones.map((zone) => findQuietEnd(zone, { from, to }, at));
    isLoud = ends.every((end) => end === undefined);
    at = ends.reduce<string>((latest, end) => (end !== undefined && end > latest ? end : latest), at);
    if (at > last) return undefined;
  }
  return at;
}

/** When the quiet hours of a zone end that an instant is in; undefined where it is in none. */
function findQuietEnd(zone: string, { from, to }: QuietHours, at: string): string | undefined {
  const time = instantToLocal(zone, at).slice(11, 16);
  const isOverMidnight = from > to;
  const isQuiet = isOverMidnight ? time >= from || time < to : time >= from && time < to;
  if (!isQuiet) return undefined;
  const day = instantToDay(zone, at);
  const end = localToInstant(zone, `${isOverMidnight && time >= from ? addDays(day, 1) : day}T${to}:00.000`);
  // Clocks that are put back show the last quiet hour again: it is over once they show its end behind that.
  return end > at ? end : new Date(Date.parse(at) + 60_000).toISOString();
}
