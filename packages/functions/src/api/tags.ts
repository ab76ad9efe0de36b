import { tagGrants } from "@crm/core/tag/tag.domain.ts";
import { Tag } from "@crm/core/tag/tag.ts";
import { serves } from "../http/function.ts";
import { operation } from "../http/operation.ts";

const operations = [
  operation({
    name: "listTags",
    method: "GET",
    path: "/tags",
    tag: "Tags",
    access: tagGrants.read,
    summary: "List tags",
    description: "Those of leads, customers, contacts and opportunities that the caller sees, by name, with how many bear each.",
    verb: Tag.list,
    output: Tag.Row.meta({ id: "Tag" }),
    kind: "list",
  }),
] as const;

export const tags = serves(operations);
