import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const BOOKING_LINK = kind("booking_link", "bkl", {
  path: "/booking-links",
  load: () => import("./link.entity.ts"),
  display: { icon: "calendar-plus" },
});

/** The data that a visitor entered. Users read the activity instead. */
export const BOOKING = kind("booking", "bok", { load: () => import("./booking.entity.ts"), standalone: true });

export const bookingLinkGrants = declarePermissions("booking_link", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const booking = domain({
  name: "booking",
  kinds: [BOOKING_LINK, BOOKING],
  grants: [bookingLinkGrants],
  bulk: {
    booking_link: {
      write: bookingLinkGrants.write,
      remove: bookingLinkGrants.write,
      load: async () => (await import("./link.ts")).BookingLink,
    },
  },
  subscribers: {
    "booking-mails": {
      events: ["booking.created", "booking.moved", "booking.cancelled"],
      uses: ["mail", "secrets"],
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
