import * as z from "zod";
import { languages } from "../../kernel/language.ts";
import { id, instant, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { billingFrequencies } from "./billing-frequency.rules.ts";
import { clauseTextsField, conditionsField, keyField } from "./clause.entity.ts";
import { CONTRACT_CLAUSE, CONTRACT_TEMPLATE, CONTRACT_TEMPLATE_REVISION } from "./contract-template.kind.ts";
import { MAX_LEVEL } from "./numbering.rules.ts";
import { bounds } from "./wording.rules.ts";

export const templateStatuses = ["DRAFT", "ACTIVE", "RETIRED"] as const;

/** A place in a template: a library clause or a text of its own. */
export const placeFields = {
  clause_id: id(CONTRACT_CLAUSE).nullish().describe("A library clause; null: this position has its own texts"),
  clause_revision: z.number().int().min(1).nullish().describe("Revision of the clause to use. Default: the latest"),
  key: keyField().nullish().describe("Default: the key of the clause. Required for a position with its own texts"),
  level: z.number().int().min(1).max(MAX_LEVEL).default(1).describe("Level 1 is numbered 1., level 2 is 1.1, level 3 is (a)"),
  page_break: z.boolean().default(false).describe("Starts on a new page"),
  is_mandatory: z.boolean().default(false).describe("Only for a position with its own texts"),
  when: conditionsField().describe("In addition to the conditions of the clause"),
  texts: clauseTextsField().default([]).describe("Only for a position with its own texts: one text per language"),
};

/** Fields of a template that a caller writes. */
export const fields = {
  name: name(255),
  description: text(1000).nullish(),
  status: oneOf(templateStatuses).default("DRAFT").describe("Contracts can be created only from ACTIVE templates"),
  contract_type_id: master(CONTRACT_TYPES).nullish(),
  languages: z
    .array(oneOf(languages))
    .min(1)
    .max(languages.length)
    .default(["en"])
    .describe("An active template must have every clause in each of these languages"),
  billing_frequency: oneOf(billingFrequencies).nullish(),
  payment_terms: text(255).nullish(),
  renewal_notice_days: z.number().int().min(0).max(730).default(30),
  auto_renew: z.boolean().default(false),
  renewal_terms: text(10_000).nullish(),
  governing_law: name(100).nullish(),
  jurisdiction: name(100).nullish(),
  requires_signature: z.boolean().default(true),
  duration_months: z.number().int().min(1).max(1200).nullish(),
  clauses: z.array(z.strictObject(placeFields)).max(bounds.clauses).default([]),
};

export const revisedFields = (Object.keys(fields) as (keyof typeof fields)[]).filter((field) => field !== "status");

const revisionField = { revision: z.number().int().describe("Increases with each change of the content; contracts refer to it") };
export const Place = z.object({ ...toStoredShape(placeFields), key: z.string() });

export const Stored = z.object({ ...toStoredShape(fields), clauses: z.array(Place), ...revisionField, revised_at: instant() });

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;
export type PlaceRecord = z.output<typeof Place>;

export const ContractTemplates = new Collection<TemplateRecord>({
  kind: CONTRACT_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Prepare contracts." },
  row: ["name", "status", "contract_type_id", "languages", "billing_frequency", "duration_months", "revision"],
  indexes: { by_time: indexBy(), by_status: indexBy("status"), by_class: indexBy("contract_type_id", { sparse: true }) },
  filters: {
    status: { index: "by_status", field: "status" },
    contract_type: { index: "by_class", field: "contract_type_id" },
  },
  searchWords: (template) => textSearchWords(template.name),
});

const { status: _status, ...revisedShape } = fields;

/** The content of a template from one revision on. */
export const Revision = z.object({
  ...toStoredShape(revisedShape),
  clauses: z.array(Place),
  ...revisionField,
  contract_template_id: id(CONTRACT_TEMPLATE),
});

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: CONTRACT_TEMPLATE_REVISION,
  schema: Revision,
  personalData: { purpose: "Keep the wording of templates that contracts were made from." },
  row: ["contract_template_id", "revision", ...(revisedFields as (keyof Omit<typeof fields, "status">)[])],
  parent: "contract_template_id",
});
