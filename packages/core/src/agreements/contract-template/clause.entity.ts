import * as z from "zod";
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
  body: text(bounds.text).describe("With merge fields such as {{customer.name}}, and references such as {{ref:payment}}"),
});
export type ClauseText = z.output<typeof ClauseText>;

export const clauseTextsField = () => z.array(ClauseText).max(languages.length);

export const keyField = () =>
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(KEY_PATTERN, "Not a key: lower case letters, digits and -")
    .meta({ examples: ["payment"] });

export const conditionsField = () =>
  z.array(Condition).max(MAX_CONDITIONS).default([]).describe("It stands in a contract of which all of them hold");

/** Fields of a library clause that a caller writes. */
export const fields = {
  name: name(255),
  key: keyField().nullish().describe("What other clauses call it in {{ref:…}}; made of the name unless given, and it stays"),
  category: oneLine(100).nullish(),
  is_active: z.boolean().default(true).describe("false: it is retired, and comes into no further template"),
  is_mandatory: z.boolean().default(false).describe("A contract in which it stands does not do without it"),
  when: conditionsField(),
  texts: clauseTextsField().min(1).describe("One for each language"),
};

export const revisedFields = ["name", "category", "is_mandatory", "when", "texts"] as const satisfies (keyof typeof fields)[];

const revisionField = { revision: z.number().int().describe("Rises with each change of what it says: contracts name it") };

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
  row: ["name", "key", "category", "is_active", "is_mandatory", "revision"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("category", { sparse: true }) },
  hashedTextFields: ["category"],
  filters: {
    is_active: { index: "by_status", field: "is_active" },
    category: { index: "by_class", field: "category", hasOwnCounters: true },
  },
  searchWords: ({ name: called, key: own, category }) => [
    ...textSearchWords(called),
    ...textSearchWords(own.replaceAll("-", " ")),
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
  row: ["contract_clause_id", "revision", ...revisedFields],
  parent: "contract_clause_id",
});
