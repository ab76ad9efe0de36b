import { usePorts } from "@crm/core/kernel/context.ts";
import { bookingLinkGrants } from "@crm/core/scheduling/booking/booking.kind.ts";
import { BookingLinks } from "@crm/core/scheduling/booking/link.entity.ts";
import { BookingLink } from "@crm/core/scheduling/booking/link.ts";
import { type LinkedRecord, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor } from "../shared/links.ts";

const recordLinks = linksFor(BookingLinks);

/** Adds the page on which visitors book to the links of the record. */
const links = (link: LinkedRecord) => ({ ...recordLinks(link), page: `${usePorts().origin}/book?token=${link.token}` });

export const bookingLinkOperations = crud({
  noun: "BookingLink",
  plural: "BookingLinks",
  tag: "Booking links",
  path: "/booking-links",
  read: bookingLinkGrants.read,
  write: bookingLinkGrants.write,
  remove: bookingLinkGrants.write,
  domain: BookingLink,
  output: recordSchema("BookingLink", BookingLink.Info),
  row: recordSchema("BookingLinkRow", BookingLink.Row),
  links,
});
