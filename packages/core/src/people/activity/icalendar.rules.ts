import { buildRecordUrl } from "../../kernel/console-url.ts";
import {
  type Component,
  formatCalendar,
  formatDayValue,
  formatInstantValue,
  formatTextValue,
  type Property,
} from "../../kernel/icalendar.ts";
import { addDays } from "../../kernel/time-zone.ts";
import type { ActivityRecord } from "./activity.entity.ts";
import { ACTIVITY } from "./activity.kind.ts";
import type { Span } from "./activity.rules.ts";

/** Activities as iCalendar events. Each occurrence of a series is an event of its own, so that moved and changed ones are exact. */

type CalendarActivity = Span &
  Pick<
    ActivityRecord,
    "id" | "subject" | "created_at" | "updated_at" | "version" | "due_date" | "is_private" | "meeting_location"
  >;

/** Returns the UID of an activity. It never changes: calendars identify the event by it. */
export const formatUid = ({ id }: { id: string }): string => `${id}@crm`;

/** Returns the id of the activity with this UID. */
export const parseUid = (uid: string): string | undefined => /^(\S+)@crm$/.exec(uid)?.[1];

/** Returns the time properties of an event: a day, a period or an instant. */
export function buildTimeProperties({
  all_day,
  due_date,
  starts_at,
  ends_at,
}: Omit<CalendarActivity, "id" | "created_at" | "updated_at" | "version">): Property[] {
  if (all_day && due_date)
    return [
      ["DTSTART;VALUE=DATE", formatDayValue(due_date)],
      ["DTEND;VALUE=DATE", formatDayValue(addDays(due_date, 1))],
    ];
  const start: Property = ["DTSTART", formatInstantValue(starts_at)];
  return ends_at === starts_at ? [start] : [start, ["DTEND", formatInstantValue(ends_at)]];
}

const buildEvent = (entry: CalendarActivity, origin: string): Component => ({
  name: "VEVENT",
  properties: [
    ["UID", formatUid(entry)],
    // In a feed, DTSTAMP is the time of the last change (RFC 5545, 3.8.7.2). Calendars leave a moved event in place if neither it nor SEQUENCE rises.
    ["DTSTAMP", formatInstantValue(entry.updated_at)],
    ["CREATED", formatInstantValue(entry.created_at)],
    ["LAST-MODIFIED", formatInstantValue(entry.updated_at)],
    ["SEQUENCE", String(entry.version - 1)],
    ...buildTimeProperties(entry),
    ["SUMMARY", formatTextValue(entry.subject)],
    ...(entry.meeting_location ? ([["LOCATION", formatTextValue(entry.meeting_location)]] as const) : []),
    ["URL", buildRecordUrl(origin, ACTIVITY, entry.id)],
    // A due time does not make the time before it busy.
    ["TRANSP", entry.all_day || entry.starts_at === entry.ends_at ? "TRANSPARENT" : "OPAQUE"],
    ...(entry.is_private ? ([["CLASS", "PRIVATE"]] as const) : []),
  ],
});

/** Builds a calendar that programs refresh once an hour. */
export const buildCalendar = (entries: readonly CalendarActivity[], name: string, origin: string): string =>
  formatCalendar(
    entries.map((entry) => buildEvent(entry, origin)),
    [
      ["CALSCALE", "GREGORIAN"],
      ["X-WR-CALNAME", formatTextValue(name)],
      ["REFRESH-INTERVAL;VALUE=DURATION", "PT1H"],
      ["X-PUBLISHED-TTL", "PT1H"],
    ],
  );
