import { calendarText, instantValue, textValue } from "../kernel/icalendar.ts";

/** What a visitor has booked, as an event of iCalendar. */

interface Booked {
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
export const eventFile = (meeting: Booked, url: string, now: string): string =>
  calendarText([
    {
      name: "VEVENT",
      properties: [
        ["UID", meeting.uid],
        ["DTSTAMP", instantValue(now)],
        ["SEQUENCE", String(meeting.version)],
        ["DTSTART", instantValue(meeting.start)],
        ["DTEND", instantValue(meeting.end)],
        ["SUMMARY", textValue(`${meeting.name} (${meeting.host}, ${meeting.organisation})`)],
        ...(meeting.location ? ([["LOCATION", textValue(meeting.location)]] as const) : []),
        ["STATUS", meeting.stands ? "CONFIRMED" : "CANCELLED"],
        ["URL", url],
      ],
    },
  ]);
