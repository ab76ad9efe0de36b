import { declared } from "../jobs/export/exportable.ts";
import { Article } from "./article.ts";
import { knowledgeGrants } from "./knowledge.domain.ts";

export const articles = declared(Article.listed, {
  entity: "knowledge",
  read: knowledgeGrants.read,
  shown: async (records) => records.map(Article.shown),
});
