import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ArticleRecord } from "./article.entity.ts";

export const knowledgeArticle: PersonalData<ArticleRecord> = {
  purpose: "Publish answers to frequent questions.",
  subject: undefined,
  fields: {
    title: "none",
    summary: "none",
    body: "none",
    category_id: "none",
    tags: "none",
    is_public: "none",
    author_id: "staff",
    language: "none",
    group_id: "none",
    status: "none",
    draft: "none",
    has_draft: "none",
    version_number: "none",
    published_at: "none",
    published_by: "staff",
  },
};
