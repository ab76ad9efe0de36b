import type { Layout } from "../../kernel/layout.ts";

export const knowledgeArticle: Layout = {
  lists: { versions: ["title", "version_number", "published_at"] },
};
