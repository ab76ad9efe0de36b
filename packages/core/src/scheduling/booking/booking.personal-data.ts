import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { aboutPerson, matchContactPoint, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { BookingRecord } from "./booking.entity.ts";

export const booking: PersonalData<BookingRecord> = {
  purpose: "Hold appointments that persons booked.",
  subject: aboutPerson(matchContactPoint("email"), reach("activity_id", ACTIVITY)),
  fields: {
    link_id: "none",
    activity_id: "reference",
    owner_id: "staff",
    name: "identity",
    email: "contact",
    timezone: "location",
    duration_minutes: "relationship",
    starts_at: "relationship",
    moved_at: "relationship",
    status: "relationship",
  },
  recipients: ["link", "mail"],
};
