import * as z from "zod";
import { id, master, name, oneLine, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { ACTIVITY_TYPES, MEETING_TYPES } from "../../people/activity/activity.masters.ts";
import { Hours } from "../../platform/user/availability.schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { BOOKING_LINK } from "./booking.kind.ts";

const buffer = () => z.number().int().min(0).max(240).default(0);

const Question = z.strictObject({
  label: name(200),
  is_required: z.boolean().default(false),
});

/** Fields of a booking link that users write. */
export const fields = {
  name: name(100).describe("Name of the meeting, as visitors see it"),
  description: text(2000).nullish(),
  is_active: z.boolean().default(true).describe("false: the public page responds as if the link did not exist"),
  activity_type_id: master(ACTIVITY_TYPES),
  meeting_type_id: master(MEETING_TYPES).nullish(),
  location: oneLine(255).nullish().describe("Place of the meeting or address of the call; shown after the booking"),
  durations_minutes: z
    .array(
      z
        .number()
        .int()
        .min(5)
        .max(480)
        .meta({ examples: [30] }),
    )
    .min(1)
    .max(5)
    .refine((all) => new Set(all).size === all.length, "Each duration can occur only once")
    .default([30])
    .describe("Duration; if there are several, the visitor chooses"),
  buffer_before_minutes: buffer().describe("Time kept free before the meeting"),
  buffer_after_minutes: buffer().describe("Time kept free after the meeting"),
  minimum_notice_hours: z.number().int().min(0).max(720).default(4),
  horizon_days: z.number().int().min(1).max(60).default(30).describe("How many days ahead visitors can book, not counting today"),
  max_per_day: z
    .number()
    .int()
    .min(1)
    .max(50)
    .nullish()
    .describe("Maximum number of bookings of this link per day in the owner's time zone"),
  hours: z
    .array(Hours)
    .min(1)
    .max(50)
    .nullish()
    .describe(
      "Bookable hours within the owner's working hours, in the owner's time zone; null: all working hours, by default Monday to Friday " +
        "from 09:00 to 17:00",
    ),
  host_ids: z
    .array(id(USER))
    .max(5)
    .refine((all) => new Set(all).size === all.length, "Each user can occur only once")
    .default([])
    .describe("Users who take part in addition to the owner; all must be free"),
  questions: z.array(Question).max(5).default([]),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  owner_id: id(USER).describe("User whose time is booked"),
  token: z.string().describe("Identifies the link in its public URLs; visible to visitors"),
});

export type LinkRecord = z.output<typeof Stored> & BaseRecord;

export const BookingLinks = new Collection<LinkRecord>({
  kind: BOOKING_LINK,
  schema: Stored,
  personalData: { purpose: "Let persons book time with users.", recipients: ["public"] },
  row: ["name", "owner_id", "is_active", "activity_type_id", "token"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("owner_id") },
  filters: { is_active: { index: "by_status", field: "is_active" }, owner_id: { index: "by_class", field: "owner_id" } },
  searchWords: (link) => textSearchWords(link.name),
});
