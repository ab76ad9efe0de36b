import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, toStoredShape } from "../../kernel/schema.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { contentFields } from "./article.entity.ts";
import { ARTICLE_VERSION, KNOWLEDGE_ARTICLE } from "./knowledge.kind.ts";

export const Stored = z.object({
  article_id: id(KNOWLEDGE_ARTICLE),
  version_number: z.number().int(),
  ...toStoredShape(contentFields),
  published_at: instant(),
  published_by: personalData("staff", z.string()),
});

export type VersionRecord = z.output<typeof Stored> & BaseRecord;

export const ArticleVersions = new HistoryCollection<VersionRecord>({
  kind: ARTICLE_VERSION,
  schema: Stored,
  personalData: { purpose: "Keep published wording of articles." },
  row: ["article_id", "version_number", "title", "summary", "body", "published_at", "published_by"],
  parent: "article_id",
});
