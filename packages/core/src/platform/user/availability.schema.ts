import * as z from "zod";
import { oneOf } from "../../kernel/schema.ts";
import { weekdays } from "./availability.rules.ts";

/** A local time, to the minute. */
export const timeOfDay = () => z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Must be a time of day, HH:MM");

/** A span of a weekday, in local times of a zone. */
export const Hours = z
  .strictObject({
    weekday: oneOf(weekdays),
    from: timeOfDay(),
    to: timeOfDay().or(z.literal("24:00")),
  })
  .refine(({ from, to }) => from < to, {
    path: ["to"],
    message: "Must be after from: enter a night as two spans, to 24:00 and from 00:00",
  });
