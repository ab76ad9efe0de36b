import { Parser, Tokenizer } from "htmlparser2";

/**
 * Links of a mail lead over us, and a point says that it was opened (docs/mail-tracking.md). Only the values of those links change, and
 * what is put in; every other byte stays as it is, however broken the HTML may be. Pure.
 */

export interface Tracked {
  /** Ours: what leads to it stays. */
  origin: string;
  /** Addresses that stay too, such as those of List-Unsubscribe. */
  plain?: readonly string[];
  /** Where a link leads in place of its own address, by its number from 1 on. */
  link(address: string, number: number): string;
  /** The picture that says that the mail was opened. */
  point: string;
  /** A link that no person sees; without one, none is put in. */
  trap?: string;
}

export function tracked(html: string, { origin, plain = [], link, point, trap }: Tracked): string {
  const { links, end } = placesIn(html);
  const own = new Set(plain);
  let [written, from, number] = ["", 0, 0];
  for (const { start, stop, address } of links) {
    if (!leadsAway(address, origin) || own.has(address)) continue;
    written += html.slice(from, start) + link(address, ++number);
    from = stop;
  }
  const hidden = trap === undefined ? "" : `<a href="${trap}" style="display:none" tabindex="-1" aria-hidden="true"></a>`;
  const put = end === undefined ? "" : `${hidden}<img src="${point}" width="1" height="1" alt="">`;
  const at = end ?? html.length;
  return at < from ? written + html.slice(from) : written + html.slice(from, at) + put + html.slice(at);
}

/** How many links of it lead over us. */
export const linksIn = (html: string, origin: string): number =>
  placesIn(html).links.filter(({ address }) => leadsAway(address, origin)).length;

/** Characters of an address that is still taken: a longer one would not come through all programs. */
const LONGEST = 2000;

/** Whether an address leads to a page that is not ours. */
function leadsAway(address: string, origin: string): boolean {
  if (address.length > LONGEST || address.includes("{{") || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return false;
  return new URL(address).origin !== new URL(origin).origin;
}

interface Place {
  /** Where the value of the attribute stands, within its quotes. */
  start: number;
  stop: number;
  /** What it says, as a browser reads it. */
  address: string;
}

interface Attribute {
  name: string;
  start: number;
  stop: number;
}

const END = "crm-end";

/** The links, and where something may be put at the end: nowhere, where the HTML ends within a tag or a comment. */
function placesIn(html: string): { links: Place[]; end: number | undefined } {
  const text = `${html}<${END}>`;
  const links: Place[] = [];
  let [tag, opened] = ["", 0];
  let attributes: Attribute[] = [];
  let body: number | undefined;
  let isWhole = false;

  const close = (at: number): void => {
    if (tag === END && opened === html.length + 1) isWhole = true;
    const href = attributes.find(({ name }) => name === "href");
    const isLink = (tag === "a" || tag === "area") && !attributes.some(({ name }) => name === "data-crm-plain");
    // What is closed by what was put behind it is no tag.
    if (isLink && at < html.length && href && href.start < href.stop)
      links.push({ ...href, address: decoded(text.slice(href.start, href.stop)) });
    attributes = [];
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      ...ignored,
      onopentagname(start, stop) {
        tag = text.slice(start, stop).toLowerCase();
        opened = start;
        attributes = [];
      },
      onattribname(start, stop) {
        attributes.push({ name: text.slice(start, stop).toLowerCase(), start: stop, stop });
      },
      onattribdata(start, stop) {
        const last = attributes.at(-1);
        if (!last) return;
        if (last.start === last.stop) last.start = start;
        last.stop = stop;
      },
      onopentagend: close,
      onselfclosingtag: close,
      onclosetag(start, stop) {
        if (text.slice(start, stop).toLowerCase() === "body") body = text.lastIndexOf("<", start);
      },
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return { links, end: isWhole ? (body ?? html.length) : undefined };
}

const nothing = (): void => undefined;
const ignored = {
  ...{ onattribentity: nothing, onattribend: nothing, oncdata: nothing, oncomment: nothing, ondeclaration: nothing },
  ...{ onend: nothing, onprocessinginstruction: nothing, ontext: nothing, ontextentity: nothing },
};

/** The value of an attribute as it is meant, without the blanks and line ends that browsers take out. */
function decoded(raw: string): string {
  let value = raw;
  const parser = new Parser({
    onopentag(_, { href = "" }) {
      value = href;
    },
  });
  parser.end(`<a href="${raw.replaceAll('"', "&quot;")}">`);
  return value.replaceAll(/[\t\r\n]/g, "").trim();
}
