import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { amount, date, id, oneOf, text } from "../kernel/schema.ts";
import { figuresIn } from "./changes.ts";
import { CONTRACT } from "./contract.domain.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { Contract } from "./contract.ts";
import { billingFrequencies, type Instalment } from "./plan.rules.ts";
import { type Followed, plannedBy } from "./planned.rules.ts";

/** When which part of a contract's value is due: computed from what it says, and never stored. */

const Shown = z.object({
  number: z.number().int(),
  due_date: date(),
  period_start: date(),
  period_end: date(),
  amount: z.string().describe("Below 0 it is a credit, where the value fell under what was due already"),
});

export const Info = z.object({
  contract_id: id(CONTRACT),
  contract_value: amount().describe("What the instalments add up to"),
  currency: z.string(),
  billing_frequency: oneOf(billingFrequencies),
  instalments: z.array(Shown),
});

export const read = fn(z.strictObject({ id: text(64) }), async (one): Promise<z.output<typeof Info>> => {
  const contract = await Contract.read(one.id);
  const { contract_value, currency, billing_frequency } = contract;
  return { contract_id: contract.id, contract_value, currency, billing_frequency, instalments: instalmentsOf(contract) };
});

/** Those of its present term, after all that has changed it. */
export function instalmentsOf(contract: ContractRecord): Instalment[] {
  const first = { ...(contract.first_agreed ?? figuresIn(contract)), deliverables: [], term_number: 1, amendment_count: 0 };
  return plannedBy(first, contract.changes as Followed[], contract.start_date);
}

export * as ContractPlan from "./instalments.ts";
