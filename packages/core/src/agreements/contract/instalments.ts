import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { amount, date, IdInput, id, oneOf } from "../../kernel/schema.ts";
import { type BilledChange, buildAmendedPlan } from "./amended-plan.rules.ts";
import { billingFrequencies, type Instalment } from "./billing-plan.rules.ts";
import { readFigures } from "./change-log.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { CONTRACT } from "./contract.kind.ts";
import { Contract } from "./contract.ts";

/** Reads the instalments of a contract. They are computed, never stored. */

const InstalmentInfo = z.object({
  number: z.number().int(),
  due_date: date(),
  period_start: date(),
  period_end: date(),
  amount: z.string().describe("Below 0: a credit, because the value fell below the amount already due"),
});

export const Info = z.object({
  contract_id: id(CONTRACT),
  contract_value: amount().describe("Sum of the instalments"),
  currency: z.string(),
  billing_frequency: oneOf(billingFrequencies),
  instalments: z.array(InstalmentInfo),
});

export const read = fn(IdInput, async (input): Promise<z.output<typeof Info>> => {
  const contract = await Contract.read(input.id);
  const { contract_value, currency, billing_frequency } = contract;
  return { contract_id: contract.id, contract_value, currency, billing_frequency, instalments: computeInstalments(contract) };
});

/** Returns the instalments of the present term, after all changes. */
export function computeInstalments(contract: ContractRecord): Instalment[] {
  const first = { ...(contract.first_agreed ?? readFigures(contract)), deliverables: [], term_number: 1, amendment_count: 0 };
  return buildAmendedPlan(first, contract.changes as BilledChange[], contract.start_date);
}

export * as ContractPlan from "./instalments.ts";
