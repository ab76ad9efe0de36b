import { type Component, calendarText, dayValue, instantValue, type Property, textValue } from "../kernel/icalendar.ts";
import { dayAfter } from "../kernel/zone.ts";
import type { ActivityRecord } from "./activity.entity.ts";
import type { Span } from "./activity.rules.ts";

/** Activities as events of iCalendar. Each occurrence of what recurs is an event: so moved and changed ones are exact. */

export type Shown = Span & Pick<ActivityRecord, "id" | "subject" | "created_at" | "due_date" | "is_private" | "meeting_location">;

/** The name of an activity in every calendar, for ever. */
export const uidOf = ({ id }: { id: string }): string => `${id}@crm`;

/** The id of the activity that a calendar names so. */
export const idIn = (uid: string): string | undefined => /^(\S+)@crm$/.exec(uid)?.[1];

/** When an event takes place: a day, from one instant to another, or at one. */
export function timesOf({ all_day, due_date, starts_at, ends_at }: Omit<Shown, "id" | "created_at">): Property[] {
  if (all_day && due_date)
    return [
      ["DTSTART;VALUE=DATE", dayValue(due_date)],
      ["DTEND;VALUE=DATE", dayValue(dayAfter(due_date, 1))],
    ];
  const start: Property = ["DTSTART", instantValue(starts_at)];
  return ends_at === starts_at ? [start] : [start, ["DTEND", instantValue(ends_at)]];
}

const eventOf = (entry: Shown, origin: string): Component => ({
  name: "VEVENT",
  properties: [
    ["UID", uidOf(entry)],
    ["DTSTAMP", instantValue(entry.created_at)],
    ...timesOf(entry),
    ["SUMMARY", textValue(entry.subject)],
    ...(entry.meeting_location ? ([["LOCATION", textValue(entry.meeting_location)]] as const) : []),
    ["URL", `${origin}/activities/${entry.id}`],
    // What is due takes none of the time until then.
    ["TRANSP", entry.all_day || entry.starts_at === entry.ends_at ? "TRANSPARENT" : "OPAQUE"],
    ...(entry.is_private ? ([["CLASS", "PRIVATE"]] as const) : []),
  ],
});

/** A calendar that programs ask for again each hour. */
export const calendarOf = (entries: readonly Shown[], name: string, origin: string): string =>
  calendarText(
    entries.map((entry) => eventOf(entry, origin)),
    [
      ["CALSCALE", "GREGORIAN"],
      ["X-WR-CALNAME", textValue(name)],
      ["REFRESH-INTERVAL;VALUE=DURATION", "PT1H"],
      ["X-PUBLISHED-TTL", "PT1H"],
    ],
  );
