import * as z from "zod";
import { findRelativeTime, findTenantZone, type RelativeTime } from "../../kernel/context-storage.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { isRelativeDate, type Period, resolveMoment, resolvePeriod } from "../../kernel/relative-date.ts";
import { date, instant } from "../../kernel/schema.ts";
import { instantToDay, isZone } from "../../kernel/time-zone.ts";

/**
 * The values of filters on dates and instants. A relative date (kernel/relative-date.ts) is resolved when it is parsed, so that a background job,
 * which stores the parsed filters, does not drift. Its days are those of the reader, so they name the reader's time zone if that is not the tenant's.
 */

/** Days of a filter, and their time zone, if it is not that of the tenant. */
interface Days extends Period {
  readonly timezone?: string;
}

const DAYS_PATTERN = /^(\d{4}-\d\d-\d\d)(?:\/(\d{4}-\d\d-\d\d))?(?:\[([\w/+-]{1,64})\])?$/;

/** Reads `2026-11-27`, `2026-11-23/2026-11-29` and `2026-11-27[Asia/Tokyo]`; undefined for anything else. */
export function parseDays(text: string): Days | undefined {
  const [, first, last = first, timezone] = DAYS_PATTERN.exec(text) ?? [];
  return first === undefined || last === undefined ? undefined : { first, last, ...(timezone === undefined ? {} : { timezone }) };
}

const formatDays = ({ first, last, timezone }: Days): string =>
  `${first === last ? first : `${first}/${last}`}${timezone === undefined ? "" : `[${timezone}]`}`;

const NOT_IN_LIST = "Relative dates are only for lists and saved views: give a date, YYYY-MM-DD";
const INVALID_DAY =
  "Must be a date, YYYY-MM-DD, a period, such as 2026-01-01/2026-03-31, or a relative date, such as today-7d, this_month or last_30_days";
const INVALID_INSTANT =
  "Must be a date, YYYY-MM-DD, an RFC 3339 timestamp, or a relative date, such as today-7d, now-1h, this_month or last_30_days";
const INVALID_PERIOD = "Must be a period whose last day is not before its first one, such as 2026-01-01/2026-03-31";

type Result = { readonly value: string } | { readonly problem: string };

function readDays(text: string): Result | undefined {
  const days = parseDays(text);
  if (!days) return undefined;
  for (const day of [days.first, days.last]) {
    const [issue] = date().safeParse(day).error?.issues ?? [];
    if (issue) return { problem: describeIssue(issue) };
  }
  if (days.last < days.first) return { problem: INVALID_PERIOD };
  if (days.timezone !== undefined && !isZone(days.timezone))
    return { problem: "Must name an IANA time zone, such as [Europe/Berlin]" };
  return { value: text };
}

const findToday = ({ at, timezone }: RelativeTime): string => instantToDay(timezone, at);

function readDay(text: string): Result {
  const relativeTime = findRelativeTime();
  if (isRelativeDate(text)) {
    if (!relativeTime) return { problem: NOT_IN_LIST };
    const period = resolvePeriod(text, findToday(relativeTime));
    if (period) return { value: formatDays(period) };
    if (resolveMoment(text, 0) !== undefined)
      return { problem: "Must be days, such as today or today-7d: the field has no time of day" };
  }
  const result = text.includes("[") ? undefined : readDays(text);
  return result ?? { problem: INVALID_DAY };
}

function readInstant(text: string): Result {
  const relativeTime = findRelativeTime();
  if (isRelativeDate(text)) {
    if (!relativeTime) return { problem: NOT_IN_LIST };
    const { at, timezone } = relativeTime;
    const period = resolvePeriod(text, findToday(relativeTime));
    if (period) return { value: formatDays({ ...period, ...(timezone === findTenantZone() ? {} : { timezone }) }) };
    const moment = resolveMoment(text, Date.parse(at));
    if (moment !== undefined) return { value: formatInstant(moment) };
  }
  const days = readDays(text);
  if (days) return days;
  const { data } = instant().safeParse(text);
  return data === undefined ? { problem: INVALID_INSTANT } : { value: data };
}

const valueSchema = (read: (text: string) => Result, error: string) =>
  z
    .string({ error })
    .superRefine((text, { addIssue }) => {
      const result = read(text);
      if ("problem" in result) addIssue({ code: "custom", message: result.problem });
    })
    .overwrite((text) => {
      const result = read(text);
      return "value" in result ? result.value : text;
    });

/** The value of a filter on a date. */
export const dayOrPeriodSchema = valueSchema(readDay, INVALID_DAY).meta({
  id: "DayOrPeriod",
  description: "A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`)",
  examples: ["2026-11-27"],
});

/** The value of a filter on an instant. */
export const dayOrInstantSchema = valueSchema(readInstant, INVALID_INSTANT).meta({
  id: "DayOrInstant",
  description: "A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`)",
  examples: ["2026-11-27T09:30:00Z"],
});
