import { domain } from "../../kernel/domain.ts";
import { ARTICLE_FEEDBACK, ARTICLE_VERSION, KNOWLEDGE_ARTICLE, knowledgeGrants } from "./knowledge.kind.ts";

export const knowledge = domain({
  name: "knowledge",
  kinds: [KNOWLEDGE_ARTICLE, ARTICLE_VERSION, ARTICLE_FEEDBACK],
  layouts: { knowledge_article: async () => (await import("./knowledge.layout.ts")).knowledgeArticle },
  grants: [knowledgeGrants],
  authorities: {
    knowledge_site: { rights: "visitor", basis: "release" },
  },
  exports: { knowledge: { read: knowledgeGrants.read, load: async () => (await import("./article.ts")).listDefinition } },
  bulk: {
    knowledge_article: {
      write: knowledgeGrants.write,
      remove: knowledgeGrants.write,
      load: async () => (await import("./article.ts")).Article,
    },
  },
  standalone: { knowledge_article: async () => (await import("./article.ts")).findReadable },
  features: { tags: [KNOWLEDGE_ARTICLE] },
  changeHandlers: { knowledge_article: async () => (await import("./term-index.ts")).updateTermIndex },
});
