import * as z from "zod";
import { date, zone } from "../../kernel/schema.ts";
import { timeOfDay } from "../../platform/user/availability.schema.ts";
import { weekdays } from "./working-time.rules.ts";

/** The fields of a calendar of working time. */

const MAX_WINDOWS = 6;
const MAX_DAYS = 1000;

const Window = z
  .tuple([timeOfDay(), timeOfDay().or(z.literal("24:00"))])
  .refine(([from, to]) => from !== to, "It ends when it begins: a whole day is from 00:00 to 24:00")
  .describe("From a time of day up to another; one that is not later is of the next day");

const windows = () => z.array(Window).max(MAX_WINDOWS);

export const hours = () =>
  z
    .partialRecord(z.enum(weekdays), windows())
    .describe("By day of the week, on which the windows begin; a day without any is closed")
    .meta({ examples: [{ mon: [["09:00", "17:00"]], fri: [["09:00", "12:00"]] }] });

export const days = () => z.array(date()).max(MAX_DAYS);

export const extraDays = () =>
  z
    .record(date(), windows())
    .refine((all) => Object.keys(all).length <= MAX_DAYS, `At most ${MAX_DAYS} days`)
    .meta({ examples: [{ "2026-12-19": [["10:00", "14:00"]] }] });

export const calendarFields = {
  timezone: zone(),
  hours: hours(),
  holidays: days().default([]).describe("Days on which the hours of the week do not count"),
  extra_days: extraDays().default({}).describe("Windows that count as well, on a holiday too, by day"),
};

export const NO_HOURS = "No working time: give a day a window, such as 09:00 to 17:00";
