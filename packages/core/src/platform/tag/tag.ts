import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, type Owners, useContext } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { describeSearch, Page } from "../../kernel/page.ts";
import { findReadPermission, listNames, registryName } from "../../kernel/registry.ts";
import { query as parameter, text } from "../../kernel/schema.ts";
import { MAX_TAG_LENGTH } from "../../kernel/tag.ts";
import { Counter } from "../../storage/read/counter.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { readTagCounts, type TagCount } from "../../storage/read/tag-counts.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { TagSpelling } from "../../storage/write/tag-spelling.ts";

/**
 * The tags of a tenant, with the number of records of each kind that the caller can see. A tag without such records does not exist for the caller.
 * Tags are sorted alphabetically, ignoring case. The kinds are those that the domains declare to have tags.
 */

const count = z.number().int().min(0);

export const Row = z.object({
  name: z.string(),
  total: count.describe("Live records of these kinds with the tag that the caller can see"),
  counts: z
    .record(registryName("tags"), count)
    .describe(
      "By kind, for the kinds that the caller can read: published articles; tickets by assignee, or else by team; " +
        "interactions only for callers who see all records",
    ),
});
export type Row = z.output<typeof Row>;

const DEFAULT_LIMIT = 50;
/** Tags that one request examines to find those that the caller may see. */
const MAX_EXAMINED_TAGS = 1000;

export const Query = z.strictObject({
  kind: registryName("tags").optional().describe("Only tags of records of this kind"),
  search: text(MAX_TAG_LENGTH).optional().describe("Beginning of the tag, in any letter case"),
  limit: parameter.int(1, 100).optional().describe(`Defaults to ${DEFAULT_LIMIT}`),
  cursor: text(1000).optional().describe("The `next_cursor` of the previous page"),
});

export const list = fn(Query, async ({ kind, search = "", limit = DEFAULT_LIMIT, cursor }): Promise<Page<Row>> => {
  const visibleOwners = await useContext().visibleOwners();
  const requestedKinds = await resolveKinds(kind, visibleOwners);
  const fingerprint = JSON.stringify(["tags", kind, search]);
  const { after, total: before = 0, searched: earlier = 0 } = cursor ? await Cursor.open(cursor, fingerprint) : {};
  const { tagCounts, lastTag, examinedCount } = await findVisibleTags(
    readTagCounts(await listScopes(visibleOwners), { prefix: search.trim(), after, chunk: limit + 1 }),
    requestedKinds,
    limit,
  );
  const names = await TagSpelling.readSpellings(tagCounts.map(({ tag }) => tag));
  const rows = tagCounts.map(({ tag, counts }): Row => ({ name: names.get(tag) ?? tag, total: sumCounts(counts), counts }));
  const total = before + rows.length;
  const searched = earlier + examinedCount;
  const next_cursor =
    lastTag === undefined ? null : await Cursor.seal({ after: lastTag, total, isLowerBound: true, searched }, fingerprint);
  const meta = { page: 1, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() };
  const isStopped = next_cursor !== null;
  return new Page(rows, {
    ...meta,
    ...(isStopped ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: rows.length, limit, searched, isStopped }),
  });
});

/** Returns the kinds that the caller is shown. If other records decide who sees a record, counts are known only for all records. */
async function resolveKinds(kind: string | undefined, visibleOwners: Owners): Promise<string[]> {
  const kinds = (kind === undefined ? listNames("tags") : [kind]).filter(canRead);
  if (visibleOwners === "all") return kinds;
  const collections = await Promise.all(kinds.map(loadCollectionByName));
  const countedKinds = collections.filter(({ countsTagsByViewer }) => countsTagsByViewer).map(({ name }) => name);
  if (kinds.length > 0 && countedKinds.length === 0)
    throw forbidden(`Tags of the kind ${kind} are counted only for users who see all records: omit kind`);
  return countedKinds;
}

function canRead(kind: string): boolean {
  const permission = findReadPermission(kind);
  return permission !== undefined && hasPermission(permission);
}

/** Lists the counters of the caller's viewers: the visible owners, and the teams with which records are shared. */
async function listScopes(visibleOwners: Owners): Promise<readonly string[]> {
  if (visibleOwners === "all") return Counter.ownerScopes(visibleOwners);
  const teams = (await useContext().visibleTeams?.()) ?? new Set<string>();
  return Counter.ownerScopes(new Set([...visibleOwners, ...teams]));
}

const sumCounts = (counts: TagCount["counts"]): number => Object.values(counts).reduce((all, value) => all + value, 0);

/** Returns the first tags that records of these kinds have, and the tag after which to continue if there may be more. */
async function findVisibleTags(
  tags: AsyncGenerator<TagCount>,
  kinds: readonly string[],
  limit: number,
): Promise<{ tagCounts: TagCount[]; lastTag: string | undefined; examinedCount: number }> {
  const matches: TagCount[] = [];
  let [examinedCount, last] = [0, ""];
  for await (const { tag, counts } of tags) {
    if (matches.length === limit || examinedCount === MAX_EXAMINED_TAGS)
      return { tagCounts: matches, lastTag: last, examinedCount };
    examinedCount++;
    last = tag;
    const visibleCounts = Object.fromEntries(kinds.map((type) => [type, counts[type] ?? 0]));
    if (sumCounts(visibleCounts) > 0) matches.push({ tag, counts: visibleCounts });
  }
  return { tagCounts: matches, lastTag: undefined, examinedCount };
}

export * as Tag from "./tag.ts";
