import * as z from "zod";
import { start } from "../jobs/bulk-change/start.ts";
import { type Detail, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { name } from "../kernel/schema.ts";
import { LONGEST_TAG, tagKey } from "../kernel/tag.ts";
import { type Done, together, told } from "../storage/write/many.ts";
import { Spelling } from "../storage/write/spelling.ts";
import { types } from "./tag.ts";

/**
 * Another name for a tag, or none, on all live records that bear it: a bulk change of each kind, as who asks. They begin together or
 * not at all; each goes on by itself, tells how far it is, and can be undone.
 */

/** The kinds whose records have tags. */
export const kinds = [
  ...types,
  "potential",
  "deal",
  "quote",
  "proposal",
  "contract",
  "interaction",
  "ticket",
  "knowledge_article",
] as const;

export const Renamed = z.object({
  bulk_changes: z.array(z.object({ kind: z.enum(kinds), id: z.string() })).describe("How far each is: `GET /bulk-changes/{id}`"),
});

const tag = name(LONGEST_TAG);

/** One that is there already takes in the other, and is spelled as it was. */
export const rename = fn(
  z.strictObject({ from: tag, to: tag }),
  async ({ from, to }) => {
    await requireTwo({ from, to });
    return begin(from, [to]);
  },
  requireTwo,
);

/** Takes it off all records. */
export const remove = fn(z.strictObject({ name: tag }), async ({ name: from }) => {
  if (!(await isKnown(from))) throw notFound();
  return begin(from, []);
});

async function requireTwo({ from, to }: { from?: string | undefined; to?: string | undefined }): Promise<void> {
  const details: Detail[] = [];
  if (from !== undefined && !(await isKnown(from))) details.push({ field: "from", message: "No record has ever had this tag" });
  if (from !== undefined && to !== undefined && tagKey(to) === tagKey(from))
    details.push({ field: "to", message: "The same tag: another letter case makes no other one" });
  if (details.length > 0) throw invalidAll(details);
}

const isKnown = async (given: string): Promise<boolean> => (await Spelling.spellings([tagKey(given)])).has(tagKey(given));

function begin(from: string, add_tags: string[]): Promise<z.output<typeof Renamed>> {
  const query = { "tags[has]": from };
  const begun = (kind: (typeof kinds)[number]): Promise<Done> =>
    told(
      () => start({ kind, action: "update", query, add_tags, remove_tags: [from], only_tagged: true }),
      () => 202,
    );
  return together(
    kinds,
    begun,
    () => undefined,
    (done) => ({ bulk_changes: kinds.map((kind, at) => ({ kind, id: String(done[at]?.id) })) }),
  );
}

export * as TagName from "./rename.ts";
