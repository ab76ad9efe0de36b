import MarkdownIt from "markdown-it";

/**
 * Markdown as safe HTML: what an author writes is text and nothing else. HTML stands there as it was typed, pictures are not loaded, links
 * lead to the web or to a mail program, and nothing has a style of its own, which pages would not let it have.
 */
const LINK_PATTERN = /^(https?:\/\/|mailto:)/i;
/** What an author calls the first level stands below the title of the article. */
const FIRST_LEVEL = 2;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: 50 });
markdown.disable("image");
markdown.validateLink = (address) => LINK_PATTERN.test(address);

type Tokens = ReturnType<typeof markdown.parse>;

/** Headings go down by one level at a time, whatever signs an author has given them. */
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

/** Columns say by a class to which side their text goes. */
function replaceStyles(tokens: Tokens): void {
  for (const token of tokens) {
    const [, side] = /^text-align:(\w+)$/.exec(String(token.attrGet("style") ?? "")) ?? [];
    token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null;
    if (side === "right") token.attrSet("class", "end");
    if (side === "center") token.attrSet("class", "center");
  }
}

/** Who follows a link tells its end neither from where nor on whose behalf. */
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
