import { bookingLinkGrants } from "@crm/core/booking/booking.domain.ts";
import { BookingLinks } from "@crm/core/booking/link.entity.ts";
import { BookingLink } from "@crm/core/booking/link.ts";
import { usePorts } from "@crm/core/kernel/context.ts";
import { type Linked, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { linksOf } from "./links.ts";

const own = linksOf(BookingLinks);

/** Beside the record's own addresses, the page on which strangers book. */
const links = (link: Linked) => ({ ...own(link), page: `${usePorts().origin}/book?token=${link.token}` });

export const bookingLinks = crud({
  noun: "BookingLink",
  plural: "BookingLinks",
  tag: "Booking links",
  path: "/booking-links",
  read: bookingLinkGrants.read,
  write: bookingLinkGrants.write,
  remove: bookingLinkGrants.write,
  domain: BookingLink,
  output: recordOf("BookingLink", BookingLink.Info),
  row: recordOf("BookingLinkRow", BookingLink.Row),
  links,
});
