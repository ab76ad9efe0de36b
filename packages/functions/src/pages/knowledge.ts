import { matchLanguage } from "@crm/core/kernel/language.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { ARTICLE_CATEGORIES } from "@crm/core/platform/master-data/shared.masters.ts";
import { type Translations, translationsFor } from "@crm/core/service/knowledge/i18n.ts";
import {
  type ArticlePage,
  type ArticleSummary,
  type Category,
  type ListingPage,
  PublicPages,
} from "@crm/core/service/knowledge/public-pages.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html, Markup } from "./markup.ts";
import { loadMasterTexts } from "./master-names.ts";
import { trackingPixel } from "./tracking-pixel.ts";

/**
 * The pages of a public knowledge base. Texts around articles are in the language of the page, if they are translated into it.
 */

const style = new Markup(`
:root { --width: 46rem; }
.list { padding: 0; list-style: none; }
.list li { margin: 0 0 1rem; }
.list p { margin: 0.125rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; padding: 0; margin: 0.5rem 0; list-style: none; }
.row a, .row span { display: inline-block; min-height: 1.5rem; }
.search { display: flex; gap: 0.5rem; align-items: end; margin: 1rem 0; }
.search div { flex: auto; min-width: 0; }
.search button { flex: none; }
article { margin: 1.5rem 0; }
article pre { white-space: pre-wrap; padding: 0.75rem; background: light-dark(#f1f1f3, #212125); border-radius: 0.375rem; }
article blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 0.25rem solid var(--border-strong); }
article table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
article th, article td { padding: 0.375rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--border-strong); }
article .end { text-align: end; }
article .center { text-align: center; }
.told { margin: 1rem 0; padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; font-weight: 500; }
.seen { position: absolute; }
`);

/** Seconds for which a page may be cached. A withdrawn article may still be seen for as long. */
const CACHE_SECONDS = 60;

const pageLanguage = (language: string) => matchLanguage(language) ?? "en";

const buildUrl = (slug: string, query: Readonly<Record<string, string | undefined>> = {}): string => {
  const parameters = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  return parameters.length === 0 ? `/kb/${slug}` : `/kb/${slug}?${new URLSearchParams(parameters)}`;
};

const createArticleItemRenderer = (slug: string) => (article: ArticleSummary) =>
  html`<li>
<a href="/kb/${slug}/${article.id}" lang="${article.language}" dir="auto">${article.title}</a>
${article.summary ? html`<p lang="${article.language}" dir="auto">${article.summary}</p>` : undefined}
</li>
`;

/** Returns the name of a language in that language. */
const languageName = (language: string): string =>
  new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;

function renderSearchForm({ slug, language, q = "" }: { slug: string; language: string; q?: string }): Markup {
  const { search } = translationsFor(language);
  return html`<form method="get" action="/kb/${slug}" role="search" class="search">
<input type="hidden" name="language" value="${language}">
<div><label for="q">${search}</label>
<input id="q" name="q" type="search" maxlength="200" value="${q}"></div>
<button>${search}</button>
</form>`;
}

interface ShelfQuery {
  slug: string;
  language?: string | undefined;
  category?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
}

export async function show(query: ShelfQuery): Promise<RawResponse> {
  const listing = await PublicPages.readListing(query);
  const { name } = await loadMasterTexts(ARTICLE_CATEGORIES, listing.language);
  const localize = (category: Category): Category => ({ ...category, name: name(category) });
  const shelf = { ...listing, path: listing.path.map(localize), categories: listing.categories.map(localize) };
  const { language, q, path } = shelf;
  const translations = translationsFor(language);
  const title = path.at(-1)?.name ?? fillPlaceholders(translations.help, { from: shelf.organisation });
  const body = html`${path.length === 0 && q === "" ? undefined : html`<p><a href="${buildUrl(shelf.slug, { language })}">${translations.all}</a></p>`}
${renderSearchForm(shelf)}
${q === "" ? renderCategories(shelf, translations) : undefined}
<h2>${q === "" ? translations.newest : fillPlaceholders(translations.results, { q })}</h2>
${renderArticles(shelf, translations)}
${shelf.next === null ? undefined : html`<p><a href="${buildUrl(shelf.slug, { language, category: path.at(-1)?.code, cursor: shelf.next })}">${translations.more}</a></p>`}
${renderLanguages(shelf, translations)}`;
  return renderPage(title, body, 200, {
    language: pageLanguage(language),
    style,
    cacheSeconds: q === "" ? CACHE_SECONDS : undefined,
  });
}

function renderArticles({ slug, q, articles }: ListingPage, texts: Translations): Markup {
  if (articles.length > 0) return html`<ul class="list">${articles.map(createArticleItemRenderer(slug))}</ul>`;
  return html`<p>${q === "" ? texts.empty : texts.nothing_found}</p>`;
}

function renderCategories({ slug, language, categories, path }: ListingPage, texts: Translations): Markup | undefined {
  const link = ({ code, name, count }: Category) =>
    html`<li><a href="${buildUrl(slug, { language, category: code })}">${name}</a> <span>${count}</span></li>
`;
  const above = path.slice(0, -1);
  if (categories.length === 0 && above.length === 0) return undefined;
  return html`<nav aria-label="${texts.categories}"><ul class="row">${[...above, ...categories].map(link)}</ul></nav>`;
}

function renderLanguages({ slug, language, languages }: ListingPage, texts: Translations): Markup | undefined {
  const otherLanguages = languages.filter((otherLanguage) => otherLanguage !== language);
  if (otherLanguages.length === 0) return undefined;
  return html`<nav aria-label="${texts.languages}"><ul class="row">${otherLanguages.map(
    (
      otherLanguage,
    ) => html`<li><a href="${buildUrl(slug, { language: otherLanguage })}" lang="${otherLanguage}" hreflang="${otherLanguage}">${languageName(otherLanguage)}</a></li>
`,
  )}</ul></nav>`;
}

interface ArticleAddress {
  slug: string;
  id: string;
}

export const showArticle = async (address: ArticleAddress): Promise<RawResponse> =>
  articlePage(await PublicPages.readArticle(address));

async function articlePage(page: ArticlePage, notice?: Markup): Promise<RawResponse> {
  const { slug, article, language, category, related, translations } = page;
  const { name } = await loadMasterTexts(ARTICLE_CATEGORIES, language);
  const texts = translationsFor(language);
  const body = html`<p><a href="${buildUrl(slug, { language })}">${texts.all}</a>${category && html` › <a href="${buildUrl(slug, { language, category: category.code })}">${name(category)}</a>`}</p>
${notice}
${renderTranslations(translations, slug, texts)}
<p>${fillPlaceholders(texts.published, { day: formatDay(page.published_at, language, page.timezone) })}</p>
<article lang="${language}" dir="auto">
${new Markup(page.html)}
</article>
${renderFeedbackForm(page, texts)}
${related.length === 0 ? undefined : html`<h2>${texts.related}</h2><ul class="list">${related.map(createArticleItemRenderer(slug))}</ul>`}
${renderSearchForm(page)}
<img class="seen" src="/kb/${slug}/${article.id}/seen.gif" alt="" width="1" height="1">`;
  const keeps = notice === undefined ? CACHE_SECONDS : undefined;
  return renderPage(article.title, body, 200, {
    language: pageLanguage(language),
    style,
    hasPictures: true,
    cacheSeconds: keeps,
  });
}

function renderTranslations(translations: readonly ArticleSummary[], slug: string, texts: Translations): Markup | undefined {
  if (translations.length === 0) return undefined;
  return html`<nav aria-label="${texts.languages}"><ul class="row">${translations.map(
    ({
      id,
      language,
    }) => html`<li><a href="/kb/${slug}/${id}" lang="${language}" hreflang="${language}">${languageName(language)}</a></li>
`,
  )}</ul></nav>`;
}

const renderFeedbackForm = (
  { slug, article }: ArticlePage,
  texts: Translations,
): Markup => html`<form method="post" action="/kb/${slug}/${article.id}">
<h2>${texts.helpful}</h2>
<div class="field"><label for="comment">${texts.comment}</label>
<textarea id="comment" name="comment" rows="3" maxlength="1000"></textarea></div>
<div class="buttons"><button name="helpful" value="yes">${texts.yes}</button> <button name="helpful" value="no" class="other">${texts.no}</button></div>
</form>`;

const formatDay = (instant: string, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(pageLanguage(language), { dateStyle: "long", timeZone }).format(Date.parse(instant));

export async function submitFeedback({
  slug,
  id,
  helpful,
  comment,
}: ArticleAddress & { helpful: "yes" | "no"; comment: string }): Promise<RawResponse> {
  const commentText = comment.trim().slice(0, 1000);
  await PublicPages.giveFeedback({
    slug,
    id,
    is_helpful: helpful === "yes",
    comment: commentText === "" ? null : commentText.toWellFormed(),
  });
  const page = await PublicPages.readArticle({ slug, id });
  return articlePage(page, html`<p class="told" role="status">${translationsFor(page.language).thanks}</p>`);
}

export async function recordView(address: ArticleAddress): Promise<RawResponse> {
  await PublicPages.recordView(address);
  return trackingPixel();
}
