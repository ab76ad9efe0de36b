import { dateFormat, relativeFormat } from "./formatters.ts";

/** Instants as a reader of a locale and a time zone says them. */
export interface Reader {
  readonly locale: string;
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After seven days a date says more than a distance. */
const MAX_DISTANCE_MS = 7 * DAY_MS;

/** Writes an instant as a distance under seven days, and as a date after that: `3 hours ago`, `12 Nov 2026`. */
export function formatRelative(instant: string, now: string, reader: Reader): string {
  const distance = Date.parse(instant) - Date.parse(now);
  const size = Math.abs(distance);
  if (size >= MAX_DISTANCE_MS) return formatDay(instant, reader);
  const relative = relativeFormat(reader.locale, { numeric: "auto" });
  if (size < MINUTE_MS) return relative.format(0, "second");
  if (size < HOUR_MS) return relative.format(Math.trunc(distance / MINUTE_MS), "minute");
  if (size < DAY_MS) return relative.format(Math.trunc(distance / HOUR_MS), "hour");
  return relative.format(Math.trunc(distance / DAY_MS), "day");
}

const formatDay = (instant: string, { locale, timeZone }: Reader): string =>
  dateFormat(locale, { dateStyle: "medium", timeZone }).format(new Date(instant));

export const formatTime = (instant: string, { locale, timeZone }: Reader): string =>
  dateFormat(locale, { timeStyle: "short", timeZone }).format(new Date(instant));

/** Writes day, time and zone, for what is shown on hover. */
export const formatExact = (instant: string, { locale, timeZone }: Reader): string =>
  dateFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone }).format(new Date(instant));

/** Returns the day of an instant in a time zone as `2026-11-27`. */
export const readDay = (instant: string, timeZone: string): string =>
  dateFormat("sv-SE", { dateStyle: "short", timeZone }).format(new Date(instant));

/** Writes the title of a day's entries: today, yesterday, tomorrow, or the date. The present year needs no name. */
export const formatDayTitle = (instant: string, now: string, reader: Reader): string =>
  formatDayNear(instant, now, reader, { weekday: "long", month: "long" });

/** Writes a day in a row: `Tomorrow`, `Thu, Dec 3`. */
export const formatDayShort = (instant: string, now: string, reader: Reader): string =>
  formatDayNear(instant, now, reader, { weekday: "short", month: "short" });

type DayLength = Required<Pick<Intl.DateTimeFormatOptions, "weekday" | "month">>;

function formatDayNear(instant: string, now: string, reader: Reader, length: DayLength): string {
  const [day, present] = [readDay(instant, reader.timeZone), readDay(now, reader.timeZone)];
  const distance = Math.round((Date.parse(day) - Date.parse(present)) / DAY_MS);
  if (Math.abs(distance) > 1) {
    const year = day.slice(0, 4) === present.slice(0, 4) ? undefined : "numeric";
    const parts = { ...length, day: "numeric", year } as const;
    return dateFormat(reader.locale, { ...parts, timeZone: reader.timeZone }).format(new Date(instant));
  }
  const text = relativeFormat(reader.locale, { numeric: "auto" }).format(distance, "day");
  return text.charAt(0).toLocaleUpperCase(reader.locale) + text.slice(1);
}
