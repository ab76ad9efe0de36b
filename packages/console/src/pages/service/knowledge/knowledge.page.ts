import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const article = part(() => import("./article-page.tsx"), "ArticlePage");

export const knowledge = definePage({
  routes: {
    "support/knowledge": part(() => import("./knowledge-page.tsx"), "KnowledgePage"),
    "support/knowledge/create": article,
    "support/knowledge/add": article,
    "support/knowledge/edit/$id": article,
  },
});
