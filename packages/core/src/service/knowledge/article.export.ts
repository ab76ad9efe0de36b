import { declareExport } from "../../platform/export/exportable.ts";
import { Article } from "./article.ts";
import { knowledgeGrants } from "./knowledge.kind.ts";

export const articles = declareExport(Article.listDefinition, {
  entity: "knowledge",
  read: knowledgeGrants.read,
  present: async (records) => records.map(Article.present),
});
