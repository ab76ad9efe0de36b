import { factsAround } from "../contract-template/facts.ts";
import { ContractWording } from "../contract-template/wording.ts";
import { Clock } from "../kernel/clock.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { ContractTexts, type Term, type TextRecord } from "./text.entity.ts";

/** The terms of a contract: one wording is a record that never changes, and the contract names the one that holds. */

/** What it says, for work of the house with the contract. */
export const wordingOf = async ({ text_id }: Pick<ContractRecord, "text_id">): Promise<TextRecord | undefined> =>
  text_id === null ? undefined : Records.load(ContractTexts, text_id);

/** What terms were made from. */
export interface Origin {
  template_id: string | null;
  template_revision: number | null;
}

export const byHand: Origin = { template_id: null, template_revision: null };

export interface Worded<R extends ContractRecord> {
  contract: R;
  wording: TextRecord;
}

/** Joins another wording to the transaction of a change of the contract: gives it as it is with that, before `follow` is asked. */
export function worded<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  terms: readonly Term[],
  of: Origin = byHand,
): Worded<R> {
  const wording = Records.born(ContractTexts, { contract_id: contract.id, terms: [...terms], ...of, written_at: Clock.now() });
  tx.create(ContractTexts, wording);
  return { contract: { ...contract, ...of, text_id: wording.id }, wording };
}

export interface Wanted {
  template_id: string;
  /** A tag of BCP 47; the first of the template's unless told otherwise. */
  language?: string | null | undefined;
}

/** As `worded`, with what the template says of the contract as it is. */
export async function generated<R extends ContractRecord>(tx: Transaction, contract: R, wanted: Wanted): Promise<Worded<R>> {
  const facts = await factsAround(contract, wanted.language ?? undefined);
  const { terms, template_version } = await ContractWording.generate(wanted, facts);
  const kept = terms.map(({ is_mandatory: _mandatory, ...term }): Term => term);
  return worded(tx, contract, kept, { template_id: wanted.template_id, template_revision: template_version });
}

export * as Wording from "./wording.ts";
