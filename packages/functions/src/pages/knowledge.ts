import { languageOf } from "@crm/core/kernel/language.ts";
import { filled } from "@crm/core/kernel/text.ts";
import { type Category, type Named, type Read, Reading, type Shelf } from "@crm/core/knowledge/reading.ts";
import { type Words, words } from "@crm/core/knowledge/words.ts";
import type { Raw } from "../http/operation.ts";
import { pageOf } from "./layout.ts";
import { html, Markup } from "./markup.ts";
import { point } from "./point.ts";

/** A knowledge base as the public reads it. What surrounds articles is in the language of the page, as far as there are words in it. */

const style = new Markup(`
main { max-width: 46rem; }
.list { padding: 0; list-style: none; }
.list li { margin: 0 0 1rem; }
.list p { margin: 0.125rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; padding: 0; margin: 0.5rem 0; list-style: none; }
.row a, .row span { display: inline-block; min-height: 1.5rem; }
.search { display: flex; gap: 0.5rem; align-items: end; margin: 1rem 0; }
.search div { flex: auto; min-width: 0; }
.search button { flex: none; }
article { margin: 1.5rem 0; }
article pre { white-space: pre-wrap; padding: 0.75rem; background: light-dark(#eef1f4, #1b1f24); border-radius: 0.375rem; }
article blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 0.25rem solid var(--line); }
article table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
article th, article td { padding: 0.375rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
article .end { text-align: end; }
article .center { text-align: center; }
.told { margin: 1rem 0; padding: 0.75rem 1rem; border: 2px solid var(--do); border-radius: 0.375rem; font-weight: 600; }
.seen { position: absolute; }
`);

/** Seconds for which a page may be kept: so long something withdrawn may be seen still. */
const KEEPS = 60;

const shownIn = (language: string) => languageOf(language) ?? "en";
const wordsOf = (language: string): Words => words[shownIn(language)];

const addressOf = (slug: string, asked: Readonly<Record<string, string | undefined>> = {}): string => {
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "");
  return given.length === 0 ? `/kb/${slug}` : `/kb/${slug}?${new URLSearchParams(given)}`;
};

const named = (slug: string) => (article: Named) =>
  html`<li>
<a href="/kb/${slug}/${article.id}" lang="${article.language}" dir="auto">${article.title}</a>
${article.summary ? html`<p lang="${article.language}" dir="auto">${article.summary}</p>` : undefined}
</li>
`;

/** As a language calls itself. */
const nameOf = (language: string): string => new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;

function searchForm({ slug, language, q = "" }: { slug: string; language: string; q?: string }): Markup {
  const { search } = wordsOf(language);
  return html`<form method="get" action="/kb/${slug}" role="search" class="search">
<input type="hidden" name="language" value="${language}">
<div><label for="q">${search}</label>
<input id="q" name="q" type="search" maxlength="200" value="${q}"></div>
<button>${search}</button>
</form>`;
}

interface Address {
  slug: string;
  language?: string | undefined;
  category?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
}

export async function show(asked: Address): Promise<Raw> {
  const shelf = await Reading.shelf(asked);
  const { language, q, path } = shelf;
  const said = wordsOf(language);
  const title = path.at(-1)?.name ?? filled(said.help, { from: shelf.organisation });
  const body = html`${path.length === 0 && q === "" ? undefined : html`<p><a href="${addressOf(shelf.slug, { language })}">${said.all}</a></p>`}
${searchForm(shelf)}
${q === "" ? categories(shelf, said) : undefined}
<h2>${q === "" ? said.newest : filled(said.results, { q })}</h2>
${articles(shelf, said)}
${shelf.next === null ? undefined : html`<p><a href="${addressOf(shelf.slug, { language, category: path.at(-1)?.code, cursor: shelf.next })}">${said.more}</a></p>`}
${languages(shelf, said)}`;
  return pageOf(title, body, 200, { language: shownIn(language), style, keeps: q === "" ? KEEPS : undefined });
}

function articles({ slug, q, articles: shown }: Shelf, said: Words): Markup {
  if (shown.length > 0) return html`<ul class="list">${shown.map(named(slug))}</ul>`;
  return html`<p>${q === "" ? said.empty : said.nothing_found}</p>`;
}

function categories({ slug, language, categories: shown, path }: Shelf, said: Words): Markup | undefined {
  const link = ({ code, name, count }: Category) =>
    html`<li><a href="${addressOf(slug, { language, category: code })}">${name}</a> <span>${count}</span></li>
`;
  const above = path.slice(0, -1);
  if (shown.length === 0 && above.length === 0) return undefined;
  return html`<nav aria-label="${said.categories}"><ul class="row">${[...above, ...shown].map(link)}</ul></nav>`;
}

function languages({ slug, language, languages: there }: Shelf, said: Words): Markup | undefined {
  const others = there.filter((each) => each !== language);
  if (others.length === 0) return undefined;
  return html`<nav aria-label="${said.languages}"><ul class="row">${others.map(
    (each) => html`<li><a href="${addressOf(slug, { language: each })}" lang="${each}" hreflang="${each}">${nameOf(each)}</a></li>
`,
  )}</ul></nav>`;
}

interface One {
  slug: string;
  id: string;
}

export const read = async (asked: One): Promise<Raw> => articlePage(await Reading.read(asked));

function articlePage(page: Read, told?: Markup): Raw {
  const { slug, article, language, category, related, translations } = page;
  const said = wordsOf(language);
  const body = html`<p><a href="${addressOf(slug, { language })}">${said.all}</a>${category && html` › <a href="${addressOf(slug, { language, category: category.code })}">${category.name}</a>`}</p>
${told}
${others(translations, slug, said)}
<p>${filled(said.published, { day: dayOf(page.published_at, language, page.timezone) })}</p>
<article lang="${language}" dir="auto">
${new Markup(page.html)}
</article>
${opinion(page, said)}
${related.length === 0 ? undefined : html`<h2>${said.related}</h2><ul class="list">${related.map(named(slug))}</ul>`}
${searchForm(page)}
<img class="seen" src="/kb/${slug}/${article.id}/seen.gif" alt="" width="1" height="1">`;
  const keeps = told === undefined ? KEEPS : undefined;
  return pageOf(article.title, body, 200, { language: shownIn(language), style, hasPictures: true, keeps });
}

function others(translations: readonly Named[], slug: string, said: Words): Markup | undefined {
  if (translations.length === 0) return undefined;
  return html`<nav aria-label="${said.languages}"><ul class="row">${translations.map(
    ({
      id,
      language,
    }) => html`<li><a href="/kb/${slug}/${id}" lang="${language}" hreflang="${language}">${nameOf(language)}</a></li>
`,
  )}</ul></nav>`;
}

const opinion = ({ slug, article }: Read, said: Words): Markup => html`<form method="post" action="/kb/${slug}/${article.id}">
<h2>${said.helpful}</h2>
<div class="field"><label for="comment">${said.comment}</label>
<textarea id="comment" name="comment" rows="3" maxlength="1000"></textarea></div>
<div class="buttons"><button name="helpful" value="yes">${said.yes}</button> <button name="helpful" value="no" class="other">${said.no}</button></div>
</form>`;

const dayOf = (instant: string, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(shownIn(language), { dateStyle: "long", timeZone }).format(Date.parse(instant));

export async function tell({ slug, id, helpful, comment }: One & { helpful: "yes" | "no"; comment: string }): Promise<Raw> {
  const said = comment.trim().slice(0, 1000);
  await Reading.tell({ slug, id, is_helpful: helpful === "yes", comment: said === "" ? null : said.toWellFormed() });
  const page = await Reading.read({ slug, id });
  return articlePage(page, html`<p class="told" role="status">${wordsOf(page.language).thanks}</p>`);
}

export async function seen(asked: One): Promise<Raw> {
  await Reading.seen(asked);
  return point();
}
