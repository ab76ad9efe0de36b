import * as z from "zod";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, outputInstant } from "../../kernel/schema.ts";
import { calendarFields, NO_HOURS } from "./calendar.schema.ts";
import { explainDueTime, hasHours, MAX_YEARS, reasons } from "./working-time.rules.ts";

/** Previews when a target would be due by a calendar, which need not be stored, and explains why. */

/** The range of accepted instants. Time zone rules are unknown outside it. */
const [MIN_INSTANT, MAX_INSTANT] = ["1900-01-01T00:00:00.000Z", "2200-01-01T00:00:00.000Z"];
const boundedInstant = (options?: Parameters<typeof instant>[0]) =>
  instant(options).refine((time) => MIN_INSTANT <= time && time < MAX_INSTANT, "Must be between the years 1900 and 2199");

const Pause = z
  .strictObject({
    from: boundedInstant(),
    to: boundedInstant({ day: "end" }).nullish().describe("null: the pause has not ended"),
  })
  .refine(({ from, to }) => !to || from <= to, { path: ["to"], message: "Must not be before from" });

export const DueTimeExplanation = z.object({
  due_at: outputInstant().nullable().describe("null during a pause"),
  remaining_seconds: z.number().int().describe("During a pause: working time that remained when it began; otherwise 0"),
  segments: z
    .array(z.object({ from: outputInstant(), to: outputInstant(), seconds: z.number().int() }))
    .describe("Working time that counts"),
  skipped: z
    .array(z.object({ from: outputInstant(), to: outputInstant().nullable(), reason: z.enum(reasons) }))
    .describe("Time that does not count"),
});

const Preview = z.strictObject({
  calendar: z.strictObject(calendarFields).refine(hasHours, { path: ["hours"], message: NO_HOURS }),
  start: boundedInstant(),
  target_minutes: z.number().int().min(1).max(100_000_000),
  pauses: z.array(Pause).max(1000).default([]),
});

export const preview = fn(Preview, async ({ calendar, start, target_minutes, pauses }) => {
  const explanation = explainDueTime(
    calendar,
    start,
    target_minutes * 60,
    pauses.map(({ from, to }) => ({ from, to: to ?? null })),
  );
  if (!explanation)
    throw ruleViolation(`Not due within ${MAX_YEARS} years`, [
      { field: "target_minutes", message: `Exceeds the working time of ${MAX_YEARS} years: add working time to the calendar` },
    ]);
  return explanation;
});
