import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { conflict, isFailure } from "../../kernel/error.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { loadFacts } from "../contract-template/facts.ts";
import { type ContractFacts, fields } from "../contract-template/merge-fields.rules.ts";
import type { MergeValues } from "../contract-template/wording.rules.ts";
import { ContractWording, type GeneratedText } from "../contract-template/wording.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { ContractTexts, type Term, type TextRecord } from "./text.entity.ts";

/** The terms of a contract: one wording is a record that never changes, and the contract names the one that holds. */

/** What it says, for work of the house with the contract. */
export const loadWording = async ({ text_id }: Pick<ContractRecord, "text_id">): Promise<TextRecord | undefined> =>
  text_id === null ? undefined : Records.load(ContractTexts, text_id);

/** What terms were made from. */
export type WordingOrigin = Pick<TextRecord, "template_id" | "template_revision" | "made">;

export interface WordedContract<R extends ContractRecord> {
  contract: R;
  wording: TextRecord;
}

/** Joins another wording to the transaction of a change of the contract: gives it as it is with that, before `follow` is asked. */
export function withWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  terms: readonly Term[],
  of: WordingOrigin,
): WordedContract<R> {
  const wording = Records.init(ContractTexts, { contract_id: contract.id, terms: [...terms], ...of, written_at: Clock.now() });
  tx.create(ContractTexts, wording);
  const { template_id, template_revision } = of;
  return { contract: { ...contract, template_id, template_revision, text_id: wording.id }, wording };
}

export interface GenerateOptions {
  template_id: string;
  /** A tag of BCP 47; the first of the template's unless told otherwise. */
  language?: string | null | undefined;
}

/** As `worded`, with what the template says of the contract as it is. */
export async function generateWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  wanted: GenerateOptions,
): Promise<WordedContract<R>> {
  const facts = await loadFacts(contract, wanted.language ?? undefined);
  return storeGenerated(tx, contract, await ContractWording.generate(wanted, facts));
}

function storeGenerated<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  { terms, made: from }: GeneratedText,
): WordedContract<R> {
  const kept = terms.map(({ is_mandatory: _mandatory, ...term }): Term => term);
  const { template_id, template_revision, ...how } = from;
  return withWording(tx, contract, kept, { template_id, template_revision, made: { ...how, is_by_hand: false } });
}

/** A value that a text says, and that is another of the contract by now. */
export interface OutdatedValue {
  field: string;
  was: MergeValues[string];
  is: MergeValues[string];
}

interface WordingState {
  wording: TextRecord;
  facts: ContractFacts;
  said: MergeValues;
  outdated: OutdatedValue[];
}

/** How the terms of a contract stand to what it says by now; undefined where they were not made by a template. */
export async function loadWordingState(contract: ContractRecord): Promise<WordingState | undefined> {
  const wording = await loadWording(contract);
  if (!wording?.made) return undefined;
  const { facts, said } = await ContractWording.loadCurrentFacts(contract, wording.made);
  const outdated = Object.entries(wording.made.said).flatMap(([field, was]) => {
    const is = said[field] ?? null;
    return is === was ? [] : [{ field, was, is }];
  });
  return { wording, facts, said, outdated };
}

/** Terms that somebody writes: they say what the contract says now, as far as a template is asked about it later. */
export async function writeByHand<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  terms: readonly Term[],
): Promise<WordedContract<R>> {
  const { template_id, template_revision } = contract;
  const stood = await loadWordingState(contract);
  const how = stood?.wording.made;
  // Written as it stands, it is the template's still.
  const isSame = isDeepStrictEqual(stood?.wording.terms, terms) && stood?.outdated.length === 0;
  const from = how && stood ? { ...how, said: stood.said, is_by_hand: how.is_by_hand || !isSame } : null;
  return withWording(tx, contract, terms, { template_id, template_revision, made: from });
}

async function regenerateWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  { wording, facts }: WordingState,
): Promise<R> {
  const { template_id, template_revision, made: how } = wording;
  if (template_id === null || template_revision === null || how === null) return contract;
  return storeGenerated(tx, contract, await ContractWording.regenerate({ ...how, template_id, template_revision }, facts))
    .contract;
}

/** Of these a text says something. */
const wordingFields = new Set<string>([
  ...Object.keys(fields.contract),
  ...["customer_id", "contact_id", "opportunity_id", "contract_type_id", "owner_id", "custom_fields"],
]);

/**
 * A change of a contract that nobody has signed, with terms that say what it says then: made anew by the same template where nobody has
 * written them by hand. `isOther` tells of others that they have to be, and what was submitted is a DRAFT again.
 */
export async function updateWording<R extends ContractRecord>(
  tx: Transaction,
  current: R,
  next: R,
): Promise<{ contract: R; isOther: boolean }> {
  const same = { contract: next, isOther: false };
  if (next.text_id === null || !changedFields(current, next).some((field) => wordingFields.has(field))) return same;
  const stood = await loadWordingState(next);
  // Who answers for one that was submitted, or what others are called, is no part of what was agreed.
  const outdated = (stood?.outdated ?? []).filter(
    ({ field }) => current.status === "DRAFT" || /^(contract|custom)\./.test(field),
  );
  if (!stood || outdated.length === 0) return same;
  if (stood.wording.made?.is_by_hand) return { contract: next, isOther: true };
  try {
    return { contract: await regenerateWording(tx, next, stood), isOther: true };
  } catch (error) {
    // What stands in the way is said at the submission: until then a figure can be changed again.
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return { contract: next, isOther: true };
  }
}

/** Before it is submitted: terms that say what the contract says, or a 409 that names what they say otherwise. */
export async function requireCurrentWording<R extends ContractRecord>(tx: Transaction, contract: R): Promise<R> {
  const stood = await loadWordingState(contract);
  if (!stood || stood.outdated.length === 0) return contract;
  if (!stood.wording.made?.is_by_hand) return regenerateWording(tx, contract, stood);
  throw conflict("The text says other values than the contract", [
    { field: "text", message: "Generate it anew, or word it by hand" },
    ...stood.outdated
      .slice(0, 50)
      .map(({ field, was, is }) => ({ field, message: `The text was made with ${formatValue(was)}, it is ${formatValue(is)}` })),
  ]);
}

const formatValue = (value: MergeValues[string]): string => (value === null ? "nothing" : String(value).slice(0, 200));

export * as Wording from "./wording.ts";
