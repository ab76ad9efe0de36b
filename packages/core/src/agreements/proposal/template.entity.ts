import * as z from "zod";
import { id, instant, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { sectionFields } from "./proposal.entity.ts";
import { PROPOSAL_TEMPLATE, PROPOSAL_TEMPLATE_REVISION } from "./proposal.kind.ts";
import { bounds } from "./section.rules.ts";

const templateTypes = ["TEXT", "QUOTE_LINES"] as const;

const { heading, text: textField, page_break } = sectionFields;

export const templateSectionFields = {
  section_type: oneOf(templateTypes)
    .default("TEXT")
    .describe("Templates have no pictures, because a picture is attached to one proposal"),
  heading,
  text: textField,
  page_break,
};

/** Fields of a template that a caller writes. */
export const fields = {
  name: name(255),
  description: text(1000).nullish(),
  is_active: z.boolean().default(true).describe("false: retired; no proposals can be created from it"),
  valid_days: z.number().int().min(1).max(3650).default(30).describe("Number of days from proposal_date to expiration_date"),
  requires_signature: z.boolean().default(false),
  sections: z.array(z.strictObject(templateSectionFields)).max(bounds.sections).default([]),
};

const revisionField = { revision: z.number().int().describe("Increases with each change; proposals refer to it") };
export const TemplateSection = z.object(toStoredShape(templateSectionFields));

export const Stored = z.object({
  ...toStoredShape(fields),
  sections: z.array(TemplateSection),
  ...revisionField,
  revised_at: instant(),
});

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;

export const ProposalTemplates = new Collection<TemplateRecord>({
  kind: PROPOSAL_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Prepare proposals." },
  row: ["name", "is_active", "valid_days", "requires_signature", "revision"],
  indexes: { by_time: indexBy(), by_status: indexBy("is_active") },
  filters: { is_active: { index: "by_status", field: "is_active" } },
  searchWords: (template) => textSearchWords(template.name),
});

/** The content of a template from one revision on. */
export const Revision = z.object({
  ...toStoredShape(fields),
  sections: z.array(TemplateSection),
  ...revisionField,
  proposal_template_id: id(PROPOSAL_TEMPLATE),
});

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const revisedFields = Object.keys(fields) as (keyof typeof fields)[];

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: PROPOSAL_TEMPLATE_REVISION,
  schema: Revision,
  personalData: { purpose: "Keep the wording of templates that proposals were made from." },
  row: ["proposal_template_id", "revision", ...revisedFields],
  parent: "proposal_template_id",
});
