import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** The pages of a public knowledge base. They have their own function, so that readers take no capacity from users. */
const load = () => import("../../pages/knowledge.ts");

const slug = z.string();
const optionalText = z.string().optional();
const articleFields = { slug, id: z.string() };
/** The slug in the path names the tenant. */
const pageOptions = { keyspaces: ["slug"] } as const;

const operations = [
  pageOperation({
    name: "knowledgePage",
    method: "GET",
    path: "/kb/{slug}",
    summary: "Public articles of a tenant",
    verb: fn(
      z.object({ slug, language: optionalText, category: optionalText, q: optionalText, cursor: optionalText }),
      async (query) => (await load()).show(query),
    ),
    ...pageOptions,
  }),
  pageOperation({
    name: "articlePage",
    method: "GET",
    path: "/kb/{slug}/{id}",
    summary: "Public page of an article",
    verb: fn(z.object(articleFields), async (query) => (await load()).showArticle(query)),
    ...pageOptions,
  }),
  pageOperation({
    name: "sendArticlePage",
    method: "POST",
    path: "/kb/{slug}/{id}",
    summary: "Rate whether a public article was helpful",
    verb: fn(z.object({ ...articleFields, helpful: oneOf(["yes", "no"]), comment: z.string().default("") }), async (input) =>
      (await load()).submitFeedback(input),
    ),
    ...pageOptions,
  }),
  pageOperation({
    name: "seeArticlePage",
    method: "GET",
    path: "/kb/{slug}/{id}/seen.gif",
    summary: "Record a view of a public article, by a tracking pixel",
    verb: fn(z.object(articleFields), async (query) => (await load()).recordView(query)),
    ...pageOptions,
  }),
] as const;

export const knowledge = defineApiFunction(operations, { uses: ["secrets:lookups"] });
