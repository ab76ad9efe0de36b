import * as z from "zod";
import { aboutPerson, matchContactPoint, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { BOOKING, BOOKING_LINK } from "./booking.kind.ts";

/** A booking of a visitor. The activity holds its present time and status. */
export const Stored = z.object({
  link_id: personalData("none", id(BOOKING_LINK)),
  activity_id: id(ACTIVITY),
  owner_id: id(USER).describe("Owner of the link"),
  name: personalData("identity", z.string()),
  email: personalData("contact", z.string()),
  timezone: personalData("location", z.string().describe("Time zone in which times are shown to the visitor")),
  duration_minutes: personalData("relationship", z.number().int()),
  starts_at: instant().describe("Start as last booked or moved by the visitor"),
  moved_at: instant().nullable().describe("When the visitor last moved the booking"),
  status: personalData("relationship", z.enum(["BOOKED", "CANCELLED"]).describe("CANCELLED: cancelled by the visitor")),
});

export type BookingRecord = z.output<typeof Stored> & BaseRecord;

export const Bookings = new Collection<BookingRecord>({
  kind: BOOKING,
  schema: Stored,
  personalData: {
    purpose: "Hold appointments that persons booked.",
    subject: aboutPerson(matchContactPoint("email"), reach("activity_id", ACTIVITY)),
    recipients: ["link", "mail"],
  },
  row: ["link_id", "activity_id", "owner_id", "starts_at", "status"],
  indexes: { by_time: indexBy() },
  sensitivity: "confidential",
  events: {
    moved: fieldChanged("moved_at"),
    cancelled: (after, before) => before?.status === "BOOKED" && after.status === "CANCELLED",
  },
});
