import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { TemplateRecord } from "./message-template.entity.ts";

export const messageTemplate: PersonalData<TemplateRecord> = {
  purpose: "Keep texts for messages.",
  subject: undefined,
  fields: {
    name: "none",
    channel: "none",
    category: "none",
    subject: "none",
    body_html: "none",
    body_text: "none",
    language: "none",
    is_active: "none",
    description: "none",
    blocks: "none",
    code: "none",
    merge_fields: "none",
    revision: "none",
    revised_at: "none",
  },
};
