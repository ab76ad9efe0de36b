import { spoken } from "../kernel/mail-text.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { localIn } from "../kernel/zone.ts";
import { Records } from "../storage/write/records.ts";
import { Outward } from "../suppression/outward.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { Login } from "../user/login.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BookingLinks } from "./link.entity.ts";
import { pageOf } from "./meeting.ts";
import { BookingToken } from "./token.ts";

/**
 * What visitors are told by mail: that they have booked, moved or cancelled, and the link by which they do more. Anybody can type
 * anybody's address: so nothing that a visitor or a tenant wrote leads anywhere, and one address gets few.
 */

/** Mails of bookings in an hour to one address, from all tenants together. */
const MOST = 10;

const words = {
  "booking.created": { subject: "Booked", said: "you have booked" },
  "booking.moved": { subject: "Moved", said: "you have moved" },
  "booking.cancelled": { subject: "Cancelled", said: "you have cancelled" },
} as const;

/** An event that comes late tells what is so by now, and nothing where the visitor has cancelled meanwhile. */
export async function tell({ id, type, record_id }: DomainEvent): Promise<void> {
  const booking = await Records.load(Bookings, record_id, { live: true });
  if (!booking || (booking.status === "CANCELLED") !== (type === "booking.cancelled")) return;
  const [link, tenant, [owner]] = await Promise.all([
    Records.load(BookingLinks, booking.link_id),
    Tenant.get({}),
    Directory.activeNow([booking.owner_id]),
  ]);
  const { subject, said } = words[type as keyof typeof words];
  const what = spoken(link?.name ?? "") || "a meeting";
  const host = spoken(owner?.display_name ?? "") || "your host";
  const from = spoken(tenant.name) || "their organisation";
  const url = pageOf({ token: await BookingToken.of(booking.id) });
  const mail = {
    subject: `${subject}: ${what}`,
    text: `Hello ${spoken(booking.name)},\n\n${said} “${what}” with ${host} of ${from}:\n\n${timeOf(booking)}\n\nTo see, move or cancel it:\n\n${url}\n\nIf it was not you, do nothing, or cancel it there.\n`,
  };
  await Outward.mail({ id, to: booking.email, ...mail }, [`booking ${Login.nameOf(booking.email)}`, MOST]);
}

const timeOf = ({ starts_at, timezone }: BookingRecord): string =>
  `${localIn(timezone, starts_at).slice(0, 16).replace("T", " ")} (${timezone})`;
