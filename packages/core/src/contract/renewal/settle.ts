import { dayHappened } from "../../kernel/day.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Change } from "../agreed.rules.ts";
import { unlessSetLater } from "../amendment/changes.rules.ts";
import { recorded } from "../changes.ts";
import type { ContractRecord } from "../contract.entity.ts";
import { instantsOf } from "../contract.ts";
import { type Outcome, type RenewedTerm, termAfter } from "../renewal.rules.ts";
import { monthsOf } from "../term.rules.ts";
import { type RenewalRecord, Renewals, type Term } from "./renewal.entity.ts";
import { priceRuleOf, type Settled, type Wish } from "./standing.ts";
import { voided } from "./voided.ts";

/** What a contract and its history say once something is settled of a term; each joins the transaction of the contract. */

export const none: Settled = {
  told_for: null,
  told_on: null,
  settled_for: null,
  outcome: null,
  renewal_id: null,
  opportunity_id: null,
  wish: null,
};

/** The present term. */
export const termOf = (contract: ContractRecord): RenewedTerm => ({
  number: contract.term_number,
  start_date: contract.term_start_date,
  end_date: contract.end_date,
  contract_value: contract.contract_value,
  monthly_fee: contract.monthly_fee,
});

/** The term that follows, by what the contract says now, and what somebody said by hand. */
export function nextOf(contract: ContractRecord, wish: Wish | null = contract.renewal?.wish ?? null): RenewedTerm {
  const next = termAfter(
    termOf(contract),
    wish?.contract_value != null ? { kind: "FIXED", contract_value: wish.contract_value } : priceRuleOf(contract),
    {
      anchor: contract.start_date,
      ...(wish?.duration_months != null ? { length: { months: wish.duration_months } } : {}),
      ...(wish?.end_date != null ? { end_date: wish.end_date } : {}),
    },
  );
  return wish?.monthly_fee != null ? { ...next, monthly_fee: wish.monthly_fee } : next;
}

const asStored = ({ number, ...term }: RenewedTerm): Term => ({ term_number: number, ...term });

interface Settling {
  outcome: Outcome;
  is_automatic: boolean;
  reason?: string | null;
  opportunity_id?: string | null;
  wish?: Wish | null;
}

/** The contract, of whose term it is settled what becomes of it; the history has it too, once for each term. */
export async function settled(
  contract: ContractRecord,
  tx: Transaction,
  { outcome, is_automatic, reason = null, opportunity_id = null, wish = null }: Settling,
): Promise<ContractRecord> {
  const { id: contract_id, contract_number, customer_id, currency, end_date, renewal } = contract;
  const before = await historyOf(contract);
  const isSame = before?.end_date === end_date;
  const is = {
    ...{ contract_id, contract_number, customer_id, currency },
    ...asStored(termOf(contract)),
    status: outcome === "RENEW" ? ("PLANNED" as const) : ("PROPOSED" as const),
    ...{ is_automatic, reason },
    settled_on: dayHappened(),
    told_on: renewal?.told_for === end_date ? renewal.told_on : null,
    next: outcome === "RENEW" ? asStored(nextOf(contract, wish)) : null,
    opportunity_id: opportunity_id ?? (isSame ? before.opportunity_id : null),
  };
  // Of a term that ends on another day than it did, what was settled before holds no more.
  if (before && !isSame) voided(tx, before);
  const record = before && isSame ? Records.nextVersion(before, { ...before, ...is }) : Records.born(Renewals, is);
  if (before && isSame) tx.replace(Renewals, before, record);
  else tx.create(Renewals, record);
  return {
    ...contract,
    renewal: {
      ...(renewal ?? none),
      settled_for: end_date,
      outcome,
      renewal_id: record.id,
      opportunity_id: is.opportunity_id,
      wish,
    },
  };
}

/** What was settled of the present term, or of the day on which it ended before. */
const historyOf = async ({ renewal }: ContractRecord): Promise<RenewalRecord | undefined> =>
  renewal?.renewal_id ? Records.load(Renewals, renewal.renewal_id) : undefined;

/** The contract in its next term, with what that costs by what the contract says on its last day. */
export async function begun(contract: ContractRecord, tx: Transaction): Promise<ContractRecord> {
  const next = nextOf(contract);
  const { start_date: term_start_date, end_date, contract_value, monthly_fee, number } = next;
  const record = await historyOf(contract);
  if (record)
    tx.replace(
      Renewals,
      record,
      Records.nextVersion(record, { ...record, ...asStored(termOf(contract)), status: "BEGUN", next: asStored(next) }),
    );
  const change: Change = {
    kind: "RENEWAL",
    number,
    effective_date: term_start_date,
    set: { term_start_date, end_date, contract_value, monthly_fee },
  };
  // What an amendment behind it has set already stays.
  const after = { ...contract, ...unlessSetLater(change.set, change, contract.changes), term_number: number };
  return {
    ...after,
    ...instantsOf(after),
    duration_months: monthsOf({ start_date: after.term_start_date, end_date: after.end_date }, after.start_date),
    ...recorded(contract, change),
    renewal: null,
  };
}
