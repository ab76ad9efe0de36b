/** Reads the regular HTML of editors and of our Markdown. Pure: no browser is needed. */

/** An element of a parsed text. */
export interface HtmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: HtmlNode[];
}

export type HtmlNode = HtmlElement | string;

const VOID: ReadonlySet<string> = new Set(["br", "hr", "img"]);

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", apos: "'" };

const decode = (text: string): string =>
  text.replaceAll(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return entities[name] ?? whole;
    const code = name[1]?.toLowerCase() === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return Number.isNaN(code) ? whole : String.fromCodePoint(code);
  });

const readAttributes = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]));

/** Reads HTML as a tree. */
export function parseHtml(html: string): HtmlElement {
  const root: HtmlElement = { tag: "", attributes: {}, children: [] };
  const open: HtmlElement[] = [root];
  for (const [token] of html.matchAll(/<[^>]+>|[^<]+/g)) {
    const parent = open.at(-1) ?? root;
    const [, slash, name = "", rest = ""] = /^<(\/?)([a-z][a-z0-9]*)([^>]*)>$/i.exec(token) ?? [];
    if (name === "") parent.children.push(decode(token));
    else if (slash === "/") {
      const place = open.findLastIndex(({ tag }) => tag === name.toLowerCase());
      if (place > 0) open.length = place;
    } else {
      const element: HtmlElement = { tag: name.toLowerCase(), attributes: readAttributes(rest), children: [] };
      parent.children.push(element);
      if (!VOID.has(element.tag)) open.push(element);
    }
  }
  return root;
}
