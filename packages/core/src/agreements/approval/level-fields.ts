import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { amount, currency, oneOf } from "../../kernel/schema.ts";
import { approverKinds } from "./approver.rules.ts";
import { DeadlinesSchema } from "./deadlines.ts";

/** Fields that the approval rules of a tenant have in common. */

/** Whom a level asks. */
export const approverFields = {
  approvers: z.array(oneOf(approverKinds)).min(1).max(5).describe("Approvers, in this order"),
  side_by_side: z.boolean().default(false).describe("Whether all are asked at the same time instead of one after another"),
  patience: DeadlinesSchema.prefault({}).describe("Time limit of each, in calendar hours"),
};

const currencyAmount = z
  .strictObject({ currency: currency(), amount: amount() })
  .refine((entry) => "value" in Amount.parse(entry.amount, Amount.currencyDecimals(entry.currency)), {
    path: ["amount"],
    message: "Has more decimal places than the currency",
  })
  .overwrite((entry) => ({ ...entry, amount: Amount.toCurrencyPrecision("amount", entry.amount, entry.currency) }));

export const amountsByCurrency = z
  .array(currencyAmount)
  .max(50)
  .refine((all) => new Set(all.map((amount) => amount.currency)).size === all.length, "Each currency can occur only once")
  .optional();
