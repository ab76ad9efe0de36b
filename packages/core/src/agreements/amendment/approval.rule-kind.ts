import * as z from "zod";
import { name, oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";
import { amendmentTypes } from "./changes.rules.ts";

/** The tenant's rule for amendments: which need legal review, which need approval and by whom, and how many days back one may take effect. */

const conditionFields = {
  types: z.array(oneOf(amendmentTypes)).max(amendmentTypes.length).optional().describe("Amendments of these types"),
  value_change_from: amountsByCurrency.describe("The value rises or falls by so much, or more, by currency"),
  value_percent_from: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,2})?$/, 'Not a percentage, a decimal string such as "20"')
    .nullish()
    .describe("The value rises or falls by so many percent of it, or more"),
  clauses: z.boolean().optional().describe("Clauses get another text"),
};

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every amendment reaches it"),
    ...conditionFields,
    ...approverFields,
  })
  .refine(
    ({ every, types, value_change_from, value_percent_from, clauses }) =>
      every || types?.length || value_change_from?.length || value_percent_from || clauses,
    "Asks nothing: say every, types, an amount, a percentage or clauses",
  );

export const ContractAmendmentApproval = ruleKind({
  name: "contract_amendment_approval",
  label: "Approval of amendments",
  description:
    "Which amendments of contracts go through legal review first, which need approval, and whose; and how far back they take effect",
  schema: z.strictObject({
    legal_review: z
      .strictObject({ ...conditionFields, ...approverFields })
      .describe("Asked where one of what it says is so, or who drew it wants it"),
    levels: z.array(Level).max(10).describe("The last level that is reached decides"),
    days_back: z
      .number()
      .int()
      .min(0)
      .max(3650)
      .default(0)
      .describe("So many days before its submission an amendment may take effect"),
  }),
  defaults: [
    {
      legal_review: { clauses: true, approvers: ["DIRECTOR"], side_by_side: false, patience: defaultDeadlines },
      levels: [
        { name: "Manager", every: true, approvers: ["MANAGER"], side_by_side: false, patience: defaultDeadlines },
        { name: "Director", value_percent_from: "20", approvers: ["DIRECTOR"], side_by_side: false, patience: defaultDeadlines },
      ],
      days_back: 0,
    },
  ],
});
