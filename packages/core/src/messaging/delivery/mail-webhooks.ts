import { isId } from "../../kernel/id.ts";
import { parseEmailPoint } from "../../people/person/contact-point-parser.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { Records } from "../../storage/write/records.ts";
import type { MailEvent, RecipientEvent } from "../channel-provider/mail-provider.ts";
import { parseEvent } from "../channel-provider/ses.rules.ts";
import type { WebhookEvent, WebhookHandler, HandlerResult as Worked } from "../inbound-webhook/webhook-handler.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { MESSAGE } from "../message/message.kind.ts";
import { findMessageId, StatusUpdate } from "./status-update.ts";

/**
 * Handles the SES events that arrive by SNS. A mail is looked up among the tenant's messages. Addresses with a permanent bounce or
 * a complaint are suppressed even if the mail is not one of these.
 */
export const ses: WebhookHandler = { handle: applyEvent };

async function applyEvent({ body, delivery }: WebhookEvent): Promise<Worked> {
  const news = parseEvent(body, delivery.created_at);
  if (!news) return { quarantined: "The payload is not an SES event" };
  const message = await findMessage(news);
  const source = message?.id ?? null;
  for (const recipient of news.recipients)
    await suppressAddress(recipient, source, news.report?.reportedAt ?? delivery.created_at);
  if (!message || !news.report) return { done: `${news.event}: no further action` };
  const after = await StatusUpdate.applyReport(message.id, "ses", { provider_id: news.provider_id, report: news.report });
  return {
    done: after?.status === message.status ? "Status unchanged" : `The message is now ${after?.status}`,
    record_id: message.id,
  };
}

/** Returns the message of an event. A message to another recipient is not the right one. */
async function findMessage({ message: messageId, provider_id, recipients }: MailEvent): Promise<MessageRecord | undefined> {
  const id = messageId !== null && isId(messageId, MESSAGE) ? messageId : await findMessageId("ses", provider_id);
  const message = id === undefined ? undefined : await Records.load(Messages, id, { live: true });
  const isTheirs = recipients.length === 0 || recipients.some(({ address }) => normalizeAddress(address) === message?.to_address);
  return message?.channel === "email" && message.direction === "out" && isTheirs ? message : undefined;
}

const normalizeAddress = (address: string): string | undefined => parseEmailPoint(address)?.normalized;

async function suppressAddress(
  { address, became, is_permanent }: RecipientEvent,
  source: string | null,
  eventTime: string,
): Promise<void> {
  if (!is_permanent || normalizeAddress(address) === undefined) return;
  const reason = became === "complained" ? "COMPLAINED" : "BOUNCED";
  await Suppressions.add({ channel: "email", address, reason, source, at: eventTime });
}
