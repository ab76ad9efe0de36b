import * as z from "zod";
import { type ErrorDetail, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { listNames, registryName } from "../../kernel/registry.ts";
import { name } from "../../kernel/schema.ts";
import { MAX_TAG_LENGTH, tagKey } from "../../kernel/tag.ts";
import { type CompletedItem, runAtomically, runItem } from "../../storage/write/batch-request.ts";
import { TagSpelling } from "../../storage/write/tag-spelling.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { limitOpenChanges, prepareStart } from "../bulk-change/start.ts";

/**
 * Renames or removes a tag on all live records that have it: one bulk change for each kind, in the caller's name. All of them start or none does;
 * each then runs on its own, shows its progress, and can be undone.
 */

export const RenameResult = z.object({
  bulk_changes: z
    .array(z.object({ kind: registryName("tags"), id: z.string() }))
    .describe("For the progress of each, see `GET /bulk-changes/{id}`"),
});

const tag = name(MAX_TAG_LENGTH);

/** Renames a tag. If the new name exists already, both become one tag with the existing spelling. */
export const rename = fn(
  z.strictObject({ from: tag, to: tag }),
  async ({ from, to }) => {
    await requireDifferentTags({ from, to });
    return startBulkChanges(from, [to]);
  },
  requireDifferentTags,
);

/** Removes a tag from all records. */
export const remove = fn(z.strictObject({ name: tag }), async ({ name: from }) => {
  if (!(await isKnown(from))) throw notFound();
  return startBulkChanges(from, []);
});

async function requireDifferentTags({ from, to }: { from?: string | undefined; to?: string | undefined }): Promise<void> {
  const details: ErrorDetail[] = [];
  if (from !== undefined && !(await isKnown(from))) details.push({ field: "from", message: "No record has ever had this tag" });
  if (from !== undefined && to !== undefined && tagKey(to) === tagKey(from))
    details.push({ field: "to", message: "Must differ from the old tag in more than letter case" });
  if (details.length > 0) throw invalidAll(details);
}

const isKnown = async (tagName: string): Promise<boolean> =>
  (await TagSpelling.readSpellings([tagKey(tagName)])).has(tagKey(tagName));

function startBulkChanges(from: string, add_tags: string[]): Promise<z.output<typeof RenameResult>> {
  const taggedKinds = listNames("tags");
  const query = { "tags[has]": from };
  const startChange = (kind: string): Promise<CompletedItem> =>
    runItem(
      async () => {
        const begin = await prepareStart({ kind, action: "update", query, add_tags, remove_tags: [from], only_tagged: true });
        const tx = transaction();
        const record = await begin(tx);
        // All of them together count as one open bulk change, because one transaction writes the list of places once.
        if (kind === taggedKinds[0]) await limitOpenChanges(tx, record);
        return tx.commit(record);
      },
      () => 202,
    );
  return runAtomically(
    taggedKinds,
    startChange,
    () => undefined,
    (done) => ({ bulk_changes: taggedKinds.map((kind, index) => ({ kind, id: String(done[index]?.id) })) }),
  );
}

export * as TagName from "./rename.ts";
