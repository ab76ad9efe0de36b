import { readFile } from "node:fs/promises";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import type { Plugin } from "vite";
import { type HtmlNode, parseHtml } from "../src/ui/kit/html-tree.ts";

const INDEX = "virtual:user-guide";
const PAGE_FILE = /\/guide\/([\w-]+)\.md\?guide$/;

/** A link of the index to one of its pages. */
const ENTRY = /^- \[(?<title>[^\]]+)\]\((?<name>[\w-]+)\.md\): (?<summary>.+)$/;

interface GuideGroup {
  readonly title: string;
  readonly pages: { readonly name: string; readonly title: string; readonly summary: string }[];
}

/** Reads the groups of `docs/guide/README.md`: a heading, and a list of links with a sentence each. */
export function parseGuideIndex(text: string): GuideGroup[] {
  const groups: GuideGroup[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) groups.push({ title: line.slice("## ".length), pages: [] });
    const { title = "", name = "", summary = "" } = ENTRY.exec(line)?.groups ?? {};
    if (name !== "") groups.at(-1)?.pages.push({ name, title, summary });
  }
  return groups;
}

const markdown = new MarkdownIt({ html: false });

/** Names the pictures of a page, and leads links between pages to their addresses in the console. */
function resolveLinks(nodes: readonly HtmlNode[], pictures: string[]): void {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    const { tag, attributes } = node as { tag: string; attributes: Record<string, string> };
    if (tag === "img" && attributes.src !== undefined) attributes.src = String(pictures.push(attributes.src) - 1);
    if (tag === "a" && attributes.href !== undefined) attributes.href = attributes.href.replace(/^([\w-]+)\.md/, "/crm/guide/$1");
    resolveLinks(node.children, pictures);
  }
}

/** Makes the user guide of `docs/guide` a part of the console: an index, and a module for each page with its text as a tree. */
export function includeGuide(folder: string): Plugin {
  return {
    name: "crm:guide",
    enforce: "pre",
    resolveId: (id) => (id === INDEX ? `\0${INDEX}` : undefined),
    load: {
      async handler(id) {
        if (id === `\0${INDEX}`) {
          const file = join(folder, "README.md");
          this.addWatchFile(file);
          const groups = parseGuideIndex(await readFile(file, "utf8"));
          const loaders = groups
            .flatMap(({ pages }) => pages)
            .map(({ name }) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`${join(folder, `${name}.md`)}?guide`)})`);
          return {
            code: `export const groups = ${JSON.stringify(groups)};\nexport const pages = { ${loaders.join(", ")} };`,
            moduleType: "js",
          };
        }
        if (!PAGE_FILE.test(id)) return undefined;
        const { children } = parseHtml(markdown.render(await readFile(id.slice(0, id.indexOf("?")), "utf8")));
        const pictures: string[] = [];
        resolveLinks(children, pictures);
        const imports = pictures.map((path, index) => `import picture${index} from ${JSON.stringify(join(folder, path))};`);
        const names = pictures.map((_, index) => `picture${index}`).join(", ");
        return {
          code: `${imports.join("\n")}\nexport const pictures = [${names}];\nexport const content = ${JSON.stringify(children)};`,
          moduleType: "js",
        };
      },
    },
  };
}
