import { Clock } from "../../kernel/clock.ts";
import type { AppliedChange, StoredFigures } from "./change-log.schema.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { type Change, compareChanges } from "./effective-figures.rules.ts";

/** Records an effective change, an amendment or a renewal, in its contract. */

export const readFigures = (contract: ContractRecord): StoredFigures => ({
  contract_value: contract.contract_value,
  monthly_fee: contract.monthly_fee,
  billing_frequency: contract.billing_frequency,
  payment_terms: contract.payment_terms,
  term_start_date: contract.term_start_date,
  end_date: contract.end_date,
});

type ChangeInput = Pick<Change, "kind" | "number" | "effective_date" | "set"> &
  Partial<Pick<AppliedChange, "amendment_id" | "clauses" | "is_scope" | "billed_from">>;

/** Returns the change log with one more change, in order. `contract` is the record before the change. */
export function recordChange(
  contract: ContractRecord,
  {
    kind,
    number,
    effective_date,
    billed_from = effective_date,
    set,
    amendment_id = null,
    clauses = [],
    is_scope = false,
  }: ChangeInput,
): Pick<ContractRecord, "first_agreed" | "changes"> {
  const change: AppliedChange = {
    ...{ kind, number, effective_date, billed_from, amendment_id, clauses, is_scope },
    applied_at: Clock.now(),
    set: set as AppliedChange["set"],
  };
  return {
    first_agreed: contract.first_agreed ?? readFigures(contract),
    changes: [...contract.changes, change].toSorted((left, right) => compareChanges(left as Change, right as Change)),
  };
}
