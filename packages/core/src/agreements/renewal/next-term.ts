import { requestDay } from "../../kernel/day.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { omitFieldsSetLater } from "../amendment/changes.rules.ts";
import { recordChange } from "../contract/change-log.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";
import { computeInstants } from "../contract/contract.ts";
import type { Change } from "../contract/effective-figures.rules.ts";
import { planNextTerm, readTerm } from "../contract/planned-term.rules.ts";
import type { PricedTerm, RenewalOutcome } from "../contract/renewal.rules.ts";
import type { NextTermOverrides, RenewalState } from "../contract/renewal-fields.ts";
import { countTermMonths } from "../contract/term.rules.ts";
import { type RenewalRecord, Renewals, type Term } from "./renewal.entity.ts";
import { voidRenewal } from "./void-renewal.ts";

/** Writes renewal decisions to the contract and its renewal history, in the transaction of the contract. */

export const emptyRenewal: RenewalState = {
  told_for: null,
  told_on: null,
  settled_for: null,
  outcome: null,
  renewal_id: null,
  opportunity_id: null,
  wish: null,
};

const toStoredTerm = ({ number, ...term }: PricedTerm): Term => ({ term_number: number, ...term });

interface TermDecision {
  outcome: RenewalOutcome;
  is_automatic: boolean;
  reason?: string | null;
  opportunity_id?: string | null;
  wish?: NextTermOverrides | null;
}

/** Records the decision about the present term in the contract and in the history, once for each term. */
export async function decideTerm(
  contract: ContractRecord,
  tx: Transaction,
  { outcome, is_automatic, reason = null, opportunity_id = null, wish: overrides = null }: TermDecision,
): Promise<ContractRecord> {
  const { id: contract_id, contract_number, customer_id, currency, end_date, renewal } = contract;
  const before = await loadHistory(contract);
  const isSame = before?.end_date === end_date;
  const renewalFields = {
    ...{ contract_id, contract_number, customer_id, currency },
    ...toStoredTerm(readTerm(contract)),
    status: outcome === "RENEW" ? ("PLANNED" as const) : ("PROPOSED" as const),
    ...{ is_automatic, reason },
    settled_on: requestDay(),
    told_on: renewal?.told_for === end_date ? renewal.told_on : null,
    next: outcome === "RENEW" ? toStoredTerm(planNextTerm(contract, overrides)) : null,
    opportunity_id: opportunity_id ?? (isSame ? before.opportunity_id : null),
  };
  // If an amendment has moved the last day, the earlier decision becomes void.
  if (before && !isSame) voidRenewal(tx, before);
  const record =
    before && isSame ? Records.nextVersion(before, { ...before, ...renewalFields }) : Records.init(Renewals, renewalFields);
  if (before && isSame) tx.replace(Renewals, before, record);
  else tx.create(Renewals, record);
  return {
    ...contract,
    renewal: {
      ...(renewal ?? emptyRenewal),
      settled_for: end_date,
      outcome,
      renewal_id: record.id,
      opportunity_id: renewalFields.opportunity_id,
      wish: overrides,
    },
  };
}

/** Loads the renewal record of the present term, or of the last day that the term had before an amendment. */
const loadHistory = async ({ renewal }: ContractRecord): Promise<RenewalRecord | undefined> =>
  renewal?.renewal_id ? Records.load(Renewals, renewal.renewal_id) : undefined;

/** Returns the contract in its next term. The price comes from the contract as it is on the last day. */
export async function beginNextTerm(contract: ContractRecord, tx: Transaction): Promise<ContractRecord> {
  const next = planNextTerm(contract);
  const { start_date, end_date, contract_value, monthly_fee, number } = next;
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
    effective_date: start_date,
    set: { term_start_date: start_date, end_date, contract_value, monthly_fee },
  };
  // Figures that a later, already applied amendment has set stay.
  const after = { ...contract, ...omitFieldsSetLater(change.set, change, contract.changes), term_number: number };
  return {
    ...after,
    ...computeInstants(after),
    duration_months: countTermMonths({ start_date: after.term_start_date, end_date: after.end_date }, after.start_date),
    ...recordChange(contract, change),
    renewal: null,
  };
}
