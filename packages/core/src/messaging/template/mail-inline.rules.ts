import { escapeHtml } from "../../kernel/html.ts";
import { describeFieldInAttribute } from "./html.rules.ts";

/**
 * The markup of a text block: a few elements, without attributes except the address of a link. Everything else is refused, so the renderer knows each
 * element and gives it its style.
 */

const inlineElements = new Set("b strong i em u s code a".split(" "));
const blockElements = new Set("p ul ol li blockquote".split(" "));
const allowedAttributes = new Set(["href", "target", "rel", "class"]);

const TAG_PATTERN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/gi;
const ATTRIBUTE_PATTERN = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi;
const FIELD_PATTERN = /\{\{[^{}]*\}\}/g;

/** Links as mail programs open them. */
const LINK_PATTERN = /^(?:https?:\/\/|mailto:|tel:)\S+$/i;

const namedCharacters: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " },
};

/** Decodes the character references that editors write. */
export const decodeCharacters = (html: string): string =>
  html.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi, (reference, decimal, hex, named) => {
    if (named !== undefined) return namedCharacters[String(named).toLowerCase()] ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });

type InlineToken =
  | { readonly kind: "text"; readonly html: string }
  | { readonly kind: "break" }
  | { readonly kind: "open" | "close"; readonly name: string; readonly href: string | undefined };

interface ParsedInline {
  tokens: InlineToken[];
  faults: string[];
}

/** Parses the markup of a text block. Each opened element must be closed, in reverse order. */
export function parseInline(html: string): ParsedInline {
  const tokens: InlineToken[] = [];
  const faults: string[] = [];
  const open: string[] = [];
  const addText = (literal: string): void => {
    if (literal.includes("<"))
      faults.push(
        `The text "${literal.slice(literal.indexOf("<")).slice(0, 20)}" is not a tag: write &lt; for the character itself`,
      );
    if (literal !== "") tokens.push({ kind: "text", html: literal });
  };
  let end = 0;
  for (const { 0: tag, 1: slash, 2: typedName = "", 3: attributes = "", index } of html.matchAll(TAG_PATTERN)) {
    addText(html.slice(end, index));
    end = index + tag.length;
    const name = typedName.toLowerCase();
    if (name === "br") tokens.push({ kind: "break" });
    else if (!inlineElements.has(name) && !blockElements.has(name))
      faults.push(`The element "${name}" is not allowed in HTML mails`);
    else if (slash === "/") {
      if (open.pop() !== name) faults.push(`The end tag of "${name}" closes no open element: close elements in reverse order`);
      tokens.push({ kind: "close", name, href: undefined });
    } else {
      open.push(name);
      tokens.push({ kind: "open", name, href: readHref(name, attributes, faults) });
    }
  }
  addText(html.slice(end));
  if (open.length > 0) faults.push(`The element "${open.at(-1)}" is not closed`);
  return { tokens, faults: [...new Set(faults)] };
}

function readHref(name: string, attributes: string, faults: string[]): string | undefined {
  let href: string | undefined;
  for (const [, typed = "", quoted, apostrophed] of attributes.matchAll(ATTRIBUTE_PATTERN)) {
    const attribute = typed.toLowerCase();
    const value = decodeCharacters(quoted ?? apostrophed ?? "").trim();
    if (name !== "a" || !allowedAttributes.has(attribute))
      faults.push(`The attribute "${attribute}" is not allowed in HTML mails`);
    else if (attribute === "href") href = value;
  }
  if (name !== "a") return undefined;
  if (href?.includes("{{")) faults.push(describeFieldInAttribute("href"));
  else if (!LINK_PATTERN.test(href ?? "")) faults.push("The address in href must be http, https, mailto or tel");
  return href;
}

/** The texts of a text block in which merge fields stand. A brace in place of each tag, because no merge field contains one. */
export const readInlineText = (html: string): string =>
  parseInline(html)
    .tokens.map((token) => (token.kind === "text" ? decodeCharacters(token.html) : " { "))
    .join("");

/** Escapes a plain text, but not its merge fields: their fallbacks are escaped when values are filled in. */
export const escapeAroundFields = (text: string): string => mapAroundFields(text, escapeHtml, (field) => field);

function mapAroundFields(text: string, mapText: (literal: string) => string, mapField: (field: string) => string): string {
  const fields = text.match(FIELD_PATTERN) ?? [];
  return text
    .split(FIELD_PATTERN)
    .map((literal, index) => mapText(literal) + (index < fields.length ? mapField(fields[index] ?? "") : ""))
    .join("");
}

interface InlineStyles {
  /** The attributes of a link, without its address. */
  readonly link: string;
  readonly quote: string;
  /** The side at which a line begins. */
  readonly start: "left" | "right";
}

/** Renders a valid text block as HTML with styles in its elements. */
export function renderInline(html: string, { link, quote, start }: InlineStyles): string {
  const { tokens } = parseInline(html);
  const isPlain = !tokens.some((token) => token.kind === "open" && blockElements.has(token.name));
  const open: string[] = [];
  const rendered = tokens.map((token): string => {
    if (token.kind === "text") return mapAroundFields(token.html, (literal) => literal, decodeCharacters);
    if (token.kind === "break") return "<br>";
    if (token.kind === "close") {
      open.pop();
      return `</${token.name}>`;
    }
    const isInItem = open.at(-1) === "li";
    open.push(token.name);
    switch (token.name) {
      case "a":
        return `<a href="${escapeHtml(token.href ?? "")}" ${link}>`;
      case "p":
        return `<p style="margin:0${isInItem ? "" : " 0 12px"}">`;
      case "ul":
      case "ol":
        return `<${token.name} style="margin:0 0 12px;padding:0;padding-${start}:24px">`;
      case "li":
        return `<li style="margin:0 0 4px">`;
      case "blockquote":
        return `<blockquote ${quote}>`;
      default:
        return `<${token.name}>`;
    }
  });
  return isPlain ? `<p style="margin:0 0 12px">${rendered.join("")}</p>` : rendered.join("");
}

/** Converts a valid text block to plain text. A link is written as `label: address`. */
export function toInlineText(html: string): string {
  let output = "";
  const lists: { kind: string; count: number }[] = [];
  const links: { href: string; start: number }[] = [];
  const endParagraph = (): void => {
    output = `${output.trimEnd()}\n\n`;
  };
  const openElement = (name: string, href = ""): void => {
    const list = lists.at(-1);
    if (name === "ul" || name === "ol") lists.push({ kind: name, count: 0 });
    if (name === "a") links.push({ href, start: output.length });
    if (name !== "li") return;
    if (list) list.count++;
    const isFirst = list?.count === 1 && lists.length === 1;
    const mark = list?.kind === "ol" ? `${list.count}.` : "-";
    output = `${output.trimEnd()}${isFirst ? "\n\n" : "\n"}${"  ".repeat(Math.max(0, lists.length - 1))}${mark} `;
  };
  const closeElement = (name: string): void => {
    if (name === "a") {
      const { href, start } = links.pop() ?? { href: "", start: output.length };
      const label = output.slice(start).trim();
      if (label !== href.replace(/^(?:mailto|tel):/i, "")) output += label === "" ? href : `: ${href}`;
    } else if (name === "li") output = output.trimEnd();
    else if (blockElements.has(name)) endParagraph();
    if (name === "ul" || name === "ol") lists.pop();
  };
  for (const token of parseInline(html).tokens) {
    if (token.kind === "text") {
      const text = decodeCharacters(token.html).replaceAll(/[ \t\r\n]+/g, " ");
      output += /\s$|^$/.test(output) ? text.trimStart() : text;
    } else if (token.kind === "break") output = `${output.trimEnd()}\n`;
    else if (token.kind === "open") openElement(token.name, token.href);
    else closeElement(token.name);
  }
  return output.replaceAll(/\n{3,}/g, "\n\n").trim();
}
