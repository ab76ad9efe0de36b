import * as z from "zod";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { IdInput, id, instant } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { CONTRACT_CLAUSE, CONTRACT_TEMPLATE } from "../contract-template/contract-template.kind.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { CONTRACT } from "./contract.kind.ts";
import { applyEdit, Contract } from "./contract.ts";
import { MAX_TERMS, Term, type TextRecord } from "./text.entity.ts";
import {
  generateWording,
  loadWording,
  loadWordingState,
  type OutdatedValue,
  type WordedContract,
  writeByHand,
} from "./wording.ts";

/**
 * The wording of a contract as terms. Each wording is an immutable record, and the contract names the current one. The wording is an agreed field, so
 * the same rules for changes apply.
 */

export type { Term } from "./text.entity.ts";

const PlainValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const Info = z.object({
  contract_id: id(CONTRACT),
  terms: z.array(Term.loose()),
  template_id: z.string().nullable(),
  template_revision: z.number().int().nullable(),
  is_frozen: z.boolean().describe("true: the contract was submitted; a new wording is rejected or makes it a DRAFT again"),
  is_by_hand: z.boolean().describe("true: a user edited the text; changes of the contract do not regenerate it"),
  outdated: z
    .array(z.object({ field: z.string().meta({ examples: ["contract.contract_value"] }), was: PlainValue, is: PlainValue }))
    .describe("DRAFT only: merge fields whose value in the text is outdated"),
  written_at: instant().nullable(),
});

export const read = fn(IdInput, async (input): Promise<z.output<typeof Info>> => {
  const contract = await Contract.read(input.id);
  const state = contract.status === "DRAFT" ? await loadWordingState(contract) : undefined;
  return presentText(contract, state?.wording ?? (await loadWording(contract)), state?.outdated);
});

function presentText(
  contract: ContractRecord,
  wording: TextRecord | undefined,
  outdated: readonly OutdatedValue[] = [],
): z.output<typeof Info> {
  return {
    contract_id: contract.id,
    terms: wording?.terms ?? [],
    template_id: wording?.template_id ?? contract.template_id,
    template_revision: wording?.template_revision ?? contract.template_revision,
    is_frozen: contract.status !== "DRAFT",
    is_by_hand: wording !== undefined && (wording.made?.is_by_hand ?? true),
    outdated: [...outdated],
    written_at: wording?.written_at ?? null,
  };
}

const TermsInput = IdInput.extend({ terms: z.array(Term).max(MAX_TERMS) });

export const setTerms = fn(TermsInput, async ({ id: contractId, terms }) => {
  const keys = terms.map(({ key }) => key);
  const details: ErrorDetail[] = keys.flatMap((key, index) =>
    keys.indexOf(key) === index ? [] : [{ field: `terms[${index}].key`, message: "Another term has the same key" }],
  );
  if (details.length > 0) throw invalidAll(details);
  return rewriteText(contractId, async (current, tx) => {
    await requireClauses(terms, (await loadWording(current))?.terms ?? []);
    return writeByHand(tx, current, terms);
  });
});

const ClauseIds = { clause_ids: z.array(id(CONTRACT_CLAUSE).nullish()) };

/** Requires that the clauses of the terms exist. Clauses of the present terms stay valid, also after they were deleted. */
async function requireClauses(terms: readonly Term[], presentTerms: readonly Term[]): Promise<void> {
  const listClauseIds = (from: readonly Term[]) => ({ clause_ids: from.map(({ clause_id }) => clause_id) });
  const details = await References.findInvalid(ClauseIds, listClauseIds(terms), listClauseIds(presentTerms));
  if (details.length === 0) return;
  throw invalidAll(
    details.map(({ field, message }) => ({ field: `${field.replace("clause_ids", "terms")}.clause_id`, message })),
  );
}

/** Replaces the wording of a contract. */
async function rewriteText(
  contract: string,
  write: (current: ContractRecord, tx: Transaction) => Promise<WordedContract<ContractRecord>>,
): Promise<z.output<typeof Info>> {
  let wording: TextRecord | undefined;
  const edit = async (current: ContractRecord, tx: Transaction): Promise<ContractRecord> => {
    const wordedContract = await write(current, tx);
    wording = wordedContract.wording;
    return applyEdit(current, wordedContract.contract);
  };
  return Records.change(Contracts, contract, edit, { answer: (storedContract) => presentText(storedContract, wording) });
}

const GenerateInput = IdInput.extend({
  template_id: id(CONTRACT_TEMPLATE).nullish().describe("Default: the template of the contract"),
  language: language().nullish().describe("Default: the first language of the template"),
});

/** Generates the wording again from the template and the present values of the contract. */
export const generate = fn(GenerateInput, ({ id: contractId, template_id, language: requestedLanguage }) =>
  rewriteText(contractId, async (current, tx) => {
    const template = template_id ?? current.template_id;
    if (!template) throw invalid("template_id", "Required, because the contract was not created from a template");
    return generateWording(tx, current, { template_id: template, language: requestedLanguage });
  }),
);

export * as ContractText from "./text.ts";
