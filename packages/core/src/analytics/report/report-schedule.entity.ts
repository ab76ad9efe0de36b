import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { weekdays } from "../../platform/user/availability.rules.ts";
import { timeOfDay } from "../../platform/user/availability.schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { REPORT, REPORT_SCHEDULE } from "./report.kind.ts";
import { formats } from "./report-run.entity.ts";
import { frequencies } from "./schedule.rules.ts";

export const MAX_RECIPIENTS = 50;

/** The fields of a schedule that users write. */
export const fields = {
  frequency: personalData("preference", oneOf(frequencies).describe("How often the report is sent")),
  time: personalData("preference", timeOfDay().describe("The time of day in the tenant's time zone, such as 07:30")),
  weekday: personalData("preference", oneOf(weekdays).nullable().default(null).describe("For WEEKLY: the day of the week")),
  month_day: personalData(
    "preference",
    z.int().min(1).max(31).nullable().default(null).describe("For MONTHLY: the day; the last one of a shorter month"),
  ),
  recipients: z
    .array(id(USER))
    .min(1)
    .max(MAX_RECIPIENTS)
    .describe("Users with whom the report is shared. Each gets the rows of their own rights"),
  format: personalData("preference", oneOf(formats)),
  is_active: personalData("preference", z.boolean().default(true)),
};

export const Stored = z.object({
  report_id: personalData("none", id(REPORT)),
  owner_id: id(USER),
  ...toStoredShape(fields),
  next_at: personalData(
    "none",
    instant().nullable().describe("When the report is sent next; null if the schedule is not active"),
  ),
  last_due_at: personalData("none", instant().nullable().describe("The instant of the last delivery")),
  skipped: z
    .array(z.object({ user_id: id(USER), due_at: personalData("none", instant()), reason: personalData("none", z.string()) }))
    .describe("Recipients who did not get the last delivery, with the reason"),
});

export type ScheduleRecord = z.output<typeof Stored> & BaseRecord;

export const ReportSchedules = new Collection<ScheduleRecord>({
  kind: REPORT_SCHEDULE,
  schema: Stored,
  personalData: {
    purpose: "Send reports to users by mail, at times that a user chose.",
    subject: aboutUser(reach("owner_id", USER)),
  },
  row: ["report_id", "owner_id", "frequency", "time", "weekday", "month_day", "format", "is_active", "next_at", "last_due_at"],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_related: indexBy("report_id") },
  owner: "owner_id",
  filters: { report_id: { index: "by_related", field: "report_id" } },
  clocks: { delivery: ({ next_at }) => next_at },
  events: { recipient_skipped: (after, before) => after.skipped.length > 0 && countNew(after, before) > 0 },
});

/** Counts the recipients who are skipped now and were not before. */
function countNew({ skipped }: ScheduleRecord, before: ScheduleRecord | undefined): number {
  const known = new Set((before?.skipped ?? []).map(({ user_id, due_at }) => `${user_id} ${due_at}`));
  return skipped.filter(({ user_id, due_at }) => !known.has(`${user_id} ${due_at}`)).length;
}
