import { Parser } from "htmlparser2";

/**
 * The text of a page as it is read: its lines, lists and links, without what is not shown. What programs mark as quoted gets `> `, as
 * in mails of text alone, so that one rule tells what is new in both.
 */

/** What begins and ends a line, and what has a line of its own between it and its neighbours. */
const blocks = new Set(
  "address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul".split(
    " ",
  ),
);
const spaced = new Set("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split(" "));
const unseen = new Set("head style script title template noscript object svg math select textarea audio video iframe".split(" "));

/** By which programs mark what they quote, and what they sign with. */
const QUOTE =
  /(?:^|\s)(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|protonmail_quote|tutanota_quote|moz-forward-container|zmail_extra|ymail_quoted)(?:\s|$)/i;
const SIGNATURE =
  /(?:^|\s)(?:gmail_signature|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature|x_?Signature)(?:\s|$)/i;

/** Of elements within each other, deeper ones are read as if they were not there. */
const DEEPEST = 200;
const LONGEST = 2_000_000;

interface Frame {
  name: string;
  lines: string[];
  kind: "plain" | "quote" | "signature" | "unseen" | "pre" | "item";
  link?: string;
}

const frameOf = (name: string, kind: Frame["kind"] = "plain"): Frame => ({ name, kind, lines: [""] });

/** With `isSigned` false what programs mark as signature stays away. */
export function textOfHtml(html: string, { isSigned = true }: { isSigned?: boolean } = {}): string {
  const stack: Frame[] = [frameOf("root")];
  let deeper = 0;
  const top = (): Frame => stack.at(-1) ?? frameOf("root");
  const parser = new Parser({
    onopentag(name, attributes) {
      if (stack.length > DEEPEST) {
        deeper++;
        return;
      }
      if (name === "br") top().lines.push("");
      else if (name === "hr") addLines(top(), ["________________________________"]);
      else if (name === "img") addText(top(), attributes.alt?.trim() ? `[${attributes.alt.trim()}]` : "");
      else if (name === "td" || name === "th") addText(top(), endOf(top()) === "" ? "" : " ");
      else stack.push({ ...frameOf(name, kindOf(name, attributes)), ...(linkOf(name, attributes) ?? {}) });
    },
    onclosetag(name) {
      if (["br", "hr", "img", "td", "th"].includes(name)) return;
      if (deeper > 0) {
        deeper--;
        return;
      }
      const frame = stack.length > 1 && top().name === name ? stack.pop() : undefined;
      if (frame) close(top(), frame, isSigned);
    },
    ontext(text) {
      if (stack.some(({ kind }) => kind === "unseen")) return;
      if (stack.some(({ kind }) => kind === "pre")) addLines(top(), text.split(/\r?\n/), true);
      else addText(top(), text.replaceAll(/[ \t\r\n\f]+/g, " "));
    },
  });
  const rest = fed(parser, html.slice(0, LONGEST), () => stack.length + deeper <= OPEN);
  parser.end();
  while (stack.length > 1) {
    const frame = stack.pop();
    if (frame) close(top(), frame, isSigned);
  }
  return tidied([...(stack[0]?.lines ?? []), ...rest.split("\n")]);
}

/** So many elements stand open at once in no page: keeping them would take longer with each. */
const OPEN = 2000;
const PIECE = 8192;

/** Feeds a page as long as it may go on, and gives what is left without its structure. */
function fed(parser: Parser, html: string, goesOn: () => boolean): string {
  let at = 0;
  for (; at < html.length && goesOn(); at += PIECE) parser.write(html.slice(at, at + PIECE));
  return html.slice(at).replaceAll(/<[^<>]*>/g, " ");
}

function kindOf(name: string, { class: classes = "", id = "", style = "", hidden }: Record<string, string>): Frame["kind"] {
  if (unseen.has(name) || hidden !== undefined || /display\s*:\s*none|mso-hide\s*:\s*all/i.test(style)) return "unseen";
  if (SIGNATURE.test(classes) || /^(?:x_)*(?:Signature|ms-outlook-mobile-signature|AppleMailSignature)$/.test(id))
    return "signature";
  if (name === "blockquote" || QUOTE.test(classes)) return "quote";
  return name === "pre" ? "pre" : name === "li" ? "item" : "plain";
}

/** A link is told with where it leads, unless it says that itself. */
function linkOf(name: string, { href = "" }: Record<string, string>): Pick<Frame, "link"> | undefined {
  return name === "a" && /^https?:\/\//i.test(href) && href.length <= 500 ? { link: href } : undefined;
}

const endOf = ({ lines }: Frame): string => lines.at(-1) ?? "";

/** Blanks at the beginning of a line, and behind others, are none. */
function addText(frame: Frame, text: string): void {
  const end = endOf(frame);
  frame.lines[frame.lines.length - 1] = end + (end === "" || end.endsWith(" ") ? text.replace(/^ +/, "") : text);
}

/** Lines of their own; `isInline` ones go on where the text stands. */
function addLines(frame: Frame, lines: readonly string[], isInline = false): void {
  const [head = "", ...rest] = lines;
  if (isInline || endOf(frame) === "") frame.lines[frame.lines.length - 1] = endOf(frame) + head;
  else frame.lines.push(head);
  for (const line of rest) frame.lines.push(line);
  if (!isInline) frame.lines.push("");
}

/** Puts what was within an element into the one around it. */
function close(around: Frame, frame: Frame, isSigned: boolean): void {
  if (frame.kind === "unseen" || (frame.kind === "signature" && !isSigned)) return;
  const text = frame.lines.join("");
  if (frame.link && text.trim() !== "" && !text.includes("://") && !sameAddress(text, frame.link))
    addText(frame, ` <${frame.link}>`);
  if (!blocks.has(frame.name) && frame.kind !== "quote") {
    joined(around, frame.lines);
    return;
  }
  const lines = shownAs(frame);
  if (spaced.has(frame.name) && around.lines.length > 1 && around.lines.at(-2) !== "") addLines(around, [""]);
  addLines(around, lines);
  if (spaced.has(frame.name)) around.lines.push("");
}

/** The address that a link shows is told once. */
const sameAddress = (text: string, link: string): boolean =>
  plain(link).startsWith(plain(text.trim())) && /^[\w.-]+\.\w+/.test(text.trim());
const plain = (address: string): string =>
  address
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/^www\./, "")
    .replace(/\/$/, "");

function joined(around: Frame, lines: readonly string[]): void {
  const [head = "", ...rest] = lines;
  addText(around, head);
  for (const line of rest) around.lines.push(line);
}

/** What is forwarded is no quote, though programs mark both alike. */
const FORWARDED = /^-{5,} ?\p{L}/u;

function shownAs({ kind, lines }: Frame): string[] {
  const [trimmed, within] = [withoutEdges(lines), kind];
  if (within === "item") return trimmed.map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`));
  if (within !== "quote" || FORWARDED.test(trimmed[0] ?? "")) return trimmed;
  return trimmed.map((line) => `> ${line}`.trimEnd());
}

function withoutEdges(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return begin < 0 ? [] : lines.slice(begin, end + 1);
}

/** Two empty lines say no more than one. */
const tidied = (lines: readonly string[]): string =>
  withoutEdges(lines)
    .map((line) => line.replaceAll("\u00a0", " ").trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
