/** The part of iCalendar (RFC 5545) that this system writes. */

/** A property with its parameters: `["DTSTART;VALUE=DATE", "20270101"]`. The value is already formatted for iCalendar. */
export type Property = readonly [name: string, value: string];

/** A component with its properties and nested components. */
export interface Component {
  name: string;
  properties: readonly Property[];
  components?: readonly Component[];
}

/** Formats text as a value (3.3.11) and removes control characters. */
export const formatTextValue = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .replaceAll(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");

/** Formats text as the value of a parameter (3.2): quoted, on one line, with `"` replaced by `'`. */
export const formatParameterValue = (text: string): string => `"${text.replaceAll(/\p{Cc}+/gu, " ").replaceAll('"', "'")}"`;

/** Formats an instant in UTC (3.3.5), without milliseconds. */
export const formatInstantValue = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

export const formatDayValue = (day: string): string => day.replaceAll("-", "");

const MAX_LINE_BYTES = 75;

/** Folds a line after at most 75 bytes (3.1). A character is never split. */
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

const formatComponent = ({ name, properties, components = [] }: Component): string =>
  [
    foldLine(`BEGIN:${name}`),
    ...properties.map(([property, value]) => foldLine(`${property}:${value}`)),
    ...components.map(formatComponent),
    foldLine(`END:${name}`),
  ].join("");

/** Formats a whole calendar. For a message about its events (RFC 5546), `more` contains the METHOD. */
export const formatCalendar = (components: readonly Component[], more: readonly Property[] = []): string =>
  formatComponent({
    name: "VCALENDAR",
    properties: [["VERSION", "2.0"], ["PRODID", "-//CRM//Calendar//EN"], ...more],
    components: components,
  });
