import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** `standalone`: no other record decides who can read an article. Its status does. */
export const KNOWLEDGE_ARTICLE = kind("knowledge_article", "kna", {
  path: "/support/knowledge",
  isStandalone: true,
  load: () => import("./article.entity.ts"),
  shape: 2,
  display: { menu: "service", icon: "book-open-text", title: "{title}" },
});

/** The content of an article at each publication. */
export const ARTICLE_VERSION = kind("article_version", "knv", { derived: true, load: () => import("./version.entity.ts") });

/** One reader's feedback on an article. The API serves it below the article. */
export const ARTICLE_FEEDBACK = kind("article_feedback", "knf", {
  isStandalone: true,
  load: () => import("./feedback.entity.ts"),
});

/** Users with write permission are authors, who also see drafts. */
export const knowledgeGrants = declarePermissions("knowledge_article", {
  read: everyone,
  write: [...leaders, "SUPPORT_AGENT"],
});
