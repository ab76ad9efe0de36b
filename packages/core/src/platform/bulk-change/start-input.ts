import * as z from "zod";
import { registryName } from "../../kernel/registry.ts";
import { json, oneOf, tags, text } from "../../kernel/schema.ts";
import { actions } from "./bulk-change.ts";

/** Ids that one request may contain. */
const MAX_IDS = 500;

/** The input that starts a bulk change. */
export const Start = z.strictObject({
  kind: registryName("bulk").describe("Of which kind the records are, as `GET /schema` names it"),
  ids: z.array(text(64)).min(1).max(MAX_IDS).optional(),
  query: json(16_384)
    .optional()
    .describe("In place of ids, what `POST /{kind}/query` takes, but for order and pages; {} is all that the caller sees"),
  action: oneOf(actions.filter((action) => action !== "undo")),
  changes: json(65_536).optional().describe("To update: what PATCH takes"),
  add_tags: tags().optional(),
  remove_tags: tags().optional(),
  only_tagged: z.boolean().default(false).describe("To update only what still has one of remove_tags when its turn comes"),
  dry_run: z.boolean().default(false).describe("Finds all, tries the first 100, and changes nothing"),
});
export type StartInput = z.output<typeof Start>;
