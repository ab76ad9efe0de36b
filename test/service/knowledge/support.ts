import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../../support/app.ts";

/** Helpers for tests of the knowledge base. */

export type Client = Tenant["admin"];

/** Creates a published article. */
export async function createPublishedArticle(app: App, as: Client, title: string, more: Record<string, unknown> = {}) {
  const { data } = await as.createKnowledgeArticle({ title, body: `All about it: ${title}`, ...more });
  const { data: article } = await as.publishArticle({ id: data.id });
  await app.settle();
  return article;
}

export const listTitles = (found: readonly { title?: string | undefined }[]): string[] => found.map(({ title = "" }) => title);
