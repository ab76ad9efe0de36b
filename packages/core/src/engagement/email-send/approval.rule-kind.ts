import * as z from "zod";
import { approverFields } from "../../agreements/approval/level-fields.ts";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";

/** The tenant's rule for bulk sends: which need approval, and by whom. */

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every send reaches this level"),
    recipients_from: z
      .number()
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe("Reached by a send whose audience has at least this many members when it is scheduled. A business counts once"),
    ...approverFields,
  })
  .refine(({ every, recipients_from }) => every || recipients_from, "Set at least one of every and recipients_from");

export const EmailSendApproval = ruleKind({
  name: "email_send_approval",
  label: "Approval of email sends",
  description: "Which bulk mails and text messages need approval before they go out, and by whom",
  schema: z.strictObject({ levels: z.array(Level).max(10).describe("The last level that is reached applies") }),
  defaults: [{ levels: [] }],
});
