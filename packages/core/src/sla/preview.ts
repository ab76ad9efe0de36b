import * as z from "zod";
import { ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { instant, shownInstant } from "../kernel/schema.ts";
import { calendarFields, NO_HOURS } from "./calendar.schema.ts";
import { explained, hasHours, MOST_YEARS, reasons } from "./working-time.rules.ts";

/** When a target would be due by a calendar that need not be stored, and why. */

/** Of instants that are counted from: further away, no zone is known. */
const [EARLIEST, LATEST] = ["1900-01-01T00:00:00.000Z", "2200-01-01T00:00:00.000Z"];
const near = () => instant().refine((at) => EARLIEST <= at && at < LATEST, "Not within the years 1900 to 2199");

const Pause = z
  .strictObject({ from: near(), to: near().nullish().describe("null: it goes on") })
  .refine(({ from, to }) => !to || from <= to, { path: ["to"], message: "Before from" });

export const Explained = z.object({
  due_at: shownInstant().nullable().describe("null while a pause goes on"),
  remaining_seconds: z.number().int().describe("Of working time when the pause began that goes on; else 0"),
  segments: z
    .array(z.object({ from: shownInstant(), to: shownInstant(), seconds: z.number().int() }))
    .describe("Working time that counts"),
  skipped: z
    .array(z.object({ from: shownInstant(), to: shownInstant().nullable(), reason: z.enum(reasons) }))
    .describe("Time that does not"),
});

export const Preview = z.strictObject({
  calendar: z.strictObject(calendarFields).refine(hasHours, { path: ["hours"], message: NO_HOURS }),
  start: near(),
  target_minutes: z.number().int().min(1).max(100_000_000),
  pauses: z.array(Pause).max(1000).default([]),
});

export const preview = fn(Preview, async ({ calendar, start, target_minutes, pauses }) => {
  const told = explained(
    calendar,
    start,
    target_minutes * 60,
    pauses.map(({ from, to }) => ({ from, to: to ?? null })),
  );
  if (!told)
    throw ruleViolation(`Not due within ${MOST_YEARS} years`, [
      { field: "target_minutes", message: `More than the working time of ${MOST_YEARS} years: give the calendar more of it` },
    ]);
  return told;
});
