import * as z from "zod";
import { text } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { MAX_LEVELS } from "./reminder.rules.ts";

/** The tenant's rule for payment terms, and for reminders of invoices that are overdue. */

const Level = z.strictObject({
  days_after_due: z.number().int().min(1).max(365).describe("Days after the due date"),
  text: text(2000).nullish().describe("Text of the mail in place of the usual one"),
});

export const InvoiceReminders = ruleKind({
  name: "invoice_reminders",
  label: "Payment terms and reminders",
  description: "Within how many days an invoice is due, and when its customer is reminded of it",
  schema: z.strictObject({
    payment_days: z.number().int().min(0).max(365).describe("Days from the date of an invoice to its due date"),
    levels: z
      .array(Level)
      .max(MAX_LEVELS)
      .refine(
        (levels) => levels.every(({ days_after_due }, index) => days_after_due > (levels[index - 1]?.days_after_due ?? 0)),
        "Each level must be later than the one before",
      )
      .describe("Empty: no reminders"),
  }),
  defaults: [{ payment_days: 14, levels: [{ days_after_due: 7 }, { days_after_due: 21 }, { days_after_due: 35 }] }],
});
