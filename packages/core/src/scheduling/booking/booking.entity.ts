import * as z from "zod";
import { id, instant } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { BOOKING, BOOKING_LINK } from "./booking.kind.ts";

/** A booking of a visitor. The activity holds its present time and status. */
export const Stored = z.object({
  link_id: id(BOOKING_LINK),
  activity_id: id(ACTIVITY),
  owner_id: id(USER).describe("Owner of the link"),
  name: z.string(),
  email: z.string(),
  timezone: z.string().describe("Time zone in which times are shown to the visitor"),
  duration_minutes: z.number().int(),
  starts_at: instant().describe("Start as last booked or moved by the visitor"),
  moved_at: instant().nullable().describe("When the visitor last moved the booking"),
  status: z.enum(["BOOKED", "CANCELLED"]).describe("CANCELLED: cancelled by the visitor"),
});

export type BookingRecord = z.output<typeof Stored> & BaseRecord;

export const Bookings = new Collection<BookingRecord>({
  kind: BOOKING,
  schema: Stored,
  row: ["link_id", "activity_id", "owner_id", "starts_at", "status"],
  indexes: { by_time: indexBy() },
  sensitivity: "confidential",
  events: {
    moved: fieldChanged("moved_at"),
    cancelled: (after, before) => before?.status === "BOOKED" && after.status === "CANCELLED",
  },
});
