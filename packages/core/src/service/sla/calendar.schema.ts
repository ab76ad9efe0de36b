import * as z from "zod";
import { date, zone } from "../../kernel/schema.ts";
import { timeOfDay } from "../../platform/user/availability.schema.ts";
import { weekdays } from "./working-time.rules.ts";

/** The fields of a calendar of working time. */

const MAX_WINDOWS = 6;
const MAX_DAYS = 1000;

const Window = z
  .tuple([timeOfDay(), timeOfDay().or(z.literal("24:00"))])
  .refine(([from, to]) => from !== to, "Start and end must differ: a whole day is 00:00 to 24:00")
  .describe("Start and end time; an end that is not after the start is on the next day");

const windows = () => z.array(Window).max(MAX_WINDOWS);

const hours = () =>
  z
    .partialRecord(z.enum(weekdays), windows())
    .describe("Windows by the day of the week on which they start. A day without windows is closed")
    .meta({ examples: [{ mon: [["09:00", "17:00"]], fri: [["09:00", "12:00"]] }] });

const days = () => z.array(date()).max(MAX_DAYS);

const extraDays = () =>
  z
    .record(date(), windows())
    .refine((all) => Object.keys(all).length <= MAX_DAYS, `Must have at most ${MAX_DAYS} days`)
    .meta({ examples: [{ "2026-12-19": [["10:00", "14:00"]] }] });

export const calendarFields = {
  timezone: zone(),
  hours: hours(),
  holidays: days().default([]).describe("Days on which the weekly hours do not apply"),
  extra_days: extraDays().default({}).describe("Additional windows by day; they also apply on holidays"),
};

export const NO_HOURS = "No working time: add a window to a day, such as 09:00 to 17:00";
