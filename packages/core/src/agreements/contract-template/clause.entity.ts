import * as z from "zod";
import { createHelp } from "../../kernel/create-help.ts";
import { languages } from "../../kernel/language.ts";
import { id, instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { Condition, MAX_CONDITIONS } from "./condition.rules.ts";
import { CONTRACT_CLAUSE, CONTRACT_CLAUSE_REVISION } from "./contract-template.kind.ts";
import { KEY_PATTERN } from "./merge-fields.rules.ts";
import { bounds } from "./wording.rules.ts";

/** Maximum length, in UTF-16 units, of the texts of a clause in all languages, and of a template's own texts. Each record is one DynamoDB item. */
export const MAX_TEXT_LENGTH = 80_000;

/** The text of a clause in one language. */
export const ClauseText = z.strictObject({
  language: oneOf(languages),
  heading: oneLine(bounds.heading).nullable().default(null),
  body: text(bounds.text).describe("Can contain merge fields such as {{customer.name}} and references such as {{ref:payment}}"),
});
export type ClauseText = z.output<typeof ClauseText>;

export const clauseTextsField = () => z.array(ClauseText).max(languages.length);

export const keyField = () =>
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(KEY_PATTERN, "Must be at most 63 letters, digits or -, beginning with a letter or digit")
    .meta({ examples: ["payment"] });

export const conditionsField = () =>
  z.array(Condition).max(MAX_CONDITIONS).default([]).describe("The clause is included only if all conditions hold");

/** Fields of a library clause that a caller writes. */
export const fields = {
  name: name(255),
  key: keyField()
    .nullish()
    .describe("Name for references from other clauses: {{ref:…}}. Cannot be changed")
    .meta(createHelp("Default: derived from the name")),
  category: oneLine(100).nullish(),
  is_active: z.boolean().default(true).describe("false: retired; the clause cannot be added to templates"),
  is_mandatory: z.boolean().default(false).describe("true: a contract that includes the clause cannot drop it"),
  when: conditionsField(),
  texts: clauseTextsField().min(1).describe("One text per language"),
};

export const revisedFields = ["name", "category", "is_mandatory", "when", "texts"] as const satisfies (keyof typeof fields)[];

const revisionField = { revision: z.number().int().describe("Increases with each change of the content; contracts refer to it") };

export const Stored = z.object({
  ...toStoredShape(fields),
  key: z.string(),
  ...revisionField,
  revised_at: instant(),
});

export type ClauseRecord = z.output<typeof Stored> & BaseRecord;

export const Clauses = new Collection<ClauseRecord>({
  kind: CONTRACT_CLAUSE,
  schema: Stored,
  personalData: { purpose: "Keep wording that contracts use." },
  row: ["name", "key", "category", "is_active", "is_mandatory", "revision"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("category", { sparse: true }) },
  hashedTextFields: ["category"],
  filters: {
    is_active: { index: "by_status", field: "is_active" },
    category: { index: "by_class", field: "category", hasOwnCounters: true },
  },
  searchWords: ({ name: clauseName, key, category }) => [
    ...textSearchWords(clauseName),
    ...textSearchWords(key.replaceAll("-", " ")),
    ...textSearchWords(category),
  ],
});

const { name: _name, category: _category, is_mandatory, when, texts } = fields;

/** The content of a clause from one revision on. */
export const Revision = z.object({
  ...toStoredShape({ name: _name, category: _category, is_mandatory, when, texts }),
  ...revisionField,
  contract_clause_id: id(CONTRACT_CLAUSE),
});

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: CONTRACT_CLAUSE_REVISION,
  schema: Revision,
  personalData: { purpose: "Keep the wording of clauses that contracts were made from." },
  row: ["contract_clause_id", "revision", ...revisedFields],
  parent: "contract_clause_id",
});
