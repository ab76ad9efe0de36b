import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const BOOKING_LINK = kind("booking_link", "bkl", {
  path: "/booking-links",
  load: () => import("./link.entity.ts"),
  display: { menu: "activity", icon: "calendar-plus" },
});

/** The data that a visitor entered. Users read the activity instead. */
export const BOOKING = kind("booking", "bok", { load: () => import("./booking.entity.ts"), isStandalone: true });

export const bookingLinkGrants = declarePermissions("booking_link", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
