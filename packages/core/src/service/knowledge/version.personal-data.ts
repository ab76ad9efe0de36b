import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { VersionRecord } from "./version.entity.ts";

export const articleVersion: PersonalData<VersionRecord> = {
  purpose: "Keep published wording of articles.",
  subject: undefined,
  fields: {
    article_id: "none",
    version_number: "none",
    title: "none",
    summary: "none",
    body: "none",
    published_at: "none",
    published_by: "staff",
  },
};
