/** Writes the HTML of the text editor as Markdown (docs/service/knowledge.md, "Bodies"). Pure: the editor writes regular HTML, so no browser is needed. */

import { type HtmlElement, type HtmlNode, parseHtml } from "../../../ui/kit/html-tree.ts";

const BLOCKS: ReadonlySet<string> = new Set([
  ...["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "hr"],
]);

/** Characters that would begin a mark of Markdown. */
const escapeText = (text: string): string =>
  text
    .replaceAll(/[\\`*[\]]/g, String.raw`\$&`)
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replaceAll("~~", String.raw`\~\~`)
    .replaceAll(/<(?=[a-z/!?])/gi, String.raw`\<`)
    .replaceAll(/&(?=#?\w+;)/g, String.raw`\&`);

/** The first characters of a line that would make it a heading, a quote, a list or a line. */
const escapeLine = (line: string): string =>
  line
    .replace(/^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|={1,}(?=\s*$)|-{2,}(?=\s*$)|~{3,})/, String.raw`$1\$2`)
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, String.raw`$1\$2`);

const marks: Readonly<Record<string, string>> = { strong: "**", b: "**", em: "*", i: "*", s: "~~", del: "~~" };

/** Marks touch the words that they are about: spaces stand outside. */
function wrapInline(text: string, mark: string): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return inner === "" ? text : `${before}${mark}${inner}${mark}${after}`;
}

function writeCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

const plainText = (node: HtmlNode): string => (typeof node === "string" ? node : node.children.map(plainText).join(""));

const writeAddress = (href: string): string =>
  /[\s()<>]/.test(href) ? `<${href.replaceAll(/[<>]/g, encodeURIComponent)}>` : href;

function writeInline(nodes: readonly HtmlNode[]): string {
  return nodes
    .map((node): string => {
      if (typeof node === "string") return escapeText(node.replaceAll(/\s*\n\s*/g, " "));
      const { tag, attributes, children } = node;
      if (tag === "br") return "\\\n";
      if (tag === "code") return writeCode(plainText(node));
      const text = writeInline(children);
      if (tag === "a" && attributes.href) return `[${text}](${writeAddress(attributes.href)})`;
      const mark = marks[tag];
      return mark === undefined ? text : wrapInline(text, mark);
    })
    .join("");
}

const indent = (text: string, first: string, rest: string): string =>
  text
    .split("\n")
    .map((line, index) => (index === 0 ? `${first}${line}` : line === "" ? rest.trimEnd() : `${rest}${line}`))
    .join("\n");

function writeList({ tag, attributes, children }: HtmlElement): string {
  const start = Number(attributes.start ?? 1);
  const items = children.filter((child): child is HtmlElement => typeof child !== "string" && child.tag === "li");
  const isLoose = items.some(
    ({ children: parts }) => parts.filter((part) => typeof part !== "string" && part.tag === "p").length > 1,
  );
  return items
    .map((item, index) => {
      const marker = tag === "ol" ? `${start + index}. ` : "- ";
      return indent(writeBlocks(item.children, isLoose ? "\n\n" : "\n"), marker, " ".repeat(marker.length));
    })
    .join(isLoose ? "\n\n" : "\n");
}

function writeBlock(element: HtmlElement): string {
  const { tag, children } = element;
  switch (tag) {
    case "ul":
    case "ol":
      return writeList(element);
    case "blockquote":
      return indent(writeBlocks(children), "> ", "> ");
    case "pre": {
      const [code] = children;
      const language = typeof code === "object" ? (/language-(\S+)/.exec(code.attributes.class ?? "")?.[1] ?? "") : "";
      return `\`\`\`${language}\n${plainText(element).replace(/\n$/, "")}\n\`\`\``;
    }
    case "hr":
      return "---";
    default: {
      const level = /^h([1-6])$/.exec(tag)?.[1];
      const text = writeInline(children).trim();
      return level === undefined
        ? text.split("\n").map(escapeLine).join("\n")
        : `${"#".repeat(Number(level))} ${text.replaceAll(/\\?\n/g, " ")}`;
    }
  }
}

/** Blocks stand after each other. Text between them is a paragraph. */
function writeBlocks(nodes: readonly HtmlNode[], gap = "\n\n"): string {
  const parts: string[] = [];
  let inline: HtmlNode[] = [];
  const flush = (): void => {
    const text = writeInline(inline).trim();
    if (text !== "") parts.push(text.split("\n").map(escapeLine).join("\n"));
    inline = [];
  };
  for (const node of nodes) {
    if (typeof node === "object" && BLOCKS.has(node.tag)) {
      flush();
      const text = writeBlock(node);
      if (text !== "") parts.push(text);
    } else inline.push(node);
  }
  flush();
  return parts.join(gap);
}

export const htmlToMarkdown = (html: string): string => writeBlocks(parseHtml(html).children);

/** Without what does not change the look: paragraphs in the items of lists, and the spaces between blocks. */
const normalizeHtml = (html: string): string =>
  html
    .replaceAll(/>\s+</g, "><")
    .replaceAll("<li><p>", "<li>")
    .replaceAll(/<\/p>(?=<\/li>|<[uo]l)/g, "")
    .trim();

/** Whether the editor can show a text without losing a part of it, such as a table. `toHtml` renders Markdown. */
export function isEditable(markdown: string, toHtml: (markdown: string) => string): boolean {
  const html = toHtml(markdown);
  return normalizeHtml(toHtml(htmlToMarkdown(html))) === normalizeHtml(html);
}
