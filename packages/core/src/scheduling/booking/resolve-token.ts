import { useRequest } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { resolveVisitorLanguage } from "../../kernel/request-language.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor } from "../../platform/sign-in/visitor.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Records } from "../../storage/write/records.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BOOKING_LINK } from "./booking.kind.ts";
import { linkActor, listHosts } from "./free-slots.ts";
import { BookingLinks, type LinkRecord } from "./link.entity.ts";
import { BookingToken } from "./token.ts";

/**
 * Access of the public by the token of a link or of a booking, which determines the tenant. The work runs as the system in that tenant,
 * under the name of the link.
 */
export interface LinkVisit {
  link: LinkRecord;
  /** The names of the owner and of the tenant. */
  host: string;
  organisation: string;
  /** Whether the link can be booked: it is active, and all its hosts are active users. */
  isOpen: boolean;
}

/** Requests per minute: of one address, and of all together. */
const LIMITS = [60, 600] as const;
/** Attempts to book or move per minute from one address. */
export const MAX_ATTEMPTS = 10;

/** Runs `work` for the link of a token that can be booked. Otherwise NOT_FOUND, without a reason. */
export async function withLink<T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> {
  const [tenant = "", id = ""] = token.split(".");
  if (!isId(tenant, TENANT) || !isId(id, BOOKING_LINK)) throw notFound();
  return runAsTenant(tenant, async () => {
    const link = await Records.load(BookingLinks, id, { live: true });
    if (link?.token !== token) throw notFound();
    return runAsLink(link, async (open) => {
      if (!open.isOpen) throw notFound();
      return work(open);
    });
  });
}

/** A booking and its link. */
export interface BookingVisit {
  booking: BookingRecord;
  open: LinkVisit;
}

/** Runs `work` for the booking of a token. NOT_FOUND if the token is not genuine. */
export async function withBooking<T>(token: string, work: (visit: BookingVisit) => Promise<T>): Promise<T> {
  const read = BookingToken.parse(token);
  if (!read) throw notFound();
  return runAsTenant(read.tenant, async () => {
    if (!(await BookingToken.isGenuine(read.id, read.signature))) throw notFound();
    const booking = await Records.load(Bookings, read.id, { live: true });
    // A visitor may cancel even if the link can no longer be booked.
    const link = booking && (await Records.load(BookingLinks, booking.link_id));
    if (!booking || !link) throw notFound();
    return runAsLink(link, (open) => work({ booking, open }));
  });
}

/** Runs work as the link, within its rate limits. */
async function runAsLink<T>(link: LinkRecord, work: (open: LinkVisit) => Promise<T>): Promise<T> {
  const [tenant, hosts] = await Promise.all([Tenant.get({}), Directory.loadActive(listHosts(link))]);
  useRequest().language = resolveVisitorLanguage(null, tenant.settings.letterhead.language);
  return runAsVisitor(
    tenant,
    { authority: "booking_link", actor: linkActor(link.id), rateLimitKey: link.id, limits: LIMITS },
    async () => {
      const isThere = hosts.every((host) => host !== undefined);
      const isOpen = isThere && link.is_active && !link.deleted_at;
      return work({ link, host: hosts[0]?.display_name ?? "", organisation: tenant.name, isOpen });
    },
  );
}
