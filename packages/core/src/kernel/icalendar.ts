/** Calendars as iCalendar writes them (RFC 5545): as much of it as goes out from here. */

/** A property with its parameters: `["DTSTART;VALUE=DATE", "20270101"]`. Its value is one of iCalendar by now. */
export type Property = readonly [name: string, value: string];

/** A component with its properties, and those within it. */
export interface Component {
  name: string;
  properties: readonly Property[];
  components?: readonly Component[];
}

/** Text as a value (3.3.11); what no program shows is left out. */
export const formatTextValue = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .replaceAll(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");

/** Text as the value of a parameter (3.2): quoted, on one line, and without the quotes that would end it. */
export const formatParameterValue = (text: string): string => `"${text.replaceAll(/\p{Cc}+/gu, " ").replaceAll('"', "'")}"`;

/** An instant in UTC (3.3.5), without its milliseconds. */
export const formatInstantValue = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

export const formatDayValue = (day: string): string => day.replaceAll("-", "");

const MAX_LINE_BYTES = 75;

/** A line of at most 75 bytes (3.1), and those on which it goes on; no sign is cut in two. */
function foldLine(line: string): string {
  let [folds, bytes] = ["", 0];
  for (const sign of line) {
    const size = Buffer.byteLength(sign);
    if (bytes + size > MAX_LINE_BYTES) [folds, bytes] = [`${folds}\r\n `, 1];
    folds += sign;
    bytes += size;
  }
  return `${folds}\r\n`;
}

const formatComponent = ({ name, properties, components: within = [] }: Component): string =>
  [
    foldLine(`BEGIN:${name}`),
    ...properties.map(([property, value]) => foldLine(`${property}:${value}`)),
    ...within.map(formatComponent),
    foldLine(`END:${name}`),
  ].join("");

/** A whole calendar; `method` where it is a message about its events (RFC 5546). */
export const formatCalendar = (within: readonly Component[], more: readonly Property[] = []): string =>
  formatComponent({
    name: "VCALENDAR",
    properties: [["VERSION", "2.0"], ["PRODID", "-//CRM//Calendar//EN"], ...more],
    components: within,
  });
