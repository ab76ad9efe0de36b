import * as z from "zod";
import { id, master, name, text, toStoredShape } from "../../kernel/schema.ts";
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
  name: name(100).describe("What is booked, as visitors read it"),
  description: text(2000).nullish(),
  is_active: z.boolean().default(true).describe("One that is not answers as if it did not exist"),
  activity_type_id: master(ACTIVITY_TYPES),
  meeting_type_id: master(MEETING_TYPES).nullish(),
  location: text(255).nullish().describe("Where people meet: a place, or the address of a call; told once it is booked"),
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
    .refine((all) => new Set(all).size === all.length, "One of them stands there twice")
    .default([30])
    .describe("How long it takes; of several, the visitor chooses"),
  buffer_before_minutes: buffer().describe("Kept free before it"),
  buffer_after_minutes: buffer().describe("Kept free behind it"),
  minimum_notice_hours: z.number().int().min(0).max(720).default(4),
  horizon_days: z.number().int().min(1).max(60).default(30).describe("So many days ahead, today not counted"),
  max_per_day: z.number().int().min(1).max(50).nullish().describe("Of this link, on a day of the owner's zone"),
  hours: z.array(Hours).min(1).max(50).nullish().describe("Within the owner's working hours, in their zone; null: all of these"),
  host_ids: z
    .array(id(USER))
    .max(5)
    .refine((all) => new Set(all).size === all.length, "Somebody stands there twice")
    .default([])
    .describe("Who takes part beside the owner: all must be free"),
  questions: z.array(Question).max(5).default([]),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  owner_id: id(USER).describe("Whose time is booked"),
  token: z.string().describe("Names the link in its public addresses; it is no secret to who sees the page"),
});

export type LinkRecord = z.output<typeof Stored> & BaseRecord;

export const BookingLinks = new Collection<LinkRecord>({
  kind: BOOKING_LINK,
  schema: Stored,
  row: ["name", "owner_id", "is_active", "activity_type_id", "token"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("owner_id") },
  filters: { is_active: { index: "by_status", field: "is_active" }, owner_id: { index: "by_class", field: "owner_id" } },
  searchWords: (link) => textSearchWords(link.name),
});
