import { escapeHtml } from "../../kernel/html.ts";

/** Pure rules: the footer of marketing mails (docs/messaging/messages.md). */

interface MarketingFooter {
  /** The page on which the recipient unsubscribes. */
  link: string;
  /** The text of the link. */
  label: string;
  /** The postal address of the sender, line by line. */
  postalAddress: readonly string[];
}

/** Returns the lines of the address, or none if the mail contains all of them. */
const listMissingLines = (content: string, lines: readonly string[]): readonly string[] =>
  lines.every((line) => content.includes(line)) ? [] : lines;

/** Adds the footer to the text of a mail, below the separator of a signature (RFC 3676). */
export function addTextFooter(text: string, { link, label, postalAddress }: MarketingFooter): string {
  const lines = listMissingLines(text, postalAddress);
  return [text, "", "-- ", ...lines, ...(lines.length > 0 ? [""] : []), `${label}:`, link, ""].join("\n");
}

/** Adds what the HTML of a mail lacks to its end: the address, and the link. */
export function addHtmlFooter(body: string, { link, label, postalAddress }: MarketingFooter): string {
  const lines = listMissingLines(body, postalAddress.map(escapeHtml));
  const address = lines.length > 0 ? `<p>${lines.join("<br>")}</p>` : "";
  const href = `href="${escapeHtml(link)}"`;
  return `${body}${address}${body.includes(href) ? "" : `<p><a ${href}>${escapeHtml(label)}</a></p>`}`;
}
