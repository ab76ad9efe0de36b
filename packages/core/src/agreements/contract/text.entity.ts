import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneLine, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { CONTRACT_CLAUSE, CONTRACT_TEMPLATE } from "../contract-template/contract-template.kind.ts";
import { MAX_LEVEL } from "../contract-template/numbering.rules.ts";
import { CONTRACT, CONTRACT_TEXT } from "./contract.kind.ts";

/**
 * A wording of a contract: its ordered terms. It is a record of its own because it can be as large as an item may be. Each new wording is a new
 * record, so that what was approved and signed stays.
 */

export const MAX_TERMS = 300;

export const Term = z.strictObject({
  key: text(100).min(1).describe("Identifies the term; the same in every version of the wording"),
  level: z.number().int().min(1).max(MAX_LEVEL).optional().describe("Default: 1"),
  number: oneLine(20).describe("Printed before the heading, such as `3.2`"),
  heading: oneLine(255).nullable(),
  text: text(50_000),
  clause_id: id(CONTRACT_CLAUSE).nullish().describe("Clause from which the term was generated"),
  clause_version: z.number().int().min(1).nullish(),
  page_break: z.boolean().optional().describe("Starts on a new page"),
});
export type Term = z.output<typeof Term>;

/** The source of generated terms (`TextSource` in agreements/contract-template/wording.ts). It shows whether the terms still match the contract. */
export const TextSource = personalData(
  "free_text",
  z.object({
    language: z.string().nullable(),
    clauses: z.record(z.string(), z.number().int()),
    said: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    is_by_hand: z.boolean(),
  }),
);

export const Stored = z.object({
  contract_id: id(CONTRACT),
  terms: personalData("free_text", z.array(Term)),
  template_id: personalData("none", id(CONTRACT_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  made: TextSource.nullable().describe("null: written by hand from the start"),
  written_at: personalData("none", instant()),
});

export type TextRecord = z.output<typeof Stored> & BaseRecord;

export const ContractTexts = new Collection<TextRecord>({
  kind: CONTRACT_TEXT,
  schema: Stored,
  personalData: { purpose: "Keep the wording of a contract.", subject: aboutPerson(reach("contract_id", CONTRACT)) },
  row: ["contract_id", "template_id", "template_revision", "written_at"],
  indexes: {},
  visibleWith: "contract_id",
});
