import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { amount, currency, name, oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { approverKinds, defaultDeadlines } from "../approval/approver.rules.ts";
import { DeadlinesSchema } from "../approval/deadlines.ts";

/** The tenant's rule for quotes: from which discounts and amounts on they need approval, and by whom. */

const currencyAmount = z
  .strictObject({ currency: currency(), amount: amount() })
  .refine((each) => "value" in Amount.parse(each.amount, Amount.currencyDecimals(each.currency)), {
    path: ["amount"],
    message: "Finer than the currency",
  })
  .overwrite((each) => ({ ...each, amount: Amount.toCurrencyPrecision("amount", each.amount, each.currency) }));
export const amountsByCurrency = z
  .array(currencyAmount)
  .max(50)
  .refine((all) => new Set(all.map((each) => each.currency)).size === all.length, "A currency is named twice")
  .optional();
const percentField = LineItems.discountPercent().nullish();

const Level = z
  .strictObject({
    name: name(100),
    discount_from: percentField.describe("So many percent off a line, or off the whole, or more"),
    discount_over: percentField.describe("More percent than this off a line, or off the whole"),
    discount_amount_from: amountsByCurrency.describe("So much off the whole, or more, by currency"),
    net_amount_from: amountsByCurrency.describe("A net amount of so much, or more, by currency"),
    approvers: z.array(oneOf(approverKinds)).min(1).max(5).describe("Who is asked, in this order"),
    side_by_side: z.boolean().default(false).describe("All at once, and not one after another"),
    patience: DeadlinesSchema.prefault({}).describe("How long each has, in hours of the calendar"),
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
