import { decodePart, type LeafParts, MAX_TEXT_BYTES, type MailFile, sanitizeFileName } from "./attachments.rules.ts";
import { decodeText } from "./charset.rules.ts";
import { htmlToText } from "./html-text.rules.ts";
import type { Part } from "./mime.rules.ts";
import { extractUuFiles } from "./transfer-encoding.rules.ts";

/** The content read from a mail. */
export interface MailBody {
  readonly text: string;
  /** The text without what programs mark as a signature: the source of the new text. */
  readonly unsignedText: string;
  readonly html: string | null;
  readonly files: readonly MailFile[];
  readonly calendar: { readonly method: string; readonly text: string } | null;
  readonly isCut: boolean;
}

/** Maximum number of body parts read. */
const MAX_TEXT_PARTS = 20;
/** Maximum number of characters of a text. A longer one is cut. */
const MAX_TEXT_LENGTH = 500_000;

export function readBody(leaves: LeafParts): MailBody {
  const texts = leaves.texts.slice(0, MAX_TEXT_PARTS);
  const { tnef } = leaves;
  const html = findHtml(texts) ?? (tnef?.html && decodeText(tnef.html, undefined)) ?? null;
  const plainContent = extractUuFiles(joinPlainTexts(texts) || cleanText(tnef?.text ?? ""));
  const isRead = isRealText(plainContent.text, html);
  const text = isRead || html === null ? plainContent.text : cleanText(htmlToText(html));
  const fresh = isRead || html === null ? text : cleanText(htmlToText(html, { isSigned: false }));
  const unpacked = plainContent.files.map(({ name, bytes }) => ({
    ...embeddedFileFields,
    name: sanitizeFileName(name) || "file",
    bytes,
  }));
  return {
    text: text.slice(0, MAX_TEXT_LENGTH).toWellFormed().trim(),
    unsignedText: (fresh || text).slice(0, MAX_TEXT_LENGTH).toWellFormed(),
    html: html && cleanText(html).slice(0, 4 * MAX_TEXT_LENGTH),
    files: [...leaves.files, ...unpacked],
    calendar: findCalendar(leaves),
    isCut:
      leaves.isCut ||
      leaves.texts.length > MAX_TEXT_PARTS ||
      text.length > MAX_TEXT_LENGTH ||
      texts.some(({ body }) => body.length > MAX_TEXT_BYTES),
  };
}

const embeddedFileFields = { type: "application/octet-stream", cid: null, is_inline: false };

/** Unifies line ends and removes control characters. */
const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "");

/** Joins several texts: some programs split the text at pictures. */
const joinPlainTexts = (texts: readonly Part[]): string =>
  texts
    .filter(({ type }) => type !== "text/html")
    .map((part) => readPlainText(part).trim())
    .filter((text) => text !== "")
    .join("\n\n");

function readPlainText(part: Part): string {
  const text = cleanText(decodePart(part));
  if (part.type === "text/enriched" || part.type === "text/richtext")
    return text.replaceAll(/<<|<param>.*?<\/param>|<\/?[a-z-]{1,20}>/gis, (tag) => (tag === "<<" ? "<" : ""));
  return part.params.format?.toLowerCase() === "flowed" ? unflowText(text, part.params.delsp?.toLowerCase() === "yes") : text;
}

/** Joins flowed lines: a line that ends with a space continues in the next one of the same quote depth (RFC 3676). */
function unflowText(text: string, isBlankOfBreak: boolean): string {
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

/** Returns the first HTML part that is not empty: some programs send an empty one first. */
const findHtml = (texts: readonly Part[]): string | undefined =>
  texts
    .filter(({ type }) => type === "text/html")
    .map(decodePart)
    .find((html) => html.trim() !== "");

/** Tells whether the plain text is real, and not a hint to the HTML version. */
function isRealText(text: string, html: string | null): boolean {
  if (text.trim() === "") return false;
  if (html === null || text.length > 400 || !/html/i.test(text)) return true;
  return text.length * 4 > htmlToText(html).length;
}

function findCalendar({ calendars }: LeafParts): MailBody["calendar"] {
  for (const part of calendars) {
    const text = cleanText(decodePart(part)).slice(0, MAX_TEXT_LENGTH);
    const textMethod = /^METHOD:\s*(\w{1,20})/im.exec(text)?.[1];
    const method = (part.params.method ?? textMethod ?? "").toUpperCase();
    if (/^[A-Z]{1,20}$/.test(method) && text.includes("BEGIN:VCALENDAR")) return { method, text };
  }
  return null;
}
