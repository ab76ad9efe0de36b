import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for quotes: which discounts and amounts need approval, and by whom. */

const percentField = LineItems.discountPercent().nullish();

const Level = z
  .strictObject({
    name: name(100),
    discount_from: percentField.describe("Reached by a discount of at least this percentage on a line or on the whole quote"),
    discount_over: percentField.describe("Reached by a discount of more than this percentage on a line or on the whole quote"),
    discount_amount_from: amountsByCurrency.describe(
      "Reached by a discount of at least this amount on the whole quote, by currency",
    ),
    net_amount_from: amountsByCurrency.describe("Reached by at least this net amount, by currency"),
    ...approverFields,
  })
  .refine(
    (level) => level.discount_from || level.discount_over || level.discount_amount_from?.length || level.net_amount_from?.length,
    "Set at least one of discount_from, discount_over, discount_amount_from and net_amount_from",
  );

export const QuoteApproval = ruleKind({
  name: "quote_approval",
  label: "Approval of quotes",
  description: "Which discounts and amounts of a quote need approval, and by whom; the last level that is reached applies",
  schema: z.strictObject({ levels: z.array(Level).max(10) }),
  defaults: [
    {
      levels: [
        { name: "Manager", discount_from: "10", approvers: ["MANAGER"], side_by_side: false, patience: defaultDeadlines },
        { name: "Director", discount_over: "20", approvers: ["DIRECTOR"], side_by_side: false, patience: defaultDeadlines },
      ],
    },
  ],
});
