import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { Article } from "./article.ts";

export const Info = z.object({
  title: z.string(),
  summary: z.string().nullable(),
  html: z.string(),
  is_draft: z.boolean().describe("true: readers see other content, or nothing"),
});

/** Renders an article as readers will see it once its draft is published. */
export const preview = fn(IdInput, async ({ id }): Promise<z.output<typeof Info>> => {
  const article = await Article.get({ id });
  const { renderMarkdown } = await import("./markdown.ts");
  const { title, summary, body } = article.draft ?? article;
  return { title, summary, html: renderMarkdown(body), is_draft: article.draft !== null || article.status !== "PUBLISHED" };
});

export * as Preview from "./preview.ts";
