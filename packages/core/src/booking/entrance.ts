import { asTenant } from "../auth/session.ts";
import { notFound } from "../kernel/error.ts";
import { isId } from "../kernel/id.ts";
import { visiting } from "../sign-in/visitor.ts";
import { Records } from "../storage/write/records.ts";
import { TENANT } from "../tenant/tenant.domain.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { BOOKING_LINK } from "./booking.domain.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BookingLinks, type LinkRecord } from "./link.entity.ts";
import { actorOf, hostsOf } from "./times.ts";
import { BookingToken } from "./token.ts";

/**
 * How the public comes in: by the token of a link, or of what was booked by one, each of which says the tenant. What it does is done by
 * the system in that tenant, under the name of the link.
 */
export interface Opened {
  link: LinkRecord;
  /** What the owner and the tenant are called. */
  host: string;
  organisation: string;
  /** Whether it can be booked: it is active, and its hosts are there. */
  isOpen: boolean;
}

/** Requests a minute: of one address, and of everybody together. */
const LIMITS = [60, 600] as const;
/** Attempts to book or to move, in a minute, from one address. */
export const MOST_ATTEMPTS = 10;

/** Does `work` for the active link of a token whose hosts are all there; else NOT_FOUND, whyever it is not. */
export async function through<T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> {
  const [tenant = "", id = ""] = token.split(".");
  if (!isId(tenant, TENANT) || !isId(id, BOOKING_LINK)) throw notFound();
  return asTenant(tenant, async () => {
    const link = await Records.load(BookingLinks, id, { live: true });
    if (link?.token !== token) throw notFound();
    return asLink(link, async (open) => {
      if (!open.isOpen) throw notFound();
      return work(open);
    });
  });
}

/** A booking, and what it was booked by. */
export interface Held {
  booking: BookingRecord;
  open: Opened;
}

/** Does `work` for the booking of a token; NOT_FOUND for a token that is not genuine. */
export async function holding<T>(token: string, work: (held: Held) => Promise<T>): Promise<T> {
  const read = BookingToken.read(token);
  if (!read) throw notFound();
  return asTenant(read.tenant, async () => {
    if (!(await BookingToken.isGenuine(read.id, read.signature))) throw notFound();
    const booking = await Records.load(Bookings, read.id, { live: true });
    // Who has booked may cancel, also when nobody else can book any more.
    const link = booking && (await Records.load(BookingLinks, booking.link_id));
    if (!booking || !link) throw notFound();
    return asLink(link, (open) => work({ booking, open }));
  });
}

/** As the link, within its limits. */
async function asLink<T>(link: LinkRecord, work: (open: Opened) => Promise<T>): Promise<T> {
  const [tenant, hosts] = await Promise.all([Tenant.get({}), Directory.activeNow(hostsOf(link))]);
  return visiting(tenant, { actor: actorOf(link.id), counted: link.id, limits: LIMITS }, async () => {
    const isThere = hosts.every((host) => host !== undefined);
    const isOpen = isThere && link.is_active && !link.deleted_at;
    return work({ link, host: hosts[0]?.display_name ?? "", organisation: tenant.name, isOpen });
  });
}
