import type { Amount } from "../../kernel/money.ts";
import { computeNextTerm, type PricedTerm } from "./renewal.rules.ts";
import { type NextTermOverrides, type RenewalState, type RenewalTerms, resolvePriceRule } from "./renewal-fields.ts";

/** Pure: the term after the present one, from what a contract says now. */

/** The fields of a contract that its next term depends on. */
export interface TermContract extends RenewalTerms {
  term_number: number;
  start_date: string;
  term_start_date: string;
  end_date: string;
  contract_value: Amount;
  monthly_fee: Amount | null;
  renewal: Pick<RenewalState, "wish"> | null;
}

/** Returns the present term. */
export const readTerm = (contract: TermContract): PricedTerm => ({
  number: contract.term_number,
  start_date: contract.term_start_date,
  end_date: contract.end_date,
  contract_value: contract.contract_value,
  monthly_fee: contract.monthly_fee,
});

/** Returns the next term, from the present contract and the values that a user has set. */
export function planNextTerm(
  contract: TermContract,
  overrides: NextTermOverrides | null = contract.renewal?.wish ?? null,
): PricedTerm {
  const next = computeNextTerm(
    readTerm(contract),
    overrides?.contract_value != null ? { kind: "FIXED", contract_value: overrides.contract_value } : resolvePriceRule(contract),
    {
      anchor: contract.start_date,
      ...(overrides?.duration_months != null ? { length: { months: overrides.duration_months } } : {}),
      ...(overrides?.end_date != null ? { end_date: overrides.end_date } : {}),
    },
  );
  return overrides?.monthly_fee != null ? { ...next, monthly_fee: overrides.monthly_fee } : next;
}
