import * as z from "zod";
import { date, name, oneLine, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords, textSortKey } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { calendarFields } from "./calendar.schema.ts";
import { CALENDAR } from "./sla.kind.ts";

export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  ...calendarFields,
  holiday_country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, "Must be an ISO 3166-1 alpha-2 code")
    .nullish()
    .describe("Public holidays of this country count as holidays")
    .meta({ examples: ["DE"] }),
  holiday_region: oneLine(10)
    .toUpperCase()
    .nullish()
    .describe("Region of the country whose regional holidays also count")
    .meta({ examples: ["BY"] }),
};

const PublicHoliday = z.object({ date: date(), name: z.string() });
export type PublicHoliday = z.output<typeof PublicHoliday>;

export const Stored = z.object({
  ...toStoredShape(fields),
  public_holidays: z
    .array(PublicHoliday)
    .describe("Holidays of the country and region for ten years after the last change of the calendar"),
});

export type CalendarRecord = z.output<typeof Stored> & BaseRecord;

export const Calendars = new Collection<CalendarRecord>({
  kind: CALENDAR,
  schema: Stored,
  personalData: { purpose: "Count working hours of support." },
  row: ["name", "description", "timezone", "holiday_country", "holiday_region"],
  indexes: { by_time: indexBy(), by_rank: sortedIndexBy((calendar) => textSortKey(calendar.name)) },
  sorts: { name: "by_rank" },
  searchWords: (calendar) => textSearchWords(calendar.name),
});
