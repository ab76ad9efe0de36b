import * as z from "zod";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type Language, language as languageTag, matchLanguage } from "../../kernel/language.ts";
import { text } from "../../kernel/schema.ts";
import { findKind } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { CONTRACT_CLAUSE } from "./contract-template.kind.ts";
import { loadCustomTypes } from "./custom-fields.ts";
import { type ContractLike, Facts, loadFacts } from "./facts.ts";
import { resolveContractLocale } from "./locale.ts";
import type { ContractFacts } from "./merge-fields.rules.ts";
import { loadPlacedClauses, type RevisionMap } from "./placed-clauses.ts";
import { ContractTemplates, type RevisionRecord, type TemplateRecord } from "./template.entity.ts";
import { ContractTemplate } from "./template.ts";
import {
  collectValues,
  composeTerms,
  fillHiddenFacts,
  type MergeValues,
  type MissingValue,
  refreshValues,
  type Term as TermOf,
} from "./wording.rules.ts";

/** Generates the text of a contract from a template. The contract keeps the generated text; later changes of the template do not affect it. */

export const Term = z.object({
  key: z.string(),
  number: z.string().describe("Printed before the clause: `1.`, `1.1`, `(a)`"),
  heading: z.string().nullable(),
  text: z.string(),
  level: z.number().int(),
  clause_id: z.string().nullable().meta({ "x-record": CONTRACT_CLAUSE.name }),
  clause_version: z.number().int().nullable().describe("Revision of the clause; null for the template's own text"),
  page_break: z.boolean(),
  is_mandatory: z.boolean(),
});
export type Term = TermOf;

/** The source of a text. Generating from the same source gives the same text, even if the template and its clauses have changed since. */
export interface TextSource {
  template_id: string;
  template_revision: number;
  /** The language as the caller requested it. */
  language: string | null;
  clauses: RevisionMap;
  said: MergeValues;
}

export interface GeneratedText {
  terms: Term[];
  missing: MissingValue[];
  template_version: number;
  language: Language;
  source: TextSource;
  /** Defaults for a contract of this template. */
  template: RevisionRecord | TemplateRecord;
}

export interface GenerateOptions {
  template_id: string;
  /** The default is the latest. */
  version?: number | undefined;
  /** A BCP 47 tag; the default is the template's first language. */
  language?: string | null | undefined;
}

/**
 * Generates a text from an active template. Throws a 400 if the template is not active, lacks the language, or refers to a clause that is left out.
 */
export async function generate(
  { template_id, version, language }: GenerateOptions,
  facts: ContractFacts,
): Promise<GeneratedText> {
  return composeText(await ContractTemplate.loadActiveTemplate(template_id), { version, language, errorField: "version" }, facts);
}

/** Generates the text again with new facts from the same revisions, even if the template is retired. */
export async function regenerate(
  { template_id, template_revision, language, clauses }: TextSource,
  facts: ContractFacts,
): Promise<GeneratedText> {
  const template = await Records.load(ContractTemplates, template_id);
  if (!template) throw invalid("template_id", "The template no longer exists");
  return composeText(template, { version: template_revision, language, errorField: "template_id", clauses }, facts);
}

/**
 * Loads the present facts of a contract, and the present values of the fields in the text. Values that the caller does not see stay as they are in
 * the text.
 */
export async function loadCurrentFacts(
  contract: ContractLike,
  { said: storedValues, language }: Pick<TextSource, "said" | "language">,
): Promise<{ facts: ContractFacts; said: MergeValues }> {
  const [contractFacts, customTypes] = await Promise.all([loadFacts(contract, language ?? undefined), loadCustomTypes()]);
  const facts = fillHiddenFacts(contractFacts, storedValues, (group) => contract[`${group}_id`] != null);
  return { facts, said: refreshValues(storedValues, facts, customTypes) };
}

interface WordingRequest extends Omit<GenerateOptions, "template_id"> {
  errorField: string;
  clauses?: RevisionMap;
}

async function composeText(
  template: TemplateRecord,
  { version, language: requestedLanguage, errorField, clauses }: WordingRequest,
  facts: ContractFacts,
): Promise<GeneratedText> {
  const source =
    version === undefined || version === template.revision ? template : await ContractTemplate.loadRevision(template, version);
  if (!source) throw invalid(errorField, `No such revision: the template has revisions up to ${template.revision}`);
  const language = requestedLanguage ? matchLanguage(requestedLanguage) : source.languages[0];
  if (!language || !source.languages.includes(language))
    throw invalid("language", `Must be a language of the template: ${source.languages.join(", ")}`);
  const [customTypes, { pieces, without }] = await Promise.all([loadCustomTypes(), loadPlacedClauses(source, language, clauses)]);
  if (without.length > 0)
    throw invalidAll(
      without.map((index) => ({
        field: `clauses[${index}]`,
        message: `The clause no longer exists, or has no text in ${language}`,
      })),
    );
  const { terms, missing, details } = composeTerms(
    pieces,
    facts,
    customTypes,
    resolveContractLocale(requestedLanguage, language),
  );
  if (details.length > 0)
    throw invalidAll(
      details.slice(0, 100).map(({ field, message }) => ({ field: "template_id", message: `${field}: ${message}` })),
    );
  const textSource: TextSource = {
    ...{ template_id: template.id, template_revision: source.revision, language: requestedLanguage ?? null },
    clauses: Object.fromEntries(
      pieces.flatMap(({ clause_id, clause_version }) =>
        clause_id !== null && clause_version !== null ? [[clause_id, clause_version]] : [],
      ),
    ),
    said: collectValues(pieces, facts, customTypes),
  };
  return { terms, missing, template_version: source.revision, language, template: source, source: textSource };
}

export const Preview = z.object({
  revision: z.number().int(),
  language: z.string(),
  terms: z.array(Term.meta({ id: "ContractTerm" })),
  missing: z
    .array(z.object({ key: z.string().describe("Key of the clause"), path: z.string() }))
    .describe("Merge fields without a value; the text has a blank line instead"),
});

/** Renders the text that a contract of this template would get. Nothing is stored. */
export const preview = fn(
  z.strictObject({
    id: text(64),
    facts: Facts.optional().describe("Values for merge fields; they override the values from contract_id"),
    contract_id: text(64).nullish().describe("Takes values from this contract, which the caller must be able to see"),
    revision: z.number().int().min(1).optional().describe("Default: the latest revision"),
    language: languageTag().optional().describe("Default: the first language of the template"),
  }),
  async ({ id, facts = {}, contract_id, revision, language }): Promise<z.output<typeof Preview>> => {
    const template = await Records.read(ContractTemplates, id);
    const contractFacts = contract_id ? await loadFacts(await loadContract(contract_id), language) : {};
    const all = mergeFacts(contractFacts, facts as ContractFacts);
    const {
      terms,
      missing,
      template_version,
      language: textLanguage,
    } = await composeText(template, { version: revision, language, errorField: "revision" }, all);
    return { revision: template_version, language: textLanguage, terms, missing };
  },
);

/** Contracts are a domain that depends on this one, so the kind is looked up by name. */
async function loadContract(id: string): Promise<ContractLike> {
  const record = await Records.findVisible(findKind("contract"), id);
  if (!record) throw invalid("contract_id", "No such contract");
  return record as unknown as ContractLike;
}

const mergeFacts = (baseFacts: ContractFacts, overrides: ContractFacts): ContractFacts =>
  Object.fromEntries(
    [...new Set([...Object.keys(baseFacts), ...Object.keys(overrides)])].map((group) => [
      group,
      { ...baseFacts[group as keyof ContractFacts], ...overrides[group as keyof ContractFacts] },
    ]),
  );

export * as ContractWording from "./wording.ts";
