import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import { query, readItems } from "../../storage/table/database.ts";
import { extraIndexPartition } from "../../storage/table/extra-index.ts";
import { type ArticleRecord, Articles, languageTag, readerIndexKey } from "./article.entity.ts";
import { Article } from "./article.ts";
import { dedupeTranslations, type Posting, type RankedArticle, rankArticles, type TermResult } from "./ranking.rules.ts";
import { type Audience, parseTermSortKey, termPartition } from "./term-index.ts";
import { extractQueryTerms, type QueryTerm, type TermField, termFields } from "./terms.rules.ts";

/** Finds published articles for a text, best first: for searches, for tickets, and as related articles. */

/** Maximum number of entries read for a term and audience. The entries with the highest weight come first. */
export const MAX_ENTRIES = 100;
/** Number of terms that are read in parallel. */
const MAX_CONCURRENCY = 8;
const MAX_HITS = 20;

export const Hit = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  language: z.string(),
  category_id: z.string().nullable(),
  is_public: z.boolean(),
  published_at: instant().nullable(),
  score: z.number().int().describe("1 to 100: the article's share of the total weight of the query"),
  matched: z
    .array(z.object({ word: z.string(), in: oneOf(termFields) }))
    .describe("Indexed words of the query that the article contains, with the field in which each occurs first"),
});
export type Hit = z.output<typeof Hit>;

export const Hits = z.array(Hit);

export interface SearchInput {
  text: string;
  /** Restricts hits to this language. Without it, hits contain the best translation of each article. */
  language?: string | undefined;
  /** Restricts hits to public articles. */
  isPublic?: boolean;
  limit: number;
  /** Excludes articles of this group. */
  exceptGroup?: string;
}

/** Finds articles. The cost does not depend on their number: at most 24 terms, 100 entries for each term and audience, and 60 rows. */
export async function findHits({ text: queryText, language, isPublic = false, limit, exceptGroup }: SearchInput): Promise<Hit[]> {
  const queryTerms = extractQueryTerms(queryText);
  if (queryTerms.length === 0) return [];
  const audiences: Audience[] = isPublic ? ["public"] : ["public", "internal"];
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const look = (queryTerm: QueryTerm): Promise<TermResult> => limited(() => readPostings(queryTerm, audiences, language));
  const [counters, ...answers] = await Promise.all([Counter.read(Articles.name, [Counter.ALL]), ...queryTerms.map(look)]);
  const articles = Counter.sum(counters, [Counter.ALL], Counter.filterCount("status", "PUBLISHED"));
  const ranked = dedupeTranslations(rankArticles(answers, articles)).filter(({ group_id }) => group_id !== exceptGroup);
  return presentHits(ranked.slice(0, limit * OVERFETCH_FACTOR), isPublic, limit);
}

/** Index entries may lag by moments, so more rows are read than needed, and articles that are no longer published are dropped. */
const OVERFETCH_FACTOR = 3;

async function readPostings(
  queryTerm: QueryTerm,
  audiences: readonly Audience[],
  language: string | undefined,
): Promise<TermResult> {
  const pages = await Promise.all(
    audiences.map((audience) =>
      query({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": termPartition(audience, queryTerm.term) },
        Limit: MAX_ENTRIES,
      }),
    ),
  );
  const postings = pages.flatMap(({ Items = [] }) =>
    Items.map(
      (item): Posting => ({
        ...parseTermSortKey(String(item.sk)),
        at: item.at as TermField,
        language: String(item.language),
        group_id: String(item.group_id),
      }),
    ),
  );
  return {
    queryTerm: queryTerm,
    postings: postings.filter((posting) => language === undefined || posting.language === language),
    isCut: pages.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined),
  };
}

/** Presents the ranked articles that are still published, with their current content. */
async function presentHits(ranked: readonly RankedArticle[], isPublic: boolean, limit: number): Promise<Hit[]> {
  const rows = await loadRows(ranked.map(({ id }) => id));
  return ranked
    .flatMap(({ id, score, matched }) => {
      const row = rows.get(id);
      if (!row || (isPublic && !row.is_public)) return [];
      const { title, summary, language, category_id, is_public, published_at } = row;
      return [{ id, title, summary, language, category_id, is_public, published_at, score, matched }];
    })
    .slice(0, limit);
}

/** Reads the list rows of those articles that are published. */
export async function loadRows(ids: readonly string[]): Promise<ReadonlyMap<string, ArticleRecord>> {
  const tenant = useTenant();
  const keys = ids.map((id) => ({ pk: extraIndexPartition(tenant, Articles.name, readerIndexKey(id)), sk: `#${id}` }));
  const items = await readItems(keys);
  return new Map(
    items.flatMap((item, index) =>
      item ? [[ids[index] ?? "", Articles.fromRow({ key: `#${ids[index]}`, row: item.row })]] : [],
    ),
  );
}

const filters = {
  language: languageTag().optional().describe("Only articles in this language. Default: the best translation of each article"),
  limit: parameter.int(1, MAX_HITS).optional().describe("Default: 5"),
};
const DEFAULT_LIMIT = 5;

export const search = fn(z.strictObject({ q: text(200), ...filters }), ({ q, language, limit = DEFAULT_LIMIT }) =>
  findHits({ text: q, language, limit }),
);

export const suggest = fn(
  z.strictObject({
    text: text(20_000).describe("Text of the question, with the subject first"),
    ...filters,
    is_public: z.boolean().default(false).describe("true: only articles that the public may read"),
  }),
  ({ is_public, limit = DEFAULT_LIMIT, ...searchInput }) => findHits({ ...searchInput, isPublic: is_public, limit }),
);

/** Finds articles that are similar to an article that the caller can read. */
export const findRelated = fn(z.strictObject({ id: text(64), limit: filters.limit }), async ({ id, limit = DEFAULT_LIMIT }) => {
  const article = await Article.get({ id });
  return findHits({ ...toSearchInput(article), limit });
});

/** Builds the search input that finds similar articles. */
export const toSearchInput = ({ title, tags, summary, language, group_id }: ArticleRecord) => ({
  text: [title, tags.join(" "), summary ?? ""].join("\n"),
  language,
  exceptGroup: group_id,
});

export * as ArticleSearch from "./search.ts";
