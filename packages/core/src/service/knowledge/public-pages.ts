import * as z from "zod";
import { useRequest } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { matchLanguage, negotiateLanguage } from "../../kernel/language.ts";
import { text } from "../../kernel/schema.ts";
import { isProgram } from "../../kernel/user-agent.ts";
import { Master } from "../../platform/master-data/master.ts";
import { ARTICLE_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { Counter } from "../../storage/read/counter.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import {
  type ArticleRecord,
  Articles,
  isPublished,
  languageScope,
  languageTag,
  PUBLIC_SCOPE,
  publicIndexKey,
} from "./article.entity.ts";
import { Feedback } from "./feedback.ts";
import { renderMarkdown } from "./markdown.ts";
import { limitFeedback, limitSearches, type Site, withPublicSite } from "./public-site.ts";
import { findHits, type Hit, loadRows, toSearchInput } from "./search.ts";

/** The public pages of a knowledge base: published articles marked as public, and the categories that contain them. */

/** The fields of an article in a list. */
export type ArticleSummary = Pick<ArticleRecord, "id" | "title" | "summary" | "language">;

export interface Category {
  code: string;
  name: string;
  /** Number of articles in the category and its subcategories. */
  count: number;
}

export interface ListingPage extends Site {
  /** The languages that have articles, and the language of the page. */
  languages: string[];
  /** The current category, preceded by its ancestors. */
  path: Category[];
  /** The direct subcategories, or the top-level categories. */
  categories: Category[];
  articles: ArticleSummary[];
  /** Cursor of the next page; null at the end. */
  next: string | null;
  q: string;
}

const PAGE_SIZE = 20;
const slug = text(64);

const ListingInput = z.object({
  slug,
  language: languageTag().optional().catch(undefined),
  category: text(64).optional(),
  q: text(200).optional(),
  cursor: text(1000).optional(),
});

/** Returns the newest articles, the articles of a category, or the hits of a search. */
export const readListing = fn(ListingInput, ({ slug: siteSlug, category, cursor, q = "", ...query }) =>
  withPublicSite(siteSlug, async (site): Promise<ListingPage> => {
    const counters = await Counter.read(Articles.name, [PUBLIC_SCOPE]);
    const languages = listLanguages(counters.scopes.get(PUBLIC_SCOPE) ?? {});
    const language =
      query.language ?? resolveLanguage(languages, [negotiateLanguage(useRequest().languages ?? ""), site.language]);
    const tree = await loadCategoryTree(language);
    const path = category === undefined ? [] : tree.listPath(category);
    const pageFields = { ...site, language, languages, q: q.trim(), path, categories: tree.listChildren(path.at(-1)?.code) };
    if (pageFields.q !== "") return { ...pageFields, articles: await searchArticles(pageFields.q, language), next: null };
    return { ...pageFields, ...(await listPublished(language, path.length === 0 ? undefined : tree.findId(category), cursor)) };
  }),
);

async function searchArticles(q: string, language: string): Promise<Hit[]> {
  await limitSearches();
  return findHits({ text: q, language, isPublic: true, limit: PAGE_SIZE });
}

const listLanguages = (counts: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(counts)
    .filter((name) => !Counter.INTERNAL_ATTRIBUTES.has(name) && Number(counts[name]) > 0)
    .sort();

/** Returns the first of the wanted languages that has articles, or the closest one: that of the visitor, then that of the tenant. */
function resolveLanguage(languages: readonly string[], wanted: readonly [visitor: string | undefined, tenant: string]): string {
  const matches = wanted.flatMap((tag) => {
    if (tag === undefined) return [];
    return languages.includes(tag) ? tag : (languages.find((language) => matchLanguage(language) === matchLanguage(tag)) ?? []);
  });
  return matches[0] ?? languages[0] ?? wanted[1];
}

async function listPublished(language: string, category: string | undefined, cursor: string | undefined) {
  const fingerprint = JSON.stringify(["shelf", language, category]);
  const { after } = cursor === undefined ? { after: undefined } : await Cursor.open(cursor, fingerprint);
  const partition = buildExtraPartition(Articles, publicIndexKey(language, category));
  const rows: { key: string; article: ArticleRecord }[] = [];
  for await (const { key, row } of queryPartitions(Articles, [partition], { order: "desc", after, chunk: PAGE_SIZE + 1 })) {
    rows.push({ key, article: Articles.fromRow({ key, row }) });
    if (rows.length > PAGE_SIZE) break;
  }
  const last = rows.length > PAGE_SIZE ? rows[PAGE_SIZE - 1]?.key : undefined;
  const next = last === undefined ? null : await Cursor.seal({ after: last, total: 0, isLowerBound: true }, fingerprint);
  return { articles: rows.slice(0, PAGE_SIZE).map(({ article }) => article), next };
}

interface CategoryTree {
  findId(code: string | undefined): string | undefined;
  /** Returns a category, preceded by its ancestors. Throws NOT_FOUND for a category without public articles. */
  listPath(code: string): Category[];
  /** Returns the direct subcategories, or the top-level categories. */
  listChildren(code: string | undefined): Category[];
}

/** Loads the categories that have articles in a language, and their ancestors. The public learns of no other categories. */
async function loadCategoryTree(language: string): Promise<CategoryTree> {
  const [{ scopes }, values] = await Promise.all([
    Counter.read(Articles.name, [languageScope(language)]),
    Master.listAllValues({ kind: ARTICLE_CATEGORIES }),
  ]);
  const languageCounts = scopes.get(languageScope(language)) ?? {};
  values.sort((a, b) => a.sequence - b.sequence);
  const parents = new Map(values.map(({ id, parent_id }) => [id, parent_id]));
  const findParent = (id: string): string | undefined => {
    const parent = parents.get(id);
    return parent && parents.has(parent) ? parent : undefined;
  };
  const counts = new Map<string, number>();
  for (const { id } of values) {
    const count = Number(languageCounts[id] ?? 0);
    if (count <= 0) continue;
    for (const ancestor of listAncestors(id, findParent)) counts.set(ancestor, (counts.get(ancestor) ?? 0) + count);
  }
  const categories = values.filter(({ id }) => counts.has(id));
  const presentCategory = ({ id, code, name }: (typeof values)[number]): Category => ({ code, name, count: counts.get(id) ?? 0 });
  const coded = (code: string | undefined) => categories.find((value) => value.code === code);
  return {
    findId: (code) => coded(code)?.id,
    listPath(code) {
      const value = coded(code);
      if (!value) throw notFound();
      return listAncestors(value.id, findParent)
        .reverse()
        .flatMap((id) => categories.filter((category) => category.id === id).map(presentCategory));
    },
    listChildren: (code) => categories.filter(({ id }) => findParent(id) === coded(code)?.id).map(presentCategory),
  };
}

/** Returns a category and its ancestors, each once, even if they form a cycle. */
function listAncestors(id: string, findParent: (id: string) => string | undefined): string[] {
  const line = new Set<string>();
  for (let currentId: string | undefined = id; currentId !== undefined && !line.has(currentId); currentId = findParent(currentId))
    line.add(currentId);
  return [...line];
}

export interface ArticlePage extends Site {
  article: ArticleSummary;
  html: string;
  published_at: string;
  category: Category | undefined;
  /** The same article in other languages. */
  translations: ArticleSummary[];
  related: ArticleSummary[];
}

const ArticleInput = z.object({ slug, id: text(64) });

/** Loads an article. Reads the record itself, which shows at once whether the article is public and published. */
async function requirePublicArticle(id: string): Promise<ArticleRecord> {
  const article = await Records.load(Articles, id, { live: true });
  if (!article || !isPublished(article) || !article.is_public) throw notFound();
  return article;
}

export const readArticle = fn(ArticleInput, ({ slug: siteSlug, id }) =>
  withPublicSite(siteSlug, async (site): Promise<ArticlePage> => {
    const article = await requirePublicArticle(id);
    const [translations, related, category] = await Promise.all([
      listTranslations(article),
      findHits({ ...toSearchInput(article), isPublic: true, limit: MAX_RELATED }),
      findCategory(article),
    ]);
    const { language, published_at } = article;
    const html = renderMarkdown(article.body);
    return { ...site, language, article, html, published_at: published_at ?? "", category, translations, related };
  }),
);

const MAX_RELATED = 5;
/** Maximum number of translations that a page lists. */
const MAX_TRANSLATIONS = 30;

async function listTranslations({ id, group_id }: ArticleRecord): Promise<ArticleSummary[]> {
  const partition: Partition = { index: "by_related", facets: { group_id } };
  const ids: string[] = [];
  for await (const { key } of queryPartitions(Articles, [partition], {
    order: "asc",
    after: undefined,
    chunk: MAX_TRANSLATIONS,
  })) {
    if (key !== id) ids.push(key);
    if (ids.length === MAX_TRANSLATIONS) break;
  }
  return [...(await loadRows(ids)).values()].filter(({ is_public }) => is_public);
}

async function findCategory({ category_id }: ArticleRecord): Promise<Category | undefined> {
  const value = await Master.find(ARTICLE_CATEGORIES, category_id);
  return value && !value.deleted_at ? { code: value.code, name: value.name, count: 0 } : undefined;
}

/** Saves the feedback of a public reader. */
export const giveFeedback = fn(
  ArticleInput.extend({ is_helpful: z.boolean(), comment: text(1000).nullable() }),
  ({ slug: siteSlug, id, is_helpful, comment }) =>
    withPublicSite(siteSlug, async () => {
      await limitFeedback();
      await Feedback.giveAsReader(await requirePublicArticle(id), "PUBLIC", Feedback.buildPublicReader(), {
        is_helpful,
        comment,
      });
    }),
);

/** Counts a view. An image in the page requests it. Prefetches and bots do not count. */
export const recordView = fn(ArticleInput, ({ slug: siteSlug, id }) =>
  withPublicSite(siteSlug, async () => {
    const { prefetch, user_agent } = useRequest();
    if (prefetch || !user_agent?.trim() || isProgram(user_agent)) return;
    await Feedback.countView(await requirePublicArticle(id));
  }),
);

export * as PublicPages from "./public-pages.ts";
