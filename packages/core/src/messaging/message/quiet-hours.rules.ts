import { addDays, instantToDay, instantToLocal, localToInstant } from "../../kernel/time-zone.ts";

/** Pure rules of quiet hours, in which no text messages are sent that can wait. */

interface QuietHours {
  /** For example `20:00`, local time of the recipient. */
  from: string;
  /** For example `08:00`, the end of the quiet hours. The same as `from` means no quiet hours. */
  to: string;
}

/** Maximum number of days searched for a time that is allowed in all zones. */
const MAX_DAYS = 8;

/** TypeScript does not declare this method yet. */
type RegionLocale = Intl.Locale & { getTimeZones(): readonly string[] | undefined };

/** Returns the time zones of a country by its ISO 3166-1 code; empty if unknown. */
export const listTimeZones = (country: string | undefined): readonly string[] =>
  country === undefined ? [] : ((new Intl.Locale("und", { region: country }) as RegionLocale).getTimeZones() ?? []);

/**
 * Returns the first instant from `now` on at which no zone has quiet hours, which may be `now` itself. Undefined if there is none
 * within MAX_DAYS.
 */
export function nextAllowedTime(zones: readonly string[], { from, to }: QuietHours, now: string): string | undefined {
  if (from === to) return now;
  const last = new Date(Date.parse(now) + MAX_DAYS * 24 * 60 * 60 * 1000).toISOString();
  let time = now;
  for (let isLoud = false; !isLoud; ) {
    const ends = zones.map((zone) => findQuietEnd(zone, { from, to }, time));
    isLoud = ends.every((end) => end === undefined);
    time = ends.reduce<string>((latest, end) => (end !== undefined && end > latest ? end : latest), time);
    if (time > last) return undefined;
  }
  return time;
}

/** Returns the end of a zone's quiet hours at an instant; undefined if it is not within them. */
function findQuietEnd(zone: string, { from, to }: QuietHours, instant: string): string | undefined {
  const time = instantToLocal(zone, instant).slice(11, 16);
  const isOverMidnight = from > to;
  const isQuiet = isOverMidnight ? time >= from || time < to : time >= from && time < to;
  if (!isQuiet) return undefined;
  const day = instantToDay(zone, instant);
  const end = localToInstant(zone, `${isOverMidnight && time >= from ? addDays(day, 1) : day}T${to}:00.000`);
  // When clocks are set back, the end of the quiet hours may already have passed once: check again a minute later.
  return end > instant ? end : new Date(Date.parse(instant) + 60_000).toISOString();
}
