import * as z from "zod";
import { id, instant, storedOf } from "../kernel/schema.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { History } from "../storage/table/history.ts";
import { saying } from "./article.entity.ts";
import { ARTICLE_VERSION, KNOWLEDGE_ARTICLE } from "./knowledge.domain.ts";

export const Stored = z.object({
  article_id: id(KNOWLEDGE_ARTICLE),
  version_number: z.number().int(),
  ...storedOf(saying),
  published_at: instant(),
  published_by: z.string(),
});

export type VersionRecord = z.output<typeof Stored> & BaseRecord;

export const ArticleVersions = new History<VersionRecord>({
  kind: ARTICLE_VERSION,
  schema: Stored,
  row: ["article_id", "version_number", "title", "summary", "body", "published_at", "published_by"],
  parent: "article_id",
});
