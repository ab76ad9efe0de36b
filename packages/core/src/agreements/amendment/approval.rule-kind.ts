import * as z from "zod";
import { name, oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";
import { amendmentTypes } from "./changes.rules.ts";

/** The tenant's rule for amendments: which need legal review, which need approval and by whom, and how many days back one may take effect. */

const conditionFields = {
  types: z.array(oneOf(amendmentTypes)).max(amendmentTypes.length).optional().describe("Amendments of these types"),
  value_change_from: amountsByCurrency.describe("Minimum increase or decrease of the value, by currency"),
  value_percent_from: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,2})?$/, 'Must be a percentage, as a decimal string such as "20"')
    .nullish()
    .describe("Minimum increase or decrease of the value, in percent"),
  clauses: z.boolean().optional().describe("Amendments that change the text of clauses"),
};

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every amendment reaches the level"),
    ...conditionFields,
    ...approverFields,
  })
  .refine(
    ({ every, types, value_change_from, value_percent_from, clauses }) =>
      every || types?.length || value_change_from?.length || value_percent_from || clauses,
    "Requires a condition: every, types, an amount, a percentage or clauses",
  );

export const ContractAmendmentApproval = ruleKind({
  name: "contract_amendment_approval",
  label: "Approval of amendments",
  description: "Which contract amendments need a legal review or an approval, and by whom; and how far back they may take effect",
  schema: z.strictObject({
    legal_review: z
      .strictObject({ ...conditionFields, ...approverFields })
      .describe("Required if one of its conditions holds, or if the author requests it"),
    levels: z.array(Level).max(10).describe("The last level that is reached applies"),
    days_back: z
      .number()
      .int()
      .min(0)
      .max(3650)
      .default(0)
      .describe("Number of days before its submission on which an amendment may take effect at the earliest"),
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
