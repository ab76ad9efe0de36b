import * as z from "zod";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for contracts: which need legal review, which need approval, and by whom. */

const Review = z.strictObject({
  by_type: z.boolean().default(true).describe("Review contracts whose type has requires_legal_review"),
  contract_value_from: amountsByCurrency.describe("Review contracts with at least this contract_value, by currency"),
  special_terms: z.boolean().default(false).describe("Review contracts with special_terms"),
  ...approverFields,
});

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every contract reaches this level"),
    contract_value_from: amountsByCurrency.describe("Reached by a contract_value of at least this amount, by currency"),
    duration_months_over: z
      .number()
      .int()
      .min(1)
      .max(1200)
      .optional()
      .describe("Reached by a term longer than this many months, even by a day"),
    auto_renew: z.boolean().optional().describe("Reached by a contract that renews automatically"),
    special_terms: z.boolean().optional().describe("Reached by a contract with special_terms"),
    without_signature: z.boolean().optional().describe("Reached by a contract that comes into force without signatures"),
    ...approverFields,
  })
  .refine(
    ({ every, contract_value_from, duration_months_over, auto_renew, special_terms, without_signature }) =>
      every || contract_value_from?.length || duration_months_over || auto_renew || special_terms || without_signature,
    "Set at least one of every, contract_value_from, duration_months_over, auto_renew, special_terms and without_signature",
  );

export const ContractApproval = ruleKind({
  name: "contract_approval",
  label: "Approval of contracts",
  description: "Which contracts go through legal review, which need approval, and by whom",
  schema: z.strictObject({
    legal_review: Review.nullable().describe("null: no legal review"),
    levels: z.array(Level).max(10).describe("The last level that is reached applies"),
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
