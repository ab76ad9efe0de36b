import { TagName } from "@crm/core/platform/tag/rename.ts";
import { tagGrants } from "@crm/core/platform/tag/tag.kind.ts";
import { Tag } from "@crm/core/platform/tag/tag.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation } from "../../http/operation.ts";

const renameOptions = {
  tag: "Tags",
  access: tagGrants.rename,
  output: TagName.RenameResult.meta({ id: "TagRenamed" }),
  status: 202,
} as const;

const operations = [
  operation({
    name: "listTags",
    method: "GET",
    path: "/tags",
    tag: "Tags",
    access: tagGrants.read,
    summary: "List tags",
    description: "Tags of records that the caller can see, by name, with the number of records of each kind.",
    verb: Tag.list,
    output: Tag.Row.meta({ id: "Tag" }),
    kind: "list",
  }),
  operation({
    name: "renameTag",
    method: "POST",
    path: "/tags/rename",
    summary: "Rename a tag, or merge it into another",
    description: "On all live records with the tag, in the background: one bulk change for each kind.",
    verb: TagName.rename,
    ...renameOptions,
  }),
  operation({
    name: "deleteTag",
    method: "DELETE",
    path: "/tags/{name}",
    summary: "Remove a tag from all records",
    description: "From all live records, in the background: one bulk change for each kind.",
    verb: TagName.remove,
    ...renameOptions,
  }),
] as const;

/** Renamed tags can be on records of any kind, so the function needs all domains. */
export const tags = defineApiFunction(operations, { uses: ["domains", "seal", "objects:records:get"] });
