import { Parser, Tokenizer } from "htmlparser2";

/**
 * Links of a mail lead over us, and a point says that it was opened (docs/messaging/mail-tracking.md). Only the values of those links change, and
 * what is put in; every other byte stays as it is, however broken the HTML may be. Pure.
 */

export interface TrackingOptions {
  /** Ours: what leads to it stays. */
  origin: string;
  /** Addresses that stay too, such as those of List-Unsubscribe. */
  plain?: readonly string[];
  /** Where a link leads in place of its own address, by its number from 1 on. */
  buildLink(address: string, number: number): string;
  /** The picture that says that the mail was opened. */
  pixelUrl: string;
  /** A link that no person sees; without one, none is put in. */
  trapUrl?: string;
}

export function rewriteLinks(
  html: string,
  { origin, plain = [], buildLink: link, pixelUrl: point, trapUrl: trap }: TrackingOptions,
): string {
  const { links, end } = findLinks(html);
  const own = new Set(plain);
  let [written, from, number] = ["", 0, 0];
  for (const { start, stop, address } of links) {
    if (!isExternal(address, origin) || own.has(address)) continue;
    written += html.slice(from, start) + link(address, ++number);
    from = stop;
  }
  const hidden = trap === undefined ? "" : `<a href="${trap}" style="display:none" tabindex="-1" aria-hidden="true"></a>`;
  const put = end === undefined ? "" : `${hidden}<img src="${point}" width="1" height="1" alt="">`;
  const at = end ?? html.length;
  return at < from ? written + html.slice(from) : written + html.slice(from, at) + put + html.slice(at);
}

/** How many links of it lead over us. */
export const countLinks = (html: string, origin: string): number =>
  findLinks(html).links.filter(({ address }) => isExternal(address, origin)).length;

/** Characters of an address that is still taken: a longer one would not come through all programs. */
const MAX_ADDRESS_LENGTH = 2000;

/** Whether an address leads to a page that is not ours. */
function isExternal(address: string, origin: string): boolean {
  if (address.length > MAX_ADDRESS_LENGTH || address.includes("{{") || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return false;
  return new URL(address).origin !== new URL(origin).origin;
}

interface LinkPosition {
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

const END_MARKER = "crm-end";

/** The links, and where something may be put at the end: nowhere, where the HTML ends within a tag or a comment. */
function findLinks(html: string): { links: LinkPosition[]; end: number | undefined } {
  const text = `${html}<${END_MARKER}>`;
  const links: LinkPosition[] = [];
  let [tag, opened] = ["", 0];
  let attributes: Attribute[] = [];
  let body: number | undefined;
  let isWhole = false;

  const close = (at: number): void => {
    if (tag === END_MARKER && opened === html.length + 1) isWhole = true;
    const href = attributes.find(({ name }) => name === "href");
    const isLink = (tag === "a" || tag === "area") && !attributes.some(({ name }) => name === "data-crm-plain");
    // What is closed by what was put behind it is no tag.
    if (isLink && at < html.length && href && href.start < href.stop)
      links.push({ ...href, address: decodeAttribute(text.slice(href.start, href.stop)) });
    attributes = [];
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      ...ignoredHandlers,
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

const noop = (): void => undefined;
const ignoredHandlers = {
  ...{ onattribentity: noop, onattribend: noop, oncdata: noop, oncomment: noop, ondeclaration: noop },
  ...{ onend: noop, onprocessinginstruction: noop, ontext: noop, ontextentity: noop },
};

/** The value of an attribute as it is meant, without the blanks and line ends that browsers take out. */
function decodeAttribute(raw: string): string {
  let value = raw;
  const parser = new Parser({
    onopentag(_, { href = "" }) {
      value = href;
    },
  });
  parser.end(`<a href="${raw.replaceAll('"', "&quot;")}">`);
  return value.replaceAll(/[\t\r\n]/g, "").trim();
}
