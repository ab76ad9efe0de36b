import * as z from "zod";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for proposals: which need approval, and by whom. */

const Level = z
  .strictObject({
    name: name(100),
    every: z.boolean().optional().describe("Every proposal reaches it"),
    without_quote: z.boolean().optional().describe("One without a quote reaches it"),
    net_amount_from: amountsByCurrency.describe("A quote with a net amount of so much, or more, by currency"),
    ...approverFields,
  })
  .refine(
    ({ every, without_quote, net_amount_from }) => every || without_quote || net_amount_from?.length,
    "Asks nothing: say every, without_quote or an amount",
  );

export const ProposalApproval = ruleKind({
  name: "proposal_approval",
  label: "Approval of proposals",
  description: "Whether the quote of a proposal is approved first, and which proposals need approval by themselves, and whose",
  schema: z.strictObject({
    approved_quote: z.boolean().default(true).describe("A proposal is submitted once its quote is approved"),
    levels: z.array(Level).max(10).describe("The last level that is reached decides"),
  }),
  defaults: [{ approved_quote: true, levels: [] }],
});
