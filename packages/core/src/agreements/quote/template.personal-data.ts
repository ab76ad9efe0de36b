import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { RevisionRecord, TemplateRecord } from "./template.entity.ts";

export const quoteTemplate: PersonalData<TemplateRecord> = {
  purpose: "Prepare quotes.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    quote_description: "none",
    valid_days: "none",
    discount_percent: "none",
    payment_terms: "none",
    delivery_terms: "none",
    requires_signature: "none",
    line_items: "none",
    revision: "none",
    revised_at: "none",
  },
};

export const quoteTemplateRevision: PersonalData<RevisionRecord> = {
  purpose: "Keep the wording of templates that quotes were made from.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    quote_description: "none",
    valid_days: "none",
    discount_percent: "none",
    payment_terms: "none",
    delivery_terms: "none",
    requires_signature: "none",
    line_items: "none",
    revision: "none",
    quote_template_id: "none",
  },
};
