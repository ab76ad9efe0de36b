import { escapeHtml } from "../../kernel/html.ts";

/** Renders a mail about a ticket as text and as HTML. All user text is escaped. Pure. */

/** An earlier message with its author and day. */
export interface QuotedMessage {
  author: string;
  /** The formatted day: `22 November 2030`. */
  day: string;
  body: string;
}

export interface MailContent {
  /** The line above which the requester writes the answer. It starts with `REPLY_MARKER`. */
  replyMarker: string;
  body: string;
  /** Earlier messages, newest first. */
  quotedMessages: readonly QuotedMessage[];
}

const MAX_SUBJECT_LENGTH = 200;

/** Puts the ticket's number before the subject, once. Mail programs and users keep it when they answer. */
export function formatSubject(subject: string, number: string): string {
  const plain = subject
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(`[${number}]`, "")
    .trim();
  return `[${number}] ${[...plain].slice(0, MAX_SUBJECT_LENGTH).join("")}`;
}

/** Maximum number of characters of each earlier message. */
const MAX_QUOTE_LENGTH = 2000;

const truncateQuote = ({ body }: QuotedMessage): string =>
  body.length > MAX_QUOTE_LENGTH ? `${body.slice(0, MAX_QUOTE_LENGTH).toWellFormed()} …` : body;

export function renderText({ replyMarker, body, quotedMessages }: MailContent): string {
  const quotes = quotedMessages.map((quote) => {
    const lines = truncateQuote(quote).split("\n");
    return `${quote.author}, ${quote.day}:\n${lines.map((line) => `> ${line}`).join("\n")}`;
  });
  return `${[replyMarker, body, ...quotes].join("\n\n")}\n`;
}

/** Renders paragraphs and line breaks. Each paragraph has the text direction of its own letters. */
const renderParagraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p dir="auto">${escapeHtml(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("\n");

export function renderHtml({ replyMarker, body, quotedMessages }: MailContent): string {
  const quotes = quotedMessages.map(
    (quote) =>
      `<p dir="auto">${escapeHtml(`${quote.author}, ${quote.day}:`)}</p>\n<blockquote type="cite">${renderParagraphs(truncateQuote(quote))}</blockquote>`,
  );
  const small = `<p dir="auto" style="color:#666;font-size:small">${escapeHtml(replyMarker)}</p>`;
  return `<!doctype html>\n<html><body>\n${[small, renderParagraphs(body), ...quotes].join("\n")}\n</body></html>\n`;
}
