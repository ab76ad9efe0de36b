import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { instantToLocal } from "../../kernel/time-zone.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Login } from "../../platform/user/login.ts";
import { Records } from "../../storage/write/records.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BookingLinks } from "./link.entity.ts";
import { pageUrl } from "./meeting.ts";
import { BookingToken } from "./token.ts";

/**
 * Mails to visitors who booked, moved or cancelled a meeting, with the link to manage it. A visitor can type any person's address. So texts
 * of visitors and tenants are sanitised of links, and each address gets only a few mails.
 */

/** The most booking mails to one address in an hour, for all tenants together. */
const MAX_MAILS_PER_HOUR = 10;

const mailTexts = {
  "booking.created": { subject: "Booked", said: "you have booked" },
  "booking.moved": { subject: "Moved", said: "you have moved" },
  "booking.cancelled": { subject: "Cancelled", said: "you have cancelled" },
} as const;

/** Sends the mail of an event. A late event sends the present state, and nothing if the visitor has cancelled meanwhile. */
export async function onBookingEvent({ id, type, record_id }: DomainEvent): Promise<void> {
  const booking = await Records.load(Bookings, record_id, { live: true });
  if (!booking || (booking.status === "CANCELLED") !== (type === "booking.cancelled")) return;
  const [link, tenant, [owner]] = await Promise.all([
    Records.load(BookingLinks, booking.link_id),
    Tenant.get({}),
    Directory.loadActive([booking.owner_id]),
  ]);
  const { subject, said: introduction } = mailTexts[type as keyof typeof mailTexts];
  const meetingName = sanitizeName(link?.name ?? "") || "a meeting";
  const host = sanitizeName(owner?.display_name ?? "") || "your host";
  const from = sanitizeName(tenant.name) || "their organisation";
  const url = pageUrl({ token: await BookingToken.build(booking.id) });
  const mail = {
    subject: `${subject}: ${meetingName}`,
    text: `Hello ${sanitizeName(booking.name)},\n\n${introduction} “${meetingName}” with ${host} of ${from}:\n\n${formatTime(booking)}\n\nTo view, move or cancel it:\n\n${url}\n\nIf this was not you, ignore this email, or cancel the meeting there.\n`,
  };
  await TransactionalMail.sendMail(withBrand({ id, to: booking.email, ...mail }, tenant, "en"), [
    `booking ${Login.normalizeEmail(booking.email)}`,
    MAX_MAILS_PER_HOUR,
  ]);
}

const formatTime = ({ starts_at, timezone }: BookingRecord): string =>
  `${instantToLocal(timezone, starts_at).slice(0, 16).replace("T", " ")} (${timezone})`;
