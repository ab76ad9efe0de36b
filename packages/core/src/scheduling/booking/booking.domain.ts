import { domain } from "../../kernel/domain.ts";
import { BOOKING, BOOKING_LINK, bookingLinkGrants } from "./booking.kind.ts";

export const booking = domain({
  name: "booking",
  kinds: [BOOKING_LINK, BOOKING],
  grants: [bookingLinkGrants],
  authorities: {
    booking_host: { rights: "reader", basis: "request" },
    booking_link: { rights: "visitor", basis: { own: [BOOKING_LINK] } },
  },
  bulk: {
    booking_link: {
      write: bookingLinkGrants.write,
      remove: bookingLinkGrants.write,
      load: async () => (await import("./link.ts")).BookingLink,
    },
  },
  subscribers: {
    "booking-mails": {
      basis: "release",
      events: ["booking.created", "booking.moved", "booking.cancelled"],
      uses: ["mail", "secrets:links", "secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onBookingEvent,
    },
  },
  notifications: {
    booking_made: {
      events: ["booking.created"],
      load: async () => (await import("./booking.notifications.ts")).bookedNotification,
    },
    booking_moved: {
      events: ["booking.moved"],
      load: async () => (await import("./booking.notifications.ts")).movedNotification,
    },
    booking_cancelled: {
      events: ["booking.cancelled"],
      load: async () => (await import("./booking.notifications.ts")).cancelledNotification,
    },
  },
});
