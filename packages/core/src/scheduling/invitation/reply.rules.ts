import { invalid, ruleViolation } from "../../kernel/error.ts";

/** The content of an iCalendar reply (RFC 5546, 3.2.3). */
interface Reply {
  uid: string;
  /** The address of the participant who answers, as written. */
  attendee: string;
  response_status: "NO_RESPONSE" | "ACCEPTED" | "TENTATIVE" | "DECLINED";
  /** The SEQUENCE of the answered message; null if the reply has none. */
  sequence: number | null;
  /** When the answer was made. */
  at: string;
  comment: string | null;
}

const responses: Readonly<Record<string, Reply["response_status"]>> = {
  "NEEDS-ACTION": "NO_RESPONSE",
  ACCEPTED: "ACCEPTED",
  TENTATIVE: "TENTATIVE",
  DECLINED: "DECLINED",
};

const MAX_COMMENT_LENGTH = 500;

/** Parses a reply. A VALIDATION_ERROR tells what is wrong with it. The parser is loaded on demand. */
export async function parseReply(text: string): Promise<Reply> {
  const event = await parseEvent(text);
  const [attendee, ...otherAttendees] = event.getAllProperties("attendee");
  const address = /^mailto:(.+@.+)$/i.exec(String(attendee?.getFirstValue() ?? ""))?.[1];
  if (!attendee || otherAttendees.length > 0 || !address)
    throw invalid("calendar", "A reply must have exactly one ATTENDEE with a mailto address");
  const partstat = String(attendee.getFirstParameter("partstat") ?? "").toUpperCase();
  const response_status = responses[partstat];
  if (!response_status)
    throw ruleViolation("The reply contains no valid answer", [
      { field: "calendar", message: `PARTSTAT must be one of ${Object.keys(responses).join(", ")}` },
    ]);
  const sequence = event.getFirstPropertyValue("sequence");
  const comment = event.getFirstPropertyValue("comment");
  return {
    uid: String(event.getFirstPropertyValue("uid") ?? ""),
    attendee: address,
    response_status,
    sequence: typeof sequence === "number" ? sequence : null,
    at: parseStamp(event.getFirstProperty("dtstamp")?.toJSON()[3]),
    comment: typeof comment === "string" ? truncateComment(comment.trim()) || null : null,
  };
}

/** Truncates a comment without splitting a surrogate pair. */
function truncateComment(comment: string): string {
  const excerpt = comment.slice(0, MAX_COMMENT_LENGTH);
  return excerpt.isWellFormed() ? excerpt : excerpt.slice(0, -1);
}

async function parseEvent(text: string) {
  const { default: ICAL } = await import("ical.js");
  const calendar = tryParse(() => ICAL.Component.fromString(text));
  if (calendar?.name !== "vcalendar") throw invalid("calendar", "Must be an iCalendar object (RFC 5545)");
  if (String(calendar.getFirstPropertyValue("method")).toUpperCase() !== "REPLY")
    throw invalid("calendar", "METHOD must be REPLY");
  const [event, ...otherEvents] = calendar.getAllSubcomponents("vevent");
  if (!event || otherEvents.length > 0) throw invalid("calendar", "A reply must have exactly one VEVENT");
  return event;
}

/** Returns the result of the parser; undefined if it throws. */
function tryParse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Parses DTSTAMP, an instant in UTC, from the raw value. The parser would shift a local time that does not exist. */
function parseStamp(value: unknown): string {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)Z$/.exec(String(value ?? "")) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${clock}Z`);
  if (Number.isNaN(ms)) throw invalid("calendar", "DTSTAMP is required and must be a timestamp in UTC");
  return new Date(ms).toISOString();
}
