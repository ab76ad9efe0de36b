import * as z from "zod";
import { defaultDeadlines } from "./approver.rules.ts";

/** Schema of the deadlines in one level of a tenant's approval rule. Hours are calendar hours: nights and weekends count. */

const hoursField = () => z.number().int().min(1).max(2160);

export const DeadlinesSchema = z
  .strictObject({
    remind_after_hours: hoursField()
      .nullable()
      .default(defaultDeadlines.remind_after_hours)
      .describe("Hours until the approver is reminded; null: no reminder"),
    escalate_after_hours: hoursField()
      .nullable()
      .default(defaultDeadlines.escalate_after_hours)
      .describe("Hours until a higher role is asked instead; null: no escalation"),
    expire_after_hours: hoursField().default(defaultDeadlines.expire_after_hours).describe("Hours until the approval expires"),
  })
  .refine(
    (all) =>
      [all.remind_after_hours, all.escalate_after_hours, all.expire_after_hours]
        .filter((hours) => hours !== null)
        .every((hours, index, allHours) => index === 0 || hours > (allHours[index - 1] ?? 0)),
    "Must increase from remind_after_hours to escalate_after_hours to expire_after_hours",
  );
