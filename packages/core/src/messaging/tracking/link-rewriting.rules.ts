import { Parser, Tokenizer } from "htmlparser2";

/**
 * Pure rules: replaces the links of a mail, by tracked ones or by those with more parameters, and adds a tracking picture (docs/messaging/mail-tracking.md). Only the
 * link values change, and what is added. All other bytes stay, even in malformed HTML.
 */

export interface TrackingOptions {
  /** The own origin: links to it are not tracked. */
  origin: string;
  /** Further URLs that are not tracked, such as that of List-Unsubscribe. */
  plain?: readonly string[];
  /** Returns the new URL of a link as HTML, by its number from 1 on. A link that gets its own URL stays as it is written. */
  buildLink(address: string, number: number): string;
  /** The URL of the tracking picture. Without it, none is added. */
  pixelUrl?: string;
  /** The URL of the hidden link. Without it, no hidden link is added. */
  trapUrl?: string;
}

export function rewriteLinks(html: string, { origin, plain = [], buildLink, pixelUrl, trapUrl }: TrackingOptions): string {
  const { links, end } = findLinks(html);
  const plainAddresses = new Set(plain);
  let [output, from, number] = ["", 0, 0];
  for (const { start, stop, address } of links) {
    if (!isExternal(address, origin) || plainAddresses.has(address)) continue;
    const url = buildLink(address, ++number);
    if (url === address) continue;
    output += html.slice(from, start) + url;
    from = stop;
  }
  const hidden = trapUrl === undefined ? "" : `<a href="${trapUrl}" style="display:none" tabindex="-1" aria-hidden="true"></a>`;
  const pixel = pixelUrl === undefined ? "" : `<img src="${pixelUrl}" width="1" height="1" alt="">`;
  const insertion = end === undefined ? "" : hidden + pixel;
  const insertionIndex = end ?? html.length;
  return insertionIndex < from
    ? output + html.slice(from)
    : output + html.slice(from, insertionIndex) + insertion + html.slice(insertionIndex);
}

/** Returns the number of tracked links in the HTML. */
export const countLinks = (html: string, origin: string): number =>
  findLinks(html).links.filter(({ address }) => isExternal(address, origin)).length;

/** Maximum number of characters of a tracked URL: not all programs accept longer ones. */
const MAX_ADDRESS_LENGTH = 2000;

/** Tells whether a URL leads to a page outside of the own origin. */
function isExternal(address: string, origin: string): boolean {
  if (address.length > MAX_ADDRESS_LENGTH || address.includes("{{") || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return false;
  return new URL(address).origin !== new URL(origin).origin;
}

interface LinkPosition {
  /** The position of the attribute value, within its quotes. */
  start: number;
  stop: number;
  /** The URL as a browser decodes it. */
  address: string;
}

interface Attribute {
  name: string;
  start: number;
  stop: number;
}

const END_MARKER = "crm-end";

/** Finds the links, and the position at the end where HTML can be added: undefined if the HTML ends within a tag or comment. */
function findLinks(html: string): { links: LinkPosition[]; end: number | undefined } {
  const text = `${html}<${END_MARKER}>`;
  const links: LinkPosition[] = [];
  let [tag, tagStart] = ["", 0];
  let attributes: Attribute[] = [];
  let body: number | undefined;
  let isWhole = false;

  const close = (position: number): void => {
    if (tag === END_MARKER && tagStart === html.length + 1) isWhole = true;
    const href = attributes.find(({ name }) => name === "href");
    const isLink = (tag === "a" || tag === "area") && !attributes.some(({ name }) => name === "data-crm-plain");
    // A tag that only the appended marker closes is not complete.
    if (isLink && position < html.length && href && href.start < href.stop)
      links.push({ ...href, address: decodeAttribute(text.slice(href.start, href.stop)) });
    attributes = [];
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      ...ignoredHandlers,
      onopentagname(start, stop) {
        tag = text.slice(start, stop).toLowerCase();
        tagStart = start;
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

/** Decodes an attribute value, without the spaces and line ends that browsers remove. */
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
