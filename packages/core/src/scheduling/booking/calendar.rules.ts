import { formatCalendar, formatInstantValue, formatTextValue } from "../../kernel/icalendar.ts";

/** The iCalendar event of a booking. */

interface BookedMeeting {
  uid: string;
  name: string;
  host: string;
  organisation: string;
  location: string | null;
  start: string;
  end: string;
  version: number;
  isActive: boolean;
}

/**
 * Builds the calendar file. `version` is the SEQUENCE that orders the versions of one event (RFC 5545, 3.8.7.4); `url` is the page on which
 * the visitor can move the meeting.
 */
export const buildEventFile = (meeting: BookedMeeting, url: string, now: string): string =>
  formatCalendar([
    {
      name: "VEVENT",
      properties: [
        ["UID", meeting.uid],
        ["DTSTAMP", formatInstantValue(now)],
        ["SEQUENCE", String(meeting.version)],
        ["DTSTART", formatInstantValue(meeting.start)],
        ["DTEND", formatInstantValue(meeting.end)],
        ["SUMMARY", formatTextValue(`${meeting.name} (${meeting.host}, ${meeting.organisation})`)],
        ...(meeting.location ? ([["LOCATION", formatTextValue(meeting.location)]] as const) : []),
        ["STATUS", meeting.isActive ? "CONFIRMED" : "CANCELLED"],
        ["URL", url],
      ],
    },
  ]);
