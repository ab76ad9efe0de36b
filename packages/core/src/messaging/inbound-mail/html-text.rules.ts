import { Parser } from "htmlparser2";

/**
 * Converts HTML to readable text: lines, lists and links, without hidden elements. What programs mark as quoted gets `> `, as in
 * plain text mails, so that one rule finds the new text in both.
 */

/** Elements that begin and end a line, and those that have an empty line before and after. */
const blockElements = new Set(
  "address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul".split(
    " ",
  ),
);
const spacedElements = new Set("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split(" "));
const hiddenElements = new Set(
  "head style script title template noscript object svg math select textarea audio video iframe".split(" "),
);

/** Classes with which programs mark quotes and signatures. */
const QUOTE_CLASS_PATTERN =
  /(?:^|\s)(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|protonmail_quote|tutanota_quote|moz-forward-container|zmail_extra|ymail_quoted)(?:\s|$)/i;
const SIGNATURE_CLASS_PATTERN =
  /(?:^|\s)(?:gmail_signature|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature|x_?Signature)(?:\s|$)/i;

/** Nesting depth from which elements are treated as if they were absent. */
const MAX_DEPTH = 200;
const MAX_HTML_LENGTH = 2_000_000;

interface Frame {
  name: string;
  lines: string[];
  kind: "plain" | "quote" | "signature" | "unseen" | "pre" | "item";
  link?: string;
}

const createFrame = (name: string, kind: Frame["kind"] = "plain"): Frame => ({ name, kind, lines: [""] });

/** Converts HTML to text. With `isSigned` false it omits what programs mark as a signature. */
export function htmlToText(html: string, { isSigned = true }: { isSigned?: boolean } = {}): string {
  const stack: Frame[] = [createFrame("root")];
  let deeper = 0;
  const top = (): Frame => stack.at(-1) ?? createFrame("root");
  const parser = new Parser({
    onopentag(name, attributes) {
      if (stack.length > MAX_DEPTH) {
        deeper++;
        return;
      }
      if (name === "br") top().lines.push("");
      else if (name === "hr") addLines(top(), ["________________________________"]);
      else if (name === "img") addText(top(), attributes.alt?.trim() ? `[${attributes.alt.trim()}]` : "");
      else if (name === "td" || name === "th") addText(top(), lastLine(top()) === "" ? "" : " ");
      else stack.push({ ...createFrame(name, classifyElement(name, attributes)), ...(readLink(name, attributes) ?? {}) });
    },
    onclosetag(name) {
      if (["br", "hr", "img", "td", "th"].includes(name)) return;
      if (deeper > 0) {
        deeper--;
        return;
      }
      const frame = stack.length > 1 && top().name === name ? stack.pop() : undefined;
      if (frame) closeFrame(top(), frame, isSigned);
    },
    ontext(text) {
      if (stack.some(({ kind }) => kind === "unseen")) return;
      if (stack.some(({ kind }) => kind === "pre")) addLines(top(), text.split(/\r?\n/), true);
      else addText(top(), text.replaceAll(/[ \t\r\n\f]+/g, " "));
    },
  });
  const rest = feedParser(parser, html.slice(0, MAX_HTML_LENGTH), () => stack.length + deeper <= MAX_OPEN_ELEMENTS);
  parser.end();
  while (stack.length > 1) {
    const frame = stack.pop();
    if (frame) closeFrame(top(), frame, isSigned);
  }
  return tidyLines([...(stack[0]?.lines ?? []), ...rest.split("\n")]);
}

/** Limit of open elements, which no real page reaches: parsing becomes slower with each. */
const MAX_OPEN_ELEMENTS = 2000;
const CHUNK_LENGTH = 8192;

/** Feeds HTML to the parser while `goesOn` allows. Returns the rest as text without structure. */
function feedParser(parser: Parser, html: string, goesOn: () => boolean): string {
  let index = 0;
  for (; index < html.length && goesOn(); index += CHUNK_LENGTH) parser.write(html.slice(index, index + CHUNK_LENGTH));
  return html.slice(index).replaceAll(/<[^<>]*>/g, " ");
}

function classifyElement(
  name: string,
  { class: classes = "", id = "", style = "", hidden }: Record<string, string>,
): Frame["kind"] {
  if (hiddenElements.has(name) || hidden !== undefined || /display\s*:\s*none|mso-hide\s*:\s*all/i.test(style)) return "unseen";
  if (SIGNATURE_CLASS_PATTERN.test(classes) || /^(?:x_)*(?:Signature|ms-outlook-mobile-signature|AppleMailSignature)$/.test(id))
    return "signature";
  if (name === "blockquote" || QUOTE_CLASS_PATTERN.test(classes)) return "quote";
  return name === "pre" ? "pre" : name === "li" ? "item" : "plain";
}

/** Returns the target of a link, which is added to its text unless the text already contains it. */
function readLink(name: string, { href = "" }: Record<string, string>): Pick<Frame, "link"> | undefined {
  return name === "a" && /^https?:\/\//i.test(href) && href.length <= 500 ? { link: href } : undefined;
}

const lastLine = ({ lines }: Frame): string => lines.at(-1) ?? "";

/** Appends text, without spaces at the beginning of a line and repeated spaces. */
function addText(frame: Frame, text: string): void {
  const end = lastLine(frame);
  frame.lines[frame.lines.length - 1] = end + (end === "" || end.endsWith(" ") ? text.replace(/^ +/, "") : text);
}

/** Adds lines. With `isInline` the first one continues the current line. */
function addLines(frame: Frame, lines: readonly string[], isInline = false): void {
  const [head = "", ...rest] = lines;
  if (isInline || lastLine(frame) === "") frame.lines[frame.lines.length - 1] = lastLine(frame) + head;
  else frame.lines.push(head);
  for (const line of rest) frame.lines.push(line);
  if (!isInline) frame.lines.push("");
}

/** Appends the content of an element to its parent. */
function closeFrame(parent: Frame, frame: Frame, isSigned: boolean): void {
  if (frame.kind === "unseen" || (frame.kind === "signature" && !isSigned)) return;
  const text = frame.lines.join("");
  if (frame.link && text.trim() !== "" && !text.includes("://") && !isSameAddress(text, frame.link))
    addText(frame, ` <${frame.link}>`);
  if (!blockElements.has(frame.name) && frame.kind !== "quote") {
    appendLines(parent, frame.lines);
    return;
  }
  const lines = renderLines(frame);
  if (spacedElements.has(frame.name) && parent.lines.length > 1 && parent.lines.at(-2) !== "") addLines(parent, [""]);
  addLines(parent, lines);
  if (spacedElements.has(frame.name)) parent.lines.push("");
}

/** Tells whether the link text is the address of the link, so that it is not repeated. */
const isSameAddress = (text: string, link: string): boolean =>
  normalizeAddress(link).startsWith(normalizeAddress(text.trim())) && /^[\w.-]+\.\w+/.test(text.trim());
const normalizeAddress = (address: string): string =>
  address
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/^www\./, "")
    .replace(/\/$/, "");

function appendLines(parent: Frame, lines: readonly string[]): void {
  const [head = "", ...rest] = lines;
  addText(parent, head);
  for (const line of rest) parent.lines.push(line);
}

/** The heading of a forwarded message. It is not a quote, although programs mark it as one. */
const FORWARDED_PATTERN = /^-{5,} ?\p{L}/u;

function renderLines({ kind, lines }: Frame): string[] {
  const [trimmed, frameKind] = [trimEmptyLines(lines), kind];
  if (frameKind === "item") return trimmed.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
  if (frameKind !== "quote" || FORWARDED_PATTERN.test(trimmed[0] ?? "")) return trimmed;
  return trimmed.map((line) => `> ${line}`.trimEnd());
}

function trimEmptyLines(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return begin < 0 ? [] : lines.slice(begin, end + 1);
}

/** Removes repeated empty lines. */
const tidyLines = (lines: readonly string[]): string =>
  trimEmptyLines(lines)
    .map((line) => line.replaceAll("\u00a0", " ").trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
