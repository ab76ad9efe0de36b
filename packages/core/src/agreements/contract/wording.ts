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

/** The terms of a contract. Each wording is an immutable record, and the contract names the current one. */

/** Loads the current wording without a permission check, for internal use. */
export const loadWording = async ({ text_id }: Pick<ContractRecord, "text_id">): Promise<TextRecord | undefined> =>
  text_id === null ? undefined : Records.load(ContractTexts, text_id);

/** The template and values that terms were made from. */
type WordingOrigin = Pick<TextRecord, "template_id" | "template_revision" | "made">;

export interface WordedContract<R extends ContractRecord> {
  contract: R;
  wording: TextRecord;
}

/**
 * Creates a wording in the transaction and returns the contract that names it. The caller still applies the edit rules (`applyEdit`) to the returned
 * contract.
 */
function withWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  terms: readonly Term[],
  origin: WordingOrigin,
): WordedContract<R> {
  const wording = Records.init(ContractTexts, {
    contract_id: contract.id,
    terms: [...terms],
    ...origin,
    written_at: Clock.now(),
  });
  tx.create(ContractTexts, wording);
  const { template_id, template_revision } = origin;
  return { contract: { ...contract, template_id, template_revision, text_id: wording.id }, wording };
}

interface GenerateOptions {
  template_id: string;
  /** A BCP 47 tag; the default is the template's first language. */
  language?: string | null | undefined;
}

/** Generates a wording from the template and the present values of the contract, and stores it with `withWording`. */
export async function generateWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  options: GenerateOptions,
): Promise<WordedContract<R>> {
  const facts = await loadFacts(contract, options.language ?? undefined);
  return storeGenerated(tx, contract, await ContractWording.generate(options, facts));
}

function storeGenerated<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  { terms, source }: GeneratedText,
): WordedContract<R> {
  const storedTerms = terms.map(({ is_mandatory: _mandatory, ...term }): Term => term);
  const { template_id, template_revision, ...textSource } = source;
  return withWording(tx, contract, storedTerms, { template_id, template_revision, made: { ...textSource, is_by_hand: false } });
}

/** A value in the wording that differs from the present value. */
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

/** Compares the wording with the present values of the contract. Returns undefined if the wording was not made from a template. */
export async function loadWordingState(contract: ContractRecord): Promise<WordingState | undefined> {
  const wording = await loadWording(contract);
  if (!wording?.made) return undefined;
  const { facts, said: values } = await ContractWording.loadCurrentFacts(contract, wording.made);
  const outdated = Object.entries(wording.made.said).flatMap(([field, storedValue]) => {
    const currentValue = values[field] ?? null;
    return currentValue === storedValue ? [] : [{ field, was: storedValue, is: currentValue }];
  });
  return { wording, facts, said: values, outdated };
}

/** Stores terms that a user wrote. The present values count as their source, so only later changes make them outdated. */
export async function writeByHand<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  terms: readonly Term[],
): Promise<WordedContract<R>> {
  const { template_id, template_revision } = contract;
  const state = await loadWordingState(contract);
  const previousOrigin = state?.wording.made;
  // Unchanged terms still count as generated.
  const isSame = isDeepStrictEqual(state?.wording.terms, terms) && state?.outdated.length === 0;
  const from =
    previousOrigin && state ? { ...previousOrigin, said: state.said, is_by_hand: previousOrigin.is_by_hand || !isSame } : null;
  return withWording(tx, contract, terms, { template_id, template_revision, made: from });
}

async function regenerateWording<R extends ContractRecord>(
  tx: Transaction,
  contract: R,
  { wording, facts }: WordingState,
): Promise<R> {
  const { template_id, template_revision, made: textSource } = wording;
  if (template_id === null || template_revision === null || textSource === null) return contract;
  return storeGenerated(tx, contract, await ContractWording.regenerate({ ...textSource, template_id, template_revision }, facts))
    .contract;
}

/** Fields whose values can appear in a wording. */
const wordingFields = new Set<string>([
  ...Object.keys(fields.contract),
  ...["customer_id", "contact_id", "opportunity_id", "contract_type_id", "owner_id", "custom_fields"],
]);

/**
 * Updates the wording with a change of an unsigned contract. A generated wording is generated again from the same template revisions; one written by
 * hand stays. `isOther` is true if the wording is or becomes outdated: a submitted contract is then a DRAFT again.
 */
export async function updateWording<R extends ContractRecord>(
  tx: Transaction,
  current: R,
  next: R,
): Promise<{ contract: R; isOther: boolean }> {
  const sameResult = { contract: next, isOther: false };
  if (next.text_id === null || !changedFields(current, next).some((field) => wordingFields.has(field))) return sameResult;
  const state = await loadWordingState(next);
  // After the submission, only values of the contract itself count. A new owner, or a new name of another record, does not change what was agreed.
  const outdated = (state?.outdated ?? []).filter(
    ({ field }) => current.status === "DRAFT" || /^(contract|custom)\./.test(field),
  );
  if (!state || outdated.length === 0) return sameResult;
  if (state.wording.made?.is_by_hand) return { contract: next, isOther: true };
  try {
    return { contract: await regenerateWording(tx, next, state), isOther: true };
  } catch (error) {
    // The submission reports the fault. Until then the caller can change the values again.
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return { contract: next, isOther: true };
  }
}

/**
 * Prepares a wording for the submission. A generated wording is generated again with the present values; one written by hand with outdated values is
 * a conflict that names them.
 */
export async function requireCurrentWording<R extends ContractRecord>(tx: Transaction, contract: R): Promise<R> {
  const state = await loadWordingState(contract);
  if (!state || state.outdated.length === 0) return contract;
  if (!state.wording.made?.is_by_hand) return regenerateWording(tx, contract, state);
  throw conflict("The text has outdated values of the contract", [
    { field: "text", message: "Generate the text again, or edit it by hand" },
    ...state.outdated.slice(0, 50).map(({ field, was: storedValue, is: currentValue }) => ({
      field,
      message: `The text has ${formatValue(storedValue)}, the contract has ${formatValue(currentValue)}`,
    })),
  ]);
}

const formatValue = (value: MergeValues[string]): string => (value === null ? "nothing" : String(value).slice(0, 200));
