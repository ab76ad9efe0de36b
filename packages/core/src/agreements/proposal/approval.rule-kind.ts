import * as z from "zod";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for proposals: which need approval, and by whom. */

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every proposal reaches this level"),
    without_quote: z.boolean().optional().describe("Reached by a proposal without a quote"),
    net_amount_from: amountsByCurrency.describe("Reached by a quote with at least this net amount, by currency"),
    ...approverFields,
  })
  .refine(
    ({ every, without_quote, net_amount_from }) => every || without_quote || net_amount_from?.length,
    "Set at least one of every, without_quote and net_amount_from",
  );

export const ProposalApproval = ruleKind({
  name: "proposal_approval",
  label: "Approval of proposals",
  description: "Whether the quote must be approved first, which proposals need approval, and by whom",
  schema: z.strictObject({
    approved_quote: z.boolean().default(true).describe("true: a proposal can be submitted only after its quote is approved"),
    levels: z.array(Level).max(10).describe("The last level that is reached applies"),
  }),
  defaults: [{ approved_quote: true, levels: [] }],
});
