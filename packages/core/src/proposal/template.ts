import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { type Filled, filled, id, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Revised } from "../storage/write/revised.ts";
import { transaction } from "../storage/write/transaction.ts";
import { resolved, type Section, wrongWithSection, wrongWithSections } from "./section.rules.ts";
import {
  fields,
  ProposalTemplates,
  Revisions,
  Stored,
  Revision as StoredRevision,
  said,
  type TemplateRecord,
  TemplateSection,
  templateSectionFields,
} from "./template.entity.ts";
import { valuesAround } from "./values.ts";

/** Templates of proposals: sections that are offered more than once. */

export const Info = Stored;
export const Row = rowOf(Stored, ProposalTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });
const Query = listSchema(ProposalTemplates, { is_active: query.boolean().optional() });

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(ProposalTemplates, input);

const revised = new Revised(ProposalTemplates, Revisions, said);

export const list = fn(Query, async (input) => listRecords(ProposalTemplates, await asked(input)));

export const get = fn(One, ({ id: wanted }) => Records.read(ProposalTemplates, wanted));

export const create = fn(Create, async (input) => {
  const written = checked(filled(fields, input));
  const template = Records.born(ProposalTemplates, { ...written, ...revised.first() });
  return revised.keep(transaction().create(ProposalTemplates, template), template).commit(template);
});

export const replace = fn(Create.extend(One.shape), ({ id: wanted, ...input }) => edit(wanted, filled(fields, input)));

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch)));

type Written = Filled<typeof fields>;

const edit = (wanted: string, changes: Partial<Written>): Promise<TemplateRecord> =>
  Records.change(ProposalTemplates, wanted, (current, tx) =>
    revised.follow(tx, current, { ...current, ...checked({ ...current, ...changes }) }),
  );

export const remove = fn(One, ({ id: wanted }) => Records.remove(ProposalTemplates, wanted));

export const restore = fn(One, ({ id: wanted }) => Records.restore(ProposalTemplates, wanted));

export const revisions = revised.list();

/** A section of a template as one of a proposal. */
export const asSection = <S extends Pick<Section, "heading" | "text" | "page_break">>(section: S) => ({
  ...section,
  attachment_id: null,
  alt_text: null,
});

function checked<T extends Written>(next: T): T & Pick<TemplateRecord, "sections"> {
  const sections = next.sections.map((section) => filled(templateSectionFields, section));
  const whole = sections.map(asSection);
  const at = (place: number): string => `sections[${place}].`;
  const details = whole.flatMap((section, place) => wrongWithSection(section, at(place)));
  if (details.push(...wrongWithSections(whole, at)) > 0) throw invalidAll(details);
  return { ...next, sections };
}

/** The template that a proposal is made of. */
export async function inUse(wanted: string): Promise<TemplateRecord> {
  const template = await Records.find(ProposalTemplates, wanted);
  if (!template) throw invalid("template_id", "No such template");
  if (!template.is_active) throw invalid("template_id", "It is retired");
  return template;
}

export const Preview = z.object({
  revision: z.number().int(),
  sections: z.array(TemplateSection),
  missing: z.array(z.string()).describe("Merge fields that have no value here, and no other word for it"),
});

const about = {
  customer_id: id(CUSTOMER).nullish(),
  contact_id: id(CONTACT).nullish(),
  opportunity_id: id(OPPORTUNITY).nullish(),
  quote_id: id(QUOTE).nullish(),
};

/** What a proposal of the template would say about these; nothing is stored. */
export const preview = fn(One.extend(about), async ({ id: wanted, ...input }): Promise<z.output<typeof Preview>> => {
  const template = await Records.read(ProposalTemplates, wanted);
  const named = await Master.resolveAll(about, filled(about, input));
  const { sections, missing } = resolved(template.sections.map(asSection), await valuesAround(named));
  const shown = sections.map(({ attachment_id: _none, alt_text: _neither, ...section }) => section);
  return { revision: template.revision, sections: shown, missing: [...new Set(missing.map(({ path }) => path))] };
});

export * as ProposalTemplate from "./template.ts";
