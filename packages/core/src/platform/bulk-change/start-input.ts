import * as z from "zod";
import { registryName } from "../../kernel/registry.ts";
import { json, oneOf, tags, text } from "../../kernel/schema.ts";
import { actions } from "./bulk-change.ts";

/** Ids that one request may contain. */
const MAX_IDS = 500;

/** The input that starts a bulk change. */
export const Start = z.strictObject({
  kind: registryName("bulk").describe("Kind of the records, as in `GET /schema`"),
  ids: z.array(text(64)).min(1).max(MAX_IDS).optional(),
  query: json(16_384)
    .optional()
    .describe(
      "Instead of ids: the input of `POST /{kind}/query` without order and paging; {} selects all records that the caller can see",
    ),
  action: oneOf(actions.filter((action) => action !== "undo")),
  changes: json(65_536).optional().describe("For update: the input of PATCH"),
  add_tags: tags().optional(),
  remove_tags: tags().optional(),
  only_tagged: z
    .boolean()
    .default(false)
    .describe("For update: changes only records that still have one of remove_tags when they are processed"),
  dry_run: z.boolean().default(false).describe("Finds all records, tries the first 100, and changes nothing"),
});
export type StartInput = z.output<typeof Start>;
