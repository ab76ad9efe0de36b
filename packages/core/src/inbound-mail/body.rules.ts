import { decoded } from "./charset.rules.ts";
import { uuFiles } from "./encoding.rules.ts";
import { type File, type Leaves, MOST_BYTES, safeName, textIn } from "./files.rules.ts";
import { textOfHtml } from "./html-text.rules.ts";
import type { Part } from "./mime.rules.ts";

/** What is read of a mail. */
export interface Bodies {
  readonly text: string;
  /** Of which what is new is told: without what a program marks as signature. */
  readonly fresh: string;
  readonly html: string | null;
  readonly files: readonly File[];
  readonly calendar: { readonly method: string; readonly text: string } | null;
  readonly isCut: boolean;
}

/** So many parts of a body are read. */
const MOST_TEXTS = 20;
/** Characters of a text; what is longer is cut. */
export const LONGEST_TEXT = 500_000;

export function bodiesOf(leaves: Leaves): Bodies {
  const texts = leaves.texts.slice(0, MOST_TEXTS);
  const { packed } = leaves;
  const html = htmlIn(texts) ?? (packed?.html && decoded(packed.html, undefined)) ?? null;
  const written = uuFiles(plainIn(texts) || clean(packed?.text ?? ""));
  const isRead = isText(written.text, html);
  const text = isRead || html === null ? written.text : clean(textOfHtml(html));
  const fresh = isRead || html === null ? text : clean(textOfHtml(html, { isSigned: false }));
  const unpacked = written.files.map(({ name, bytes }) => ({ ...inText, name: safeName(name) || "file", bytes }));
  return {
    text: text.slice(0, LONGEST_TEXT).toWellFormed().trim(),
    fresh: (fresh || text).slice(0, LONGEST_TEXT).toWellFormed(),
    html: html && clean(html).slice(0, 4 * LONGEST_TEXT),
    files: [...leaves.files, ...unpacked],
    calendar: calendarIn(leaves),
    isCut:
      leaves.isCut ||
      leaves.texts.length > MOST_TEXTS ||
      text.length > LONGEST_TEXT ||
      texts.some(({ body }) => body.length > MOST_BYTES),
  };
}

const inText = { type: "application/octet-stream", cid: null, is_inline: false };

/** Line ends of one kind, and no controls. */
const clean = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "");

/** Of several texts one below the other: some programs part theirs where a picture stands. */
const plainIn = (texts: readonly Part[]): string =>
  texts
    .filter(({ type }) => type !== "text/html")
    .map((part) => plainOf(part).trim())
    .filter((text) => text !== "")
    .join("\n\n");

function plainOf(part: Part): string {
  const text = clean(textIn(part));
  if (part.type === "text/enriched" || part.type === "text/richtext")
    return text.replaceAll(/<<|<param>.*?<\/param>|<\/?[a-z-]{1,20}>/gis, (tag) => (tag === "<<" ? "<" : ""));
  return part.params.format?.toLowerCase() === "flowed" ? unflowed(text, part.params.delsp?.toLowerCase() === "yes") : text;
}

/** Lines that end with a blank go on in the next, of the same quote (RFC 3676). */
function unflowed(text: string, isBlankOfBreak: boolean): string {
  const lines: string[] = [];
  let [isOpen, depth] = [false, 0];
  for (const line of text.split("\n")) {
    const quotes = /^>+/.exec(line)?.[0].length ?? 0;
    const content = line.slice(quotes).replace(/^ /, "");
    const prefix = quotes > 0 ? `${">".repeat(quotes)} ` : "";
    if (isOpen && quotes === depth && content !== "-- ") lines.push((lines.pop() ?? "") + content);
    else lines.push(prefix + content);
    [isOpen, depth] = [content.endsWith(" ") && content !== "-- ", quotes];
    if (isOpen && isBlankOfBreak) lines.push((lines.pop() ?? "").slice(0, -1));
  }
  return lines.join("\n");
}

/** The first; some programs send one that is empty, and then the other. */
const htmlIn = (texts: readonly Part[]): string | undefined =>
  texts
    .filter(({ type }) => type === "text/html")
    .map(textIn)
    .find((html) => html.trim() !== "");

/** Whether the plain text is one, and not the hint that there is another. */
function isText(text: string, html: string | null): boolean {
  if (text.trim() === "") return false;
  if (html === null || text.length > 400 || !/html/i.test(text)) return true;
  return text.length * 4 > textOfHtml(html).length;
}

function calendarIn({ calendars }: Leaves): Bodies["calendar"] {
  for (const part of calendars) {
    const text = clean(textIn(part)).slice(0, LONGEST_TEXT);
    const within = /^METHOD:\s*(\w{1,20})/im.exec(text)?.[1];
    const method = (part.params.method ?? within ?? "").toUpperCase();
    if (/^[A-Z]{1,20}$/.test(method) && text.includes("BEGIN:VCALENDAR")) return { method, text };
  }
  return null;
}
