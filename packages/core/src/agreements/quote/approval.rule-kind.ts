import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { name } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultDeadlines } from "../approval/approver.rules.ts";
import { amountsByCurrency, approverFields } from "../approval/level-fields.ts";

/** The tenant's rule for quotes: from which discounts and amounts on they need approval, and by whom. */

const percentField = LineItems.discountPercent().nullish();

const Level = z
  .strictObject({
    name: name(100),
    discount_from: percentField.describe("So many percent off a line, or off the whole, or more"),
    discount_over: percentField.describe("More percent than this off a line, or off the whole"),
    discount_amount_from: amountsByCurrency.describe("So much off the whole, or more, by currency"),
    net_amount_from: amountsByCurrency.describe("A net amount of so much, or more, by currency"),
    ...approverFields,
  })
  .refine(
    (level) => level.discount_from || level.discount_over || level.discount_amount_from?.length || level.net_amount_from?.length,
    "Asks nothing: say discount_from, discount_over or an amount",
  );

export const QuoteApproval = ruleKind({
  name: "quote_approval",
  label: "Approval of quotes",
  description: "From which discount or amount on a quote needs approval, and whose; the last level that is reached decides",
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
