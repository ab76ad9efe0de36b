import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { ARTICLE_FEEDBACK, KNOWLEDGE_ARTICLE } from "./knowledge.kind.ts";

/** The feedback of a reader on an article. */
export const fields = {
  is_helpful: z.boolean(),
  comment: text(1000).nullish(),
};

export const Stored = z.object({
  article_id: personalData("none", id(KNOWLEDGE_ARTICLE)),
  ...toStoredShape(fields),
  version_number: z.number().int().describe("Version that was read"),
  given_by: oneOf(["USER", "PUBLIC"]),
  given_at: personalData("none", instant().describe("When the reader last gave feedback")),
});

export type FeedbackRecord = z.output<typeof Stored> & BaseRecord;

export const Feedbacks = new Collection<FeedbackRecord>({
  kind: ARTICLE_FEEDBACK,
  schema: Stored,
  personalData: { purpose: "Learn which articles help.", subject: aboutPerson() },
  row: ["article_id", "is_helpful", "comment", "version_number", "given_by", "given_at"],
  indexes: { by_time: indexBy(), by_related: indexBy("article_id") },
  parent: "article_id",
  filters: { is_helpful: { field: "is_helpful" } },
  sensitivity: "confidential",
});
