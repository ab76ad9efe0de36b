import { requestDay } from "../../kernel/day.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { omitFieldsSetLater } from "../amendment/changes.rules.ts";
import { recordChange } from "../contract/change-log.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";
import { computeInstants } from "../contract/contract.ts";
import type { Change } from "../contract/effective-figures.rules.ts";
import { computeNextTerm, type PricedTerm, type RenewalOutcome } from "../contract/renewal.rules.ts";
import { type NextTermOverrides, type RenewalState, resolvePriceRule } from "../contract/renewal-fields.ts";
import { countTermMonths } from "../contract/term.rules.ts";
import { type RenewalRecord, Renewals, type Term } from "./renewal.entity.ts";
import { voidRenewal } from "./void-renewal.ts";

/** What a contract and its history say once something is settled of a term; each joins the transaction of the contract. */

export const emptyRenewal: RenewalState = {
  told_for: null,
  told_on: null,
  settled_for: null,
  outcome: null,
  renewal_id: null,
  opportunity_id: null,
  wish: null,
};

/** The present term. */
export const readTerm = (contract: ContractRecord): PricedTerm => ({
  number: contract.term_number,
  start_date: contract.term_start_date,
  end_date: contract.end_date,
  contract_value: contract.contract_value,
  monthly_fee: contract.monthly_fee,
});

/** The term that follows, by what the contract says now, and what somebody said by hand. */
export function planNextTerm(
  contract: ContractRecord,
  wish: NextTermOverrides | null = contract.renewal?.wish ?? null,
): PricedTerm {
  const next = computeNextTerm(
    readTerm(contract),
    wish?.contract_value != null ? { kind: "FIXED", contract_value: wish.contract_value } : resolvePriceRule(contract),
    {
      anchor: contract.start_date,
      ...(wish?.duration_months != null ? { length: { months: wish.duration_months } } : {}),
      ...(wish?.end_date != null ? { end_date: wish.end_date } : {}),
    },
  );
  return wish?.monthly_fee != null ? { ...next, monthly_fee: wish.monthly_fee } : next;
}

const toStoredTerm = ({ number, ...term }: PricedTerm): Term => ({ term_number: number, ...term });

interface TermDecision {
  outcome: RenewalOutcome;
  is_automatic: boolean;
  reason?: string | null;
  opportunity_id?: string | null;
  wish?: NextTermOverrides | null;
}

/** The contract, of whose term it is settled what becomes of it; the history has it too, once for each term. */
export async function decideTerm(
  contract: ContractRecord,
  tx: Transaction,
  { outcome, is_automatic, reason = null, opportunity_id = null, wish = null }: TermDecision,
): Promise<ContractRecord> {
  const { id: contract_id, contract_number, customer_id, currency, end_date, renewal } = contract;
  const before = await loadHistory(contract);
  const isSame = before?.end_date === end_date;
  const is = {
    ...{ contract_id, contract_number, customer_id, currency },
    ...toStoredTerm(readTerm(contract)),
    status: outcome === "RENEW" ? ("PLANNED" as const) : ("PROPOSED" as const),
    ...{ is_automatic, reason },
    settled_on: requestDay(),
    told_on: renewal?.told_for === end_date ? renewal.told_on : null,
    next: outcome === "RENEW" ? toStoredTerm(planNextTerm(contract, wish)) : null,
    opportunity_id: opportunity_id ?? (isSame ? before.opportunity_id : null),
  };
  // Of a term that ends on another day than it did, what was settled before holds no more.
  if (before && !isSame) voidRenewal(tx, before);
  const record = before && isSame ? Records.nextVersion(before, { ...before, ...is }) : Records.init(Renewals, is);
  if (before && isSame) tx.replace(Renewals, before, record);
  else tx.create(Renewals, record);
  return {
    ...contract,
    renewal: {
      ...(renewal ?? emptyRenewal),
      settled_for: end_date,
      outcome,
      renewal_id: record.id,
      opportunity_id: is.opportunity_id,
      wish,
    },
  };
}

/** What was settled of the present term, or of the day on which it ended before. */
const loadHistory = async ({ renewal }: ContractRecord): Promise<RenewalRecord | undefined> =>
  renewal?.renewal_id ? Records.load(Renewals, renewal.renewal_id) : undefined;

/** The contract in its next term, with what that costs by what the contract says on its last day. */
export async function beginNextTerm(contract: ContractRecord, tx: Transaction): Promise<ContractRecord> {
  const next = planNextTerm(contract);
  const { start_date: term_start_date, end_date, contract_value, monthly_fee, number } = next;
  const record = await loadHistory(contract);
  if (record)
    tx.replace(
      Renewals,
      record,
      Records.nextVersion(record, { ...record, ...toStoredTerm(readTerm(contract)), status: "BEGUN", next: toStoredTerm(next) }),
    );
  const change: Change = {
    kind: "RENEWAL",
    number,
    effective_date: term_start_date,
    set: { term_start_date, end_date, contract_value, monthly_fee },
  };
  // What an amendment behind it has set already stays.
  const after = { ...contract, ...omitFieldsSetLater(change.set, change, contract.changes), term_number: number };
  return {
    ...after,
    ...computeInstants(after),
    duration_months: countTermMonths({ start_date: after.term_start_date, end_date: after.end_date }, after.start_date),
    ...recordChange(contract, change),
    renewal: null,
  };
}
