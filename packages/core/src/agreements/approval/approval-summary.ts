import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { PendingApprover } from "./approvable.ts";
import { approverKinds } from "./approver.rules.ts";
import { reachedConditions } from "./level-condition.ts";

/** The approval that was determined at the submission. */
export const ApprovalSummary = z.object({
  round: z.number().int().describe("Increases with each submission; decisions on earlier rounds have no effect"),
  rule: personalData("none", z.object({ kind: z.string(), id: z.string(), number: z.number().int() })),
  level: personalData("none", z.string().nullable().describe("null: no approval was needed")),
  approvers: z.array(oneOf(approverKinds)),
  side_by_side: z.boolean(),
  reasons: z.array(z.string()),
  conditions: reachedConditions().optional(),
  submitted_by: personalData("staff", z.string()),
  submitted_at: personalData("none", instant()),
  outcome: oneOf(["APPROVED", "REJECTED", "EXPIRED"]).nullable().describe("null while the approval is open"),
  decided_at: personalData("none", instant().nullable()),
  comment: text(2000).nullable(),
  approvals: z
    .array(PendingApprover)
    .describe(
      "The approvers as of the submission; after the decision, with their final status. `/approvals` has the current state",
    ),
});
