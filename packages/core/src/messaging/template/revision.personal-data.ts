import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { RevisionRecord } from "./revision.entity.ts";

export const templateRevision: PersonalData<RevisionRecord> = {
  purpose: "Keep the wording of templates that messages were made from.",
  subject: undefined,
  fields: {
    template_id: "none",
    revision: "none",
    subject: "none",
    body_html: "none",
    body_text: "none",
    language: "none",
    blocks: "none",
  },
};
