import { dateFormat } from "../../ui/i18n/formatters.ts";
import { formatTime, type Reader } from "../../ui/i18n/time.ts";
import { type CalendarEntry, isLong } from "./calendar-entries.ts";

/** When entries are, in words. */

type Times = Pick<CalendarEntry, "time" | "firstDay" | "lastDay" | "fields">;

/** Writes a day such as `2026-11-27`. */
export const formatDay = (day: string, locale: string, options: Intl.DateTimeFormatOptions): string =>
  dateFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

/** Writes the time of an entry in its day. Empty: it is on whole days. */
export function describeTime({ time, firstDay, lastDay, fields }: Times, reader: Reader): string {
  if (!time) return "";
  const zone = { timeZone: reader.timeZone };
  if (fields.end === undefined && !isLong({ time })) return formatTime(new Date(time.start).toISOString(), reader);
  if (firstDay !== lastDay)
    return dateFormat(reader.locale, { dateStyle: "medium", timeStyle: "short", ...zone }).formatRange(time.start, time.end);
  return dateFormat(reader.locale, { timeStyle: "short", ...zone }).formatRange(time.start, time.end);
}

const DAY = { weekday: "short", day: "numeric", month: "short" } as const;
const HOUR = { hour: "numeric", minute: "2-digit" } as const;

/** Writes the day of an entry and its time, for those who do not see where it stands. */
export function describePlace({ time, firstDay, lastDay, fields }: Times, { locale, timeZone }: Reader): string {
  if (time) {
    const format = dateFormat(locale, { ...DAY, ...HOUR, timeZone });
    return fields.end === undefined && !isLong({ time }) ? format.format(time.start) : format.formatRange(time.start, time.end);
  }
  const [first, last] = [firstDay, lastDay].map((day) => new Date(`${day}T00:00:00Z`)) as [Date, Date];
  return dateFormat(locale, { ...DAY, timeZone: "UTC" }).formatRange(first, last);
}
