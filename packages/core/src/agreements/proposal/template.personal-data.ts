import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { RevisionRecord, TemplateRecord } from "./template.entity.ts";

export const proposalTemplate: PersonalData<TemplateRecord> = {
  purpose: "Prepare proposals.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    valid_days: "none",
    requires_signature: "none",
    sections: "none",
    revision: "none",
    revised_at: "none",
  },
};

export const proposalTemplateRevision: PersonalData<RevisionRecord> = {
  purpose: "Keep the wording of templates that proposals were made from.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    valid_days: "none",
    requires_signature: "none",
    sections: "none",
    revision: "none",
    proposal_template_id: "none",
  },
};
