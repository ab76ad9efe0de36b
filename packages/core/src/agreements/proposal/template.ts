import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { createTemplateVerbs } from "../versioned-offer/template.ts";
import { loadMergeValues } from "./merge-values.ts";
import { findListFaults, findSectionFaults, resolveSections, type Section } from "./section.rules.ts";
import {
  fields,
  ProposalTemplates,
  Revisions,
  revisedFields,
  Stored,
  Revision as StoredRevision,
  type TemplateRecord,
  TemplateSection,
  templateSectionFields,
} from "./template.entity.ts";

/** Templates of proposals: sections that several proposals use. */

export const Info = Stored;
export const Row = rowSchema(Stored, ProposalTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const templateVerbs = createTemplateVerbs(ProposalTemplates, Revisions, revisedFields);
export const { list, listQuery, listRevisions, loadActiveTemplate } = templateVerbs;

export const create = fn(Create, async (input) => templateVerbs.add(validateFields(toStoredFields(fields, input))));

type TemplateFields = StoredFields<typeof fields>;

export const { get, replace, update, remove, restore } = createRecordVerbs(ProposalTemplates, fields, {
  edit: (current, changes, tx) =>
    templateVerbs.applyChange(tx, current, { ...current, ...validateFields({ ...current, ...changes }) }),
});

/** Converts a section of a template to a section of a proposal. */
export const toSection = <S extends Pick<Section, "heading" | "text" | "page_break">>(section: S) => ({
  ...section,
  attachment_id: null,
  alt_text: null,
});

function validateFields<T extends TemplateFields>(next: T): T & Pick<TemplateRecord, "sections"> {
  const sections = next.sections.map((section) => toStoredFields(templateSectionFields, section));
  const fullSections = sections.map(toSection);
  const buildPath = (place: number): string => `sections[${place}].`;
  const details = fullSections.flatMap((section, place) => findSectionFaults(section, buildPath(place)));
  if (details.push(...findListFaults(fullSections, buildPath)) > 0) throw invalidAll(details);
  return { ...next, sections };
}

export const Preview = z.object({
  revision: z.number().int(),
  sections: z.array(TemplateSection),
  missing: z.array(z.string()).describe("Merge fields without a value and without a fallback"),
});

const previewFields = {
  customer_id: id(CUSTOMER).nullish(),
  contact_id: id(CONTACT).nullish(),
  opportunity_id: id(OPPORTUNITY).nullish(),
  quote_id: id(QUOTE).nullish(),
};

/** Renders a template for the given records. Nothing is stored. */
export const preview = fn(
  IdInput.extend(previewFields),
  async ({ id: templateId, ...input }): Promise<z.output<typeof Preview>> => {
    const template = await Records.read(ProposalTemplates, templateId);
    const relatedIds = await Master.resolveAll(previewFields, toStoredFields(previewFields, input));
    const { sections, missing } = resolveSections(template.sections.map(toSection), await loadMergeValues(relatedIds));
    const publicSections = sections.map(({ attachment_id: _none, alt_text: _neither, ...section }) => section);
    return { revision: template.revision, sections: publicSections, missing: [...new Set(missing.map(({ path }) => path))] };
  },
);

export * as ProposalTemplate from "./template.ts";
