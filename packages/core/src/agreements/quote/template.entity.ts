import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { id, instant, name, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { lineFields } from "./line.schema.ts";
import { QUOTE_TEMPLATE, QUOTE_TEMPLATE_REVISION } from "./quote.kind.ts";

/** Maximum lines of a template. */
const MAX_TEMPLATE_LINES = 100;

/** Fields of a template that a caller writes. */
export const fields = {
  name: name(255),
  description: text(1000).nullish(),
  is_active: z.boolean().default(true).describe("false: retired; no quotes can be created from it"),
  quote_description: text(10_000).nullish().describe("Description for quotes created from the template"),
  valid_days: z.number().int().min(1).max(3650).default(30).describe("Number of days from quote_date to expiration_date"),
  discount_percent: LineItems.discountPercent().default("0"),
  payment_terms: text(255).nullish(),
  delivery_terms: text(255).nullish(),
  requires_signature: z.boolean().default(false),
  line_items: z.array(z.strictObject(lineFields)).max(MAX_TEMPLATE_LINES).default([]),
};

const revisionField = { revision: z.number().int().describe("Increases with each change; quotes refer to it") };

const TemplateLine = z.object(toStoredShape(lineFields));

export const Stored = z.object({
  ...toStoredShape(fields),
  line_items: z.array(TemplateLine),
  ...revisionField,
  revised_at: instant(),
});

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;

export const QuoteTemplates = new Collection<TemplateRecord>({
  kind: QUOTE_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Prepare quotes." },
  row: ["name", "is_active", "valid_days", "discount_percent", "requires_signature", "revision"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active") },
  filters: { is_active: { index: "by_status", field: "is_active" } },
  searchWords: (template) => textSearchWords(template.name),
});

/** The content of a template from one revision on. */
export const Revision = z.object({
  ...toStoredShape(fields),
  line_items: z.array(TemplateLine),
  ...revisionField,
  quote_template_id: id(QUOTE_TEMPLATE),
});

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const revisedFields = Object.keys(fields) as (keyof typeof fields)[];

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: QUOTE_TEMPLATE_REVISION,
  schema: Revision,
  personalData: { purpose: "Keep the wording of templates that quotes were made from." },
  row: ["quote_template_id", "revision", ...revisedFields],
  parent: "quote_template_id",
});
