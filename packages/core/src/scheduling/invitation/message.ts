import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import {
  type Component,
  formatCalendar,
  formatInstantValue,
  formatParameterValue,
  formatTextValue,
  type Property,
} from "../../kernel/icalendar.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import type { Span } from "../../people/activity/activity.rules.ts";
import type { Activity } from "../../people/activity/activity.ts";
import { buildTimeProperties, formatUid } from "../../people/activity/icalendar.rules.ts";
import { formatTime, type InvitationMail } from "./invitation.rules.ts";
import type { Recipient } from "./recipients.ts";

/** Builds the mail that invites a participant, announces a change or cancels: as text and as iCalendar (RFC 5546, RFC 6047). */

export interface Occasion {
  activity: Activity.Activity;
  span: Span;
  zone: string;
  organizer: { id: string; email: string; display_name: string };
  /** The name of the tenant. */
  tenant: string;
}

/** Returns the id of a message, the same for every try. */
const messageId = ({ id }: { id: string }, { participant, sequence }: InvitationMail): string =>
  `${id}.${participant}.${sequence}`;

export function buildMessage(occasion: Occasion, letter: InvitationMail, to: Recipient, token: string): MailMessage {
  const { activity, organizer } = occasion;
  const link = `${usePorts().origin}/invitation?token=${token}`;
  const kind = letter.method === "CANCEL" ? "Cancelled" : letter.isUpdate ? "Changed" : "Invitation";
  return {
    id: messageId(activity, letter),
    to: to.email,
    reply_to: organizer.email,
    subject: `${kind}: ${stripLinks(activity.subject)}`,
    text: renderText(occasion, letter, to, link),
    calendar: { method: letter.method, text: renderCalendar(occasion, letter, to, link) },
  };
}

const openings = {
  invited: (organizerName: string) => `${organizerName} invites you.`,
  changed: (organizerName: string) => `${organizerName} has changed the event you are invited to.`,
  off: (organizerName: string) => `${organizerName} has cancelled this event, or it takes place without you.`,
};

function renderText(
  { activity, span, zone, organizer, tenant }: Occasion,
  letter: InvitationMail,
  to: Recipient,
  link: string,
): string {
  const name = sanitizeName(to.name ?? "");
  const organizerName = `${sanitizeName(organizer.display_name) || organizer.email} (${sanitizeName(tenant) || "their organisation"})`;
  const opening = letter.method === "CANCEL" ? openings.off : letter.isUpdate ? openings.changed : openings.invited;
  const summaryLines = [
    activity.subject,
    `When: ${formatTime(span, activity.due_date ?? null, zone)}`,
    ...(activity.meeting_location ? [`Where: ${activity.meeting_location}`] : []),
  ];
  const more = activity.invitation_text ? [activity.invitation_text] : [];
  const answer = letter.method === "REQUEST" ? [`Please answer before the event is over:\n${link}`] : [];
  const blocks = [`Hello${name ? ` ${name}` : ""},`, opening(organizerName), summaryLines.join("\n"), ...more, ...answer];
  return `${blocks.join("\n\n")}\n`;
}

const roles = { ORGANIZER: "CHAIR", REQUIRED: "REQ-PARTICIPANT", OPTIONAL: "OPT-PARTICIPANT" } as const;
const answerCodes = { NO_RESPONSE: "NEEDS-ACTION", ACCEPTED: "ACCEPTED", TENTATIVE: "TENTATIVE", DECLINED: "DECLINED" } as const;

/** Each participant gets only their own ATTENDEE entry, so that the other participants stay private. */
function buildAttendee({ activity }: Occasion, { participant }: InvitationMail, { email, name }: Recipient): Property {
  const invitee = activity.participants.find(({ id }) => id === participant);
  const parameters = [
    ...(name ? [`CN=${formatParameterValue(name)}`] : []),
    `ROLE=${roles[invitee?.participant_type ?? "REQUIRED"]}`,
    `PARTSTAT=${answerCodes[invitee?.response_status ?? "NO_RESPONSE"]}`,
    "RSVP=TRUE",
  ];
  return [`ATTENDEE;${parameters.join(";")}`, `mailto:${email}`];
}

function renderCalendar(occasion: Occasion, letter: InvitationMail, to: Recipient, link: string): string {
  const { activity, span, organizer } = occasion;
  const isOff = letter.method === "CANCEL";
  const description = [activity.invitation_text, isOff ? null : link].filter(Boolean).join("\n\n");
  const event: Component = {
    name: "VEVENT",
    properties: [
      ["UID", formatUid(activity)],
      ["DTSTAMP", formatInstantValue(Clock.now())],
      ["SEQUENCE", String(letter.sequence)],
      ...buildTimeProperties({ ...activity, ...span }),
      ["SUMMARY", formatTextValue(activity.subject)],
      ...(activity.meeting_location ? ([["LOCATION", formatTextValue(activity.meeting_location)]] as const) : []),
      ...(description ? ([["DESCRIPTION", formatTextValue(description)]] as const) : []),
      [`ORGANIZER;CN=${formatParameterValue(organizer.display_name)}`, `mailto:${organizer.email}`],
      buildAttendee(occasion, letter, to),
      ["STATUS", isOff ? "CANCELLED" : "CONFIRMED"],
    ],
  };
  return formatCalendar(
    [event],
    [
      ["CALSCALE", "GREGORIAN"],
      ["METHOD", letter.method],
    ],
  );
}
