import { numberFormat } from "./formatters.ts";
import { formatDayShort, formatTime, type Reader, readDay } from "./time.ts";
import type { Translate } from "./use-text.ts";

/** How the console says that something is late or due: `6 days late`, `5 hr late`, `Due today`, `5:14 PM`, `Thu, Dec 3`. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Up to here minutes say more than hours. */
const MAX_MINUTES_MS = 2 * HOUR_MS;

/** Writes a distance of time by its largest unit, without a fraction: `25 min`, `3 hr`, `6 days`. */
export function formatDistance(ms: number, locale: string): string {
  const [count, unit] =
    ms < MAX_MINUTES_MS ? [ms / MINUTE_MS, "minute"] : ms < DAY_MS ? [ms / HOUR_MS, "hour"] : [ms / DAY_MS, "day"];
  return numberFormat(locale, { style: "unit", unit: String(unit), unitDisplay: "short" }).format(Math.floor(Number(count)));
}

/** Writes how late something is that was due at an instant. */
export function formatLate(dueAt: string, now: string, locale: string, t: Translate): string {
  const distance = Date.parse(now) - Date.parse(dueAt);
  return distance < MINUTE_MS ? t("Late") : t("{time} late", { time: formatDistance(distance, locale) });
}

/** Writes how long it is until an instant: `in 25 min`, `in 3 hr`, `in 6 days`. */
export const formatUntil = (instant: string, now: string, locale: string, t: Translate): string =>
  t("in {time}", { time: formatDistance(Math.max(Date.parse(instant) - Date.parse(now), MINUTE_MS), locale) });

/** Writes days of lateness. */
export const formatDaysLate = (days: number, t: Translate): string =>
  t("{count, plural, one {# day late} other {# days late}}", { count: days });

interface DueItem {
  readonly dueAt: string;
  /** Whether it is due at a time of the day, and not on a day. */
  readonly hasTime: boolean;
}

/** Says when something is due, and whether it is late: from its hour on, or from the next day on where it has none. */
export const describeDue = (item: DueItem, now: string, reader: Reader, t: Translate) => ({
  text: formatDue(item, now, reader, t),
  isLate: Date.parse(item.dueAt) < Date.parse(now),
});

/** Writes when something is due, or how late it is. Days count by the calendar of the reader. */
export function formatDue({ dueAt, hasTime }: DueItem, now: string, reader: Reader, t: Translate): string {
  const [day, today] = [readDay(dueAt, reader.timeZone), readDay(now, reader.timeZone)];
  const days = Math.round((Date.parse(today) - Date.parse(day)) / DAY_MS);
  if (days > 0) return formatDaysLate(days, t);
  if (days < 0) return formatDayShort(dueAt, now, reader);
  if (!hasTime) return t("Due today");
  return Date.parse(dueAt) < Date.parse(now) ? formatLate(dueAt, now, reader.locale, t) : formatTime(dueAt, reader);
}
