import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { amount, date, id, oneOf, text } from "../kernel/schema.ts";
import { CONTRACT } from "./contract.domain.ts";
import { Contract } from "./contract.ts";
import { BillingPlan, billingFrequencies } from "./plan.rules.ts";

/** When which part of a contract's value is due: computed from what it says, and never stored. */

const Instalment = z.object({
  number: z.number().int(),
  due_date: date(),
  period_start: date(),
  period_end: date(),
  amount: amount(),
});

export const Info = z.object({
  contract_id: id(CONTRACT),
  contract_value: amount().describe("What the instalments add up to"),
  currency: z.string(),
  billing_frequency: oneOf(billingFrequencies),
  instalments: z.array(Instalment),
});

export const read = fn(z.strictObject({ id: text(64) }), async (one): Promise<z.output<typeof Info>> => {
  const contract = await Contract.read(one.id);
  const { contract_value, currency, billing_frequency, start_date: anchor, term_start_date: start_date, end_date } = contract;
  const instalments = BillingPlan.planOf({ contract_value, billing_frequency, start_date, end_date, anchor });
  return { contract_id: contract.id, contract_value, currency, billing_frequency, instalments };
});

export * as ContractPlan from "./instalments.ts";
