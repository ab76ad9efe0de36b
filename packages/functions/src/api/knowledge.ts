import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { page } from "../http/page.ts";

/** A knowledge base for the public. A function of its own: who reads there takes no room from those who work. */
const load = () => import("../pages/knowledge.ts");

const slug = z.string();
const typed = z.string().optional();
const one = { slug, id: z.string() };
/** The slug of a tenant leads to it. */
const open = { keyspaces: ["slug"] } as const;

const operations = [
  page({
    name: "knowledgePage",
    method: "GET",
    path: "/kb/{slug}",
    summary: "The articles that a tenant's public may read",
    verb: fn(z.object({ slug, language: typed, category: typed, q: typed, cursor: typed }), async (asked) =>
      (await load()).show(asked),
    ),
    ...open,
  }),
  page({
    name: "articlePage",
    method: "GET",
    path: "/kb/{slug}/{id}",
    summary: "An article for the public",
    verb: fn(z.object(one), async (asked) => (await load()).read(asked)),
    ...open,
  }),
  page({
    name: "sendArticlePage",
    method: "POST",
    path: "/kb/{slug}/{id}",
    summary: "Say whether an article helped",
    verb: fn(z.object({ ...one, helpful: oneOf(["yes", "no"]), comment: z.string().default("") }), async (told) =>
      (await load()).tell(told),
    ),
    ...open,
  }),
  page({
    name: "seeArticlePage",
    method: "GET",
    path: "/kb/{slug}/{id}/seen.gif",
    summary: "Tell that somebody reads an article, by a picture in the page",
    verb: fn(z.object(one), async (asked) => (await load()).seen(asked)),
    ...open,
  }),
] as const;

export const knowledge = serves(operations);
