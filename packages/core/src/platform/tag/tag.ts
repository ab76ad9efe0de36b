import * as z from "zod";
import { contactGrants } from "../../accounts/contact/contact.kind.ts";
import { customerGrants } from "../../accounts/customer/customer.kind.ts";
import { contractGrants } from "../../agreements/contract/contract.kind.ts";
import { dealGrants } from "../../agreements/deal/deal.kind.ts";
import { proposalGrants } from "../../agreements/proposal/proposal.kind.ts";
import { quoteGrants } from "../../agreements/quote/quote.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useContext } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import type { Permission } from "../../kernel/permission.ts";
import { oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { MAX_TAG_LENGTH } from "../../kernel/tag.ts";
import { leadGrants } from "../../sales/lead/lead.kind.ts";
import { opportunityGrants } from "../../sales/opportunity/opportunity.kind.ts";
import { potentialGrants } from "../../sales/potential/potential.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { readTagCounts, type TagCount } from "../../storage/read/tag-counts.ts";
import { TagSpelling } from "../../storage/write/tag-spelling.ts";

/**
 * The tags of a tenant, with the number of records of each kind that the caller can see. A tag without such records does not exist for the caller.
 * Tags are sorted alphabetically, ignoring case.
 */

const readPermissions = {
  lead: leadGrants.read,
  customer: customerGrants.read,
  contact: contactGrants.read,
  opportunity: opportunityGrants.read,
  potential: potentialGrants.read,
  deal: dealGrants.read,
  quote: quoteGrants.read,
  proposal: proposalGrants.read,
  contract: contractGrants.read,
} as const satisfies Record<string, Permission>;

export type CountedKind = keyof typeof readPermissions;
/** The kinds whose tags are counted: those whose owner alone decides who sees a record (`Collection.countsTags`). */
export const countedKinds = Object.keys(readPermissions) as [CountedKind, ...CountedKind[]];

const count = z.number().int().min(0);

export const Row = z.object({
  name: z.string(),
  total: count.describe("Live records of these kinds with the tag that the caller can see"),
  counts: z.partialRecord(z.enum(countedKinds), count).describe("By kind, for the kinds that the caller can read"),
});
export type Row = z.output<typeof Row>;

const DEFAULT_LIMIT = 50;
/** Tags that one request examines to find those that the caller may see. */
const MAX_EXAMINED_TAGS = 1000;

export const Query = z.strictObject({
  kind: oneOf(countedKinds).optional().describe("Only tags of records of this kind"),
  search: text(MAX_TAG_LENGTH).optional().describe("Beginning of the tag, in any letter case"),
  limit: parameter.int(1, 100).optional().describe(`Defaults to ${DEFAULT_LIMIT}`),
  cursor: text(1000).optional().describe("The `next_cursor` of the previous page"),
});

export const list = fn(Query, async ({ kind, search = "", limit = DEFAULT_LIMIT, cursor }): Promise<Page<Row>> => {
  const requestedKinds = countedKinds.filter(
    (type) => hasPermission(readPermissions[type]) && (kind === undefined || type === kind),
  );
  const fingerprint = JSON.stringify(["tags", kind, search]);
  const { after, total: before } = cursor ? await Cursor.open(cursor, fingerprint) : { after: undefined, total: 0 };
  const owners = Counter.ownerScopes(await useContext().visibleOwners());
  const { found: tagCounts, stopped: lastTag } = await findVisibleTags(
    readTagCounts(owners, { prefix: search.trim(), after, chunk: limit + 1 }),
    requestedKinds,
    limit,
  );
  const names = await TagSpelling.readSpellings(tagCounts.map(({ tag }) => tag));
  const rows = tagCounts.map(({ tag, counts }): Row => ({ name: names.get(tag) ?? tag, total: sumCounts(counts), counts }));
  const total = before + rows.length;
  const next_cursor =
    lastTag === undefined ? null : await Cursor.seal({ after: lastTag, total, isLowerBound: true }, fingerprint);
  const meta = { page: 1, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() };
  return new Page(rows, next_cursor === null ? meta : { ...meta, total_is_lower_bound: true });
});

const sumCounts = (counts: TagCount["counts"]): number => Object.values(counts).reduce((all, value) => all + value, 0);

/** Returns the first tags that records of these kinds have, and the tag after which to continue if there may be more. */
async function findVisibleTags(
  tags: AsyncGenerator<TagCount>,
  kinds: readonly CountedKind[],
  limit: number,
): Promise<{ found: TagCount[]; stopped: string | undefined }> {
  const matches: TagCount[] = [];
  let [examinedCount, last] = [0, ""];
  for await (const { tag, counts } of tags) {
    if (matches.length === limit || examinedCount === MAX_EXAMINED_TAGS) return { found: matches, stopped: last };
    examinedCount++;
    last = tag;
    const visibleCounts = Object.fromEntries(kinds.map((type) => [type, counts[type] ?? 0]));
    if (sumCounts(visibleCounts) > 0) matches.push({ tag, counts: visibleCounts });
  }
  return { found: matches, stopped: undefined };
}

export * as Tag from "./tag.ts";
