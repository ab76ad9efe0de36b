import MarkdownIt from "markdown-it";

/**
 * Renders Markdown as safe HTML. Authors' HTML is shown as text, pictures are not loaded, links lead to http, https or mailto addresses only, and
 * there are no inline styles, because the content security policy of the pages blocks them.
 */
const LINK_PATTERN = /^(https?:\/\/|mailto:)/i;
/** The article's title is the h1, so an author's first level becomes h2. */
const FIRST_LEVEL = 2;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: 50 });
markdown.disable("image");
markdown.validateLink = (address) => LINK_PATTERN.test(address);

type Tokens = ReturnType<typeof markdown.parse>;

/** Shifts heading levels, so that each heading is at most one level below the one before. */
function levelHeadings(tokens: Tokens): void {
  let last = FIRST_LEVEL - 1;
  let now = FIRST_LEVEL;
  for (const token of tokens) {
    if (token.type !== "heading_open" && token.type !== "heading_close") continue;
    if (token.type === "heading_open") {
      now = Math.max(FIRST_LEVEL, Math.min(last + 1, Number(token.tag.slice(1)) + 1, 6));
      last = now;
    }
    token.tag = `h${now}`;
  }
}

/** Replaces the inline alignment of table columns with classes. */
function replaceStyles(tokens: Tokens): void {
  for (const token of tokens) {
    const [, alignment] = /^text-align:(\w+)$/.exec(String(token.attrGet("style") ?? "")) ?? [];
    token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null;
    if (alignment === "right") token.attrSet("class", "end");
    if (alignment === "center") token.attrSet("class", "center");
  }
}

/** Links reveal no referrer, give the target no access to the page, and pass on no search rank. */
function protectLinks(tokens: Tokens): void {
  for (const token of tokens.flatMap(({ children }) => children ?? []))
    if (token.type === "link_open") token.attrSet("rel", "noopener noreferrer nofollow");
}

export function renderMarkdown(text: string): string {
  const tokens = markdown.parse(text, {});
  levelHeadings(tokens);
  replaceStyles(tokens);
  protectLinks(tokens);
  return markdown.renderer.render(tokens, markdown.options, {});
}
