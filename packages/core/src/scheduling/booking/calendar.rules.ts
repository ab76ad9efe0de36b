import { formatCalendar, formatInstantValue, formatTextValue } from "../../kernel/icalendar.ts";

/** What a visitor has booked, as an event of iCalendar. */

interface BookedMeeting {
  uid: string;
  name: string;
  host: string;
  organisation: string;
  location: string | null;
  start: string;
  end: string;
  version: number;
  stands: boolean;
}

/** `version` orders what a calendar program was given of one meeting (RFC 5545, 3.8.7.4); `url` is where the visitor moves it. */
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
        ["STATUS", meeting.stands ? "CONFIRMED" : "CANCELLED"],
        ["URL", url],
      ],
    },
  ]);
