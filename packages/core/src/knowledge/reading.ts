import * as z from "zod";
import { isBot } from "../intake/form.rules.ts";
import { useRequest, useTenant } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { languageOf } from "../kernel/language.ts";
import { text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { ARTICLE_CATEGORIES } from "../masters/shared.masters.ts";
import { Counter } from "../storage/read/counter.ts";
import * as Cursor from "../storage/read/cursor.ts";
import type { Partition } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { Records } from "../storage/write/records.ts";
import { type ArticleRecord, Articles, isRead, languageTag, SHELVES, shelfUnder, shelvesOf } from "./article.entity.ts";
import { type Site, takeFeedback, takeSearch, through } from "./entrance.ts";
import { Feedback } from "./feedback.ts";
import { aboutOf, found, type Hit, rowsOf } from "./find.ts";
import { renderMarkdown } from "./markdown.ts";

/** What the public reads of a knowledge base: published articles that are for them, and categories that have such. */

/** An article as it is named in a list. */
export type Named = Pick<ArticleRecord, "id" | "title" | "summary" | "language">;

export interface Category {
  code: string;
  name: string;
  /** Articles in it, and in those below it. */
  count: number;
}

export interface Shelf extends Site {
  /** In which there are articles, that of the page among them. */
  languages: string[];
  /** The category that is looked at, after those above it. */
  path: Category[];
  /** Those below it, or the first ones. */
  categories: Category[];
  articles: Named[];
  /** Where the list goes on. */
  next: string | null;
  q: string;
}

const PAGE = 20;
const slug = text(64);

const Asked = z.object({
  slug,
  language: languageTag().optional().catch(undefined),
  category: text(64).optional(),
  q: text(200).optional(),
  cursor: text(1000).optional(),
});

/** The newest articles, those of a category, or what a search finds. */
export const shelf = fn(Asked, ({ slug: named, category, cursor, q = "", ...asked }) =>
  through(named, async (site): Promise<Shelf> => {
    const counters = await Counter.read(Articles.name, [SHELVES]);
    const languages = languagesIn(counters.scopes.get(SHELVES) ?? {});
    const language = asked.language ?? usualOf(languages, site.language);
    const tree = await treeOf(language);
    const path = category === undefined ? [] : tree.above(category);
    const here = { ...site, language, languages, q: q.trim(), path, categories: tree.below(path.at(-1)?.code) };
    if (here.q !== "") return { ...here, articles: await searched(here.q, language), next: null };
    return { ...here, ...(await onShelf(language, path.length === 0 ? undefined : tree.idOf(category), cursor)) };
  }),
);

async function searched(q: string, language: string): Promise<Hit[]> {
  await takeSearch();
  return found({ text: q, language, isPublic: true, limit: PAGE });
}

const languagesIn = (counts: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(counts)
    .filter((name) => !Counter.INTERNAL.has(name) && Number(counts[name]) > 0)
    .sort();

/** That of the tenant, where it has articles; or the nearest that has. */
const usualOf = (languages: readonly string[], own: string): string =>
  languages.includes(own) ? own : (languages.find((each) => languageOf(each) === languageOf(own)) ?? languages[0] ?? own);

async function onShelf(language: string, category: string | undefined, cursor: string | undefined) {
  const fingerprint = JSON.stringify(["shelf", language, category]);
  const { after } = cursor === undefined ? { after: undefined } : await Cursor.open(cursor, fingerprint);
  const pk = partitionOfPlaces(useTenant(), Articles.name, shelfUnder(language, category));
  const partition: Partition = { index: "entry", facets: { pk } };
  const rows: { key: string; article: ArticleRecord }[] = [];
  for await (const { key, row } of merged(Articles, [partition], { order: "desc", after, chunk: PAGE + 1 })) {
    rows.push({ key, article: Articles.fromRow({ key, row }) });
    if (rows.length > PAGE) break;
  }
  const last = rows.length > PAGE ? rows[PAGE - 1]?.key : undefined;
  const next = last === undefined ? null : await Cursor.seal({ after: last, total: 0, bound: true }, fingerprint);
  return { articles: rows.slice(0, PAGE).map(({ article }) => article), next };
}

// --- Categories ---

interface Tree {
  idOf(code: string | undefined): string | undefined;
  /** A category after those above it; NOT_FOUND for one that the public finds nothing in. */
  above(code: string): Category[];
  /** Those right below one, or the first ones. */
  below(code: string | undefined): Category[];
}

/** Categories in which a language has articles, and those above them: of others the public learns nothing. */
async function treeOf(language: string): Promise<Tree> {
  const [{ scopes }, values] = await Promise.all([
    Counter.read(Articles.name, [shelvesOf(language)]),
    Master.allOf({ kind: ARTICLE_CATEGORIES }),
  ]);
  const own = scopes.get(shelvesOf(language)) ?? {};
  values.sort((a, b) => a.sequence - b.sequence);
  const parents = new Map(values.map(({ id, parent_id }) => [id, parent_id]));
  const parentOf = (id: string): string | undefined => {
    const parent = parents.get(id);
    return parent && parents.has(parent) ? parent : undefined;
  };
  const counts = new Map<string, number>();
  for (const { id } of values) {
    const count = Number(own[id] ?? 0);
    if (count <= 0) continue;
    for (const each of lineOf(id, parentOf)) counts.set(each, (counts.get(each) ?? 0) + count);
  }
  const known = values.filter(({ id }) => counts.has(id));
  const shown = ({ id, code, name }: (typeof values)[number]): Category => ({ code, name, count: counts.get(id) ?? 0 });
  const coded = (code: string | undefined) => known.find((value) => value.code === code);
  return {
    idOf: (code) => coded(code)?.id,
    above(code) {
      const value = coded(code);
      if (!value) throw notFound();
      return lineOf(value.id, parentOf)
        .reverse()
        .flatMap((id) => known.filter((each) => each.id === id).map(shown));
    },
    below: (code) => known.filter(({ id }) => parentOf(id) === coded(code)?.id).map(shown),
  };
}

/** One, and those above it; each once, however they were set. */
function lineOf(id: string, parentOf: (id: string) => string | undefined): string[] {
  const line = new Set<string>();
  for (let each: string | undefined = id; each !== undefined && !line.has(each); each = parentOf(each)) line.add(each);
  return [...line];
}

// --- One article ---

export interface Read extends Site {
  article: Named;
  html: string;
  published_at: string;
  category: Category | undefined;
  /** The same in other languages. */
  translations: Named[];
  related: Named[];
}

const One = z.object({ slug, id: text(64) });

/** Whoever it is for, whether it is published is asked of the article itself. */
async function publicArticle(id: string): Promise<ArticleRecord> {
  const article = await Records.load(Articles, id, { live: true });
  if (!article || !isRead(article) || !article.is_public) throw notFound();
  return article;
}

export const read = fn(One, ({ slug: named, id }) =>
  through(named, async (site): Promise<Read> => {
    const article = await publicArticle(id);
    const [translations, related, category] = await Promise.all([
      translationsOf(article),
      found({ ...aboutOf(article), isPublic: true, limit: RELATED }),
      categoryOf(article),
    ]);
    const { language, published_at } = article;
    const html = renderMarkdown(article.body);
    return { ...site, language, article, html, published_at: published_at ?? "", category, translations, related };
  }),
);

const RELATED = 5;
/** There is one a language; so many are named. */
const MOST_TRANSLATIONS = 30;

async function translationsOf({ id, group_id }: ArticleRecord): Promise<Named[]> {
  const partition: Partition = { index: "by_related", facets: { group_id } };
  const ids: string[] = [];
  for await (const { key } of merged(Articles, [partition], { order: "asc", after: undefined, chunk: MOST_TRANSLATIONS })) {
    if (key !== id) ids.push(key);
    if (ids.length === MOST_TRANSLATIONS) break;
  }
  return [...(await rowsOf(ids)).values()].filter(({ is_public }) => is_public);
}

async function categoryOf({ category_id }: ArticleRecord): Promise<Category | undefined> {
  const value = await Master.find(ARTICLE_CATEGORIES, category_id);
  return value && !value.deleted_at ? { code: value.code, name: value.name, count: 0 } : undefined;
}

/** What a reader of the public thinks of it. */
export const tell = fn(
  One.extend({ is_helpful: z.boolean(), comment: text(1000).nullable() }),
  ({ slug: named, id, is_helpful, comment }) =>
    through(named, async () => {
      await takeFeedback();
      await Feedback.giveAs(await publicArticle(id), "PUBLIC", Feedback.publicReader(), { is_helpful, comment });
    }),
);

/** A picture in the page tells that somebody has it before them; programs that look at pages are nobody. */
export const seen = fn(One, ({ slug: named, id }) =>
  through(named, async () => {
    const { prefetch, user_agent } = useRequest();
    if (prefetch || !user_agent?.trim() || isBot(user_agent)) return;
    await Feedback.countView(await publicArticle(id));
  }),
);

export * as Reading from "./reading.ts";
