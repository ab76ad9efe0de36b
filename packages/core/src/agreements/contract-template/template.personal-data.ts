import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { RevisionRecord, TemplateRecord } from "./template.entity.ts";

export const contractTemplate: PersonalData<TemplateRecord> = {
  purpose: "Prepare contracts.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    status: "none",
    contract_type_id: "none",
    languages: "none",
    billing_frequency: "none",
    payment_terms: "none",
    renewal_notice_days: "none",
    auto_renew: "none",
    renewal_terms: "none",
    governing_law: "none",
    jurisdiction: "none",
    requires_signature: "none",
    duration_months: "none",
    clauses: "none",
    revision: "none",
    revised_at: "none",
  },
};

export const contractTemplateRevision: PersonalData<RevisionRecord> = {
  purpose: "Keep the wording of templates that contracts were made from.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    contract_type_id: "none",
    languages: "none",
    billing_frequency: "none",
    payment_terms: "none",
    renewal_notice_days: "none",
    auto_renew: "none",
    renewal_terms: "none",
    governing_law: "none",
    jurisdiction: "none",
    requires_signature: "none",
    duration_months: "none",
    clauses: "none",
    revision: "none",
    contract_template_id: "none",
  },
};
