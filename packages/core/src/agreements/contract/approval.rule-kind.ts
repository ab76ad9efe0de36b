import * as z from "zod";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for contracts: which need legal review, which need approval, and by whom. */

const Review = z.strictObject({
  by_type: z.boolean().default(true).describe("Of contracts whose type says requires_legal_review"),
  contract_value_from: amountsByCurrency.describe("Of a value of so much, or more, by currency"),
  special_terms: z.boolean().default(false).describe("Of contracts with special_terms"),
  ...approverFields,
});

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every contract reaches it"),
    contract_value_from: amountsByCurrency.describe("A value of so much, or more, by currency"),
    duration_months_over: z
      .number()
      .int()
      .min(1)
      .max(1200)
      .optional()
      .describe("A term of more months than this, begun ones too"),
    auto_renew: z.boolean().optional().describe("One that renews itself"),
    special_terms: z.boolean().optional().describe("One with special_terms"),
    without_signature: z.boolean().optional().describe("One that comes into force without signatures"),
    ...approverFields,
  })
  .refine(
    ({ every, contract_value_from, duration_months_over, auto_renew, special_terms, without_signature }) =>
      every || contract_value_from?.length || duration_months_over || auto_renew || special_terms || without_signature,
    "Asks nothing: say every, a value, a duration or what it is like",
  );

export const ContractApproval = ruleKind({
  name: "contract_approval",
  label: "Approval of contracts",
  description: "Which contracts go through legal review first, and which need approval by themselves, and whose",
  schema: z.strictObject({
    legal_review: Review.nullable().describe("null: nobody reviews"),
    levels: z.array(Level).max(10).describe("The last level that is reached decides"),
  }),
  defaults: [
    {
      legal_review: {
        by_type: true,
        special_terms: false,
        approvers: ["DIRECTOR"],
        side_by_side: false,
        patience: defaultDeadlines,
      },
      levels: [],
    },
  ],
});
