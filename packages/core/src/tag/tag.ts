import * as z from "zod";
import { contactGrants } from "../contact/contact.domain.ts";
import { customerGrants } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { may, useContext } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
import { oneOf, query as parameter, text } from "../kernel/schema.ts";
import { LONGEST_TAG } from "../kernel/tag.ts";
import { leadGrants } from "../lead/lead.domain.ts";
import { opportunityGrants } from "../opportunity/opportunity.domain.ts";
import { Counter } from "../storage/read/counter.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { type TagCount, tagsUnder } from "../storage/read/tag-counts.ts";
import { Spelling } from "../storage/write/spelling.ts";

/**
 * The tags of a tenant's records, and how many records of each kind bear them, as the caller sees these: a tag that no such record
 * bears does not exist for them. They are in the order of their letters, whatever the case.
 */

const kinds = {
  lead: leadGrants.read,
  customer: customerGrants.read,
  contact: contactGrants.read,
  opportunity: opportunityGrants.read,
} as const satisfies Record<string, Permission>;

export type Type = keyof typeof kinds;
/** The kinds whose tags are counted. */
export const types = Object.keys(kinds) as [Type, ...Type[]];

const count = z.number().int().min(0);

export const Row = z.object({
  name: z.string(),
  total: count.describe("Live records of these kinds that bear it and that the caller sees"),
  counts: z.partialRecord(z.enum(types), count).describe("By kind, of those that the caller may read"),
});
export type Row = z.output<typeof Row>;

const USUAL = 50;
/** So many tags are looked at in one request for those that the caller is shown. */
const MOST_LOOKED = 1000;

export const Query = z.strictObject({
  kind: oneOf(types).optional().describe("Only tags of records of this kind"),
  search: text(LONGEST_TAG).optional().describe("How the tag begins, whatever its letter case"),
  limit: parameter.int(1, 100).optional().describe(`${USUAL} unless told otherwise`),
  cursor: text(1000).optional().describe("Goes on where a page ended: its `next_cursor`"),
});

export const list = fn(Query, async ({ kind, search = "", limit = USUAL, cursor }): Promise<Page<Row>> => {
  const asked = types.filter((type) => may(kinds[type]) && (kind === undefined || type === kind));
  const fingerprint = JSON.stringify(["tags", kind, search]);
  const { after, total: before } = cursor ? await Cursor.open(cursor, fingerprint) : { after: undefined, total: 0 };
  const owners = Counter.scopesOf(await useContext().visible());
  const { found, stopped } = await look(tagsUnder(owners, { prefix: search.trim(), after, chunk: limit + 1 }), asked, limit);
  const names = await Spelling.spellings(found.map(({ tag }) => tag));
  const rows = found.map(({ tag, counts }): Row => ({ name: names.get(tag) ?? tag, total: sum(counts), counts }));
  const total = before + rows.length;
  const next_cursor = stopped === undefined ? null : await Cursor.seal({ after: stopped, total, bound: true }, fingerprint);
  const meta = { page: 1, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() };
  return new Page(rows, next_cursor === null ? meta : { ...meta, total_is_lower_bound: true });
});

const sum = (counts: TagCount["counts"]): number => Object.values(counts).reduce((all, each) => all + each, 0);

/** The first tags that records of these kinds bear, and behind which one to go on where there may be more. */
async function look(
  tags: AsyncGenerator<TagCount>,
  asked: readonly Type[],
  limit: number,
): Promise<{ found: TagCount[]; stopped: string | undefined }> {
  const found: TagCount[] = [];
  let [looked, last] = [0, ""];
  for await (const { tag, counts } of tags) {
    if (found.length === limit || looked === MOST_LOOKED) return { found, stopped: last };
    looked++;
    last = tag;
    const shown = Object.fromEntries(asked.map((type) => [type, counts[type] ?? 0]));
    if (sum(shown) > 0) found.push({ tag, counts: shown });
  }
  return { found, stopped: undefined };
}

export * as Tag from "./tag.ts";
