import { CONTACT } from "@crm/core/accounts/contact/contact.kind.ts";
import { isId } from "@crm/core/kernel/id.ts";
import type { App } from "@crm/local/app.ts";
import ICAL from "ical.js";
import { expect } from "vitest";
import type { Tenant, TestUser } from "../../support/app.ts";

/** A meeting with guests, some of whom are invited by email, and the emails that they receive. */

let personCount = 0;

export async function createPerson({ admin, slug }: Tenant, more: Record<string, unknown> = {}) {
  const email = `guest${++personCount}@${slug}.example`;
  const contact_points = [{ contact_type: "email", contact_value: email }];
  const { data } = await admin.createPerson({ first_name: "Grâce", last_name: "山田", contact_points, ...more });
  return { id: data.id, email };
}

export const meetingInput = {
  subject: "Review; of 漢字, and more",
  activity_type_id: "meeting",
  start_datetime: "2030-03-05T09:00:00.000Z",
  end_datetime: "2030-03-05T10:30:00.000Z",
  timezone: "Europe/Berlin",
  meeting_location: "Room 1, left",
  description: "They must not read this",
  send_invitations: true,
};

/** Creates a meeting with persons and contacts. */
export async function createInvitation(as: TestUser["client"], guests: readonly { id: string }[], more: object = {}) {
  const participants = guests.map(({ id }) => (isId(id, CONTACT) ? { contact_id: id } : { person_id: id }));
  return (await as.createActivity({ ...meetingInput, participants, ...more })).data;
}

/** The emails to an address, oldest first, with the contents of their calendar parts. */
export async function listInvitationMails(app: App, email: string) {
  await app.settle();
  return app.mail
    .sent(email)
    .map((mail) => ({ ...mail, event: parseCalendarEvent(mail.calendar?.text ?? expect.fail("No calendar")) }));
}

export function parseCalendarEvent(text: string) {
  const calendar = ICAL.Component.fromString(text);
  const [event = expect.fail("No event")] = calendar.getAllSubcomponents("vevent");
  const value = (name: string): string => String(event.getFirstPropertyValue(name));
  const attendees = event.getAllProperties("attendee");
  return {
    method: String(calendar.getFirstPropertyValue("method")),
    value,
    sequence: Number(value("sequence")),
    attendees: attendees.map((each) => [String(each.getFirstValue()), each.getFirstParameter("partstat")]),
  };
}

/** A reply as a calendar program sends it. */
export function buildReply(
  { event }: { event: ReturnType<typeof parseCalendarEvent> },
  {
    partstat = "ACCEPTED",
    attendee = event.attendees[0]?.[0] ?? "",
    sequence = event.sequence,
    stamp = "",
    comment = "",
    more = "",
  },
): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Other//Program//EN",
    "METHOD:REPLY",
    "BEGIN:VEVENT",
    `UID:${event.value("uid")}`,
    `DTSTAMP:${stamp || "20300301T120000Z"}`,
    `SEQUENCE:${sequence}`,
    `ATTENDEE;PARTSTAT=${partstat}:${attendee}`,
    ...(comment ? [`COMMENT:${comment}`] : []),
    ...(more ? [more] : []),
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}
