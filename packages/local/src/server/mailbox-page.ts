import type { MailMessage } from "@crm/core/kernel/ports.ts";
import { renderPage } from "@crm/functions/pages/layout.ts";
import { html, Markup } from "@crm/functions/pages/markup.ts";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** The mails that stayed on this machine, the newest first, as a page for the person in front of it. */

const MAX_MAILS = 50;

const LINK = /(https?:\/\/[^\s<>"]+)/;

/** Links of a text can be opened. Split by a group, every second part is a link. */
const linkify = (text: string): Markup[] =>
  text.split(LINK).map((part, index) => (index % 2 === 1 ? html`<a href="${part}" rel="noreferrer">${part}</a>` : html`${part}`));

type StoredMail = MailMessage & { sent_at: string };

const renderMail = ({ to, cc = [], subject, text, sent_at }: StoredMail): Markup => html`<article>
<h2>${subject}</h2>
<p class="hint">To ${[to, ...cc].join(", ")} · ${sent_at}</p>
<p class="text">${linkify(text)}</p>
</article>`;

const style = new Markup("article { border-top: 1px solid var(--border); } :root { --width: 45rem; }");

export function renderMailbox(mails: readonly StoredMail[]): APIGatewayProxyStructuredResultV2 {
  const newest = mails.toReversed().slice(0, MAX_MAILS);
  const body = html`<p>This server sends no mail. Its mails stay here.</p>
${newest.length === 0 ? html`<p>No mails.</p>` : newest.map(renderMail)}`;
  const { contentType, body: page, headers } = renderPage("Local mailbox", body, 200, { style, brand: null });
  return { statusCode: 200, headers: { ...headers, "content-type": contentType }, body: String(page) };
}
