import { Search } from "@crm/core/views/search.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { Links, operation } from "../../http/operation.ts";
import { hitLinks } from "../shared/links.ts";

const operations = [
  operation({
    name: "search",
    method: "GET",
    path: "/search",
    tag: "Search",
    access: "signed_in",
    summary: "Search records of all kinds",
    description: "Only records that the caller can see; `meta.total` counts all kinds together.",
    verb: Search.search,
    output: Search.Result.extend({ links: Links }).meta({ id: "SearchResult" }),
    kind: "list",
    links: hitLinks,
  }),
] as const;

/** Search finds records of any kind, so the function needs all domains. */
export const search = defineApiFunction(operations, { uses: ["seal", "domains", "objects:records:get"] });
