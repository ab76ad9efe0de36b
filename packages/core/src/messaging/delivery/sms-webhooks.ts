import { isId } from "../../kernel/id.ts";
import { parseJsonBody } from "../../lib/provider-http/http.rules.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { ProviderEvent, SmsProviderName } from "../channel-provider/sms-provider.ts";
import { parseEvent as telnyxToldIn } from "../channel-provider/telnyx.rules.ts";
import { parseEvent as twilioToldIn } from "../channel-provider/twilio.rules.ts";
import type { WebhookEvent as Delivered, WebhookHandler, HandlerResult as Worked } from "../inbound-webhook/webhook-handler.ts";
import { receiveText } from "../message/incoming-text.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { MESSAGE } from "../message/message.kind.ts";
import { parseMessageId } from "./callback-url.ts";
import { findMessageId, StatusUpdate, waitKey } from "./status-update.ts";

/**
 * Handles the events of text message providers. A message is looked up among the tenant's messages, by the id in the callback URL
 * or else by the provider's id. A genuine report of another tenant's message finds nothing and waits until it expires.
 */
const createHandler = (provider: SmsProviderName, read: (delivered: Delivered) => ProviderEvent): WebhookHandler => ({
  handle: (delivered, tx) => applyEvent(provider, read(delivered), delivered, tx),
});

async function applyEvent(
  provider: SmsProviderName,
  event: ProviderEvent,
  { delivery }: Delivered,
  tx: Transaction,
): Promise<Worked> {
  if ("nothing" in event) return { done: event.nothing };
  if ("received" in event) return receiveText(tx, provider, event.received);
  const { provider_id } = event.report;
  const message = await findReportedMessage(provider, provider_id, parseMessageId(delivery.query ?? ""));
  if (!message) return { held: waitKey(provider, provider_id) };
  const after = await StatusUpdate.applyReceipt(message.id, provider, event.report);
  const summary = after?.status === message.status ? "Status unchanged" : `The message is now ${after?.status}`;
  return { done: summary, record_id: message.id };
}

/** Returns the message of a report. A message that has another provider's id is not the right one. */
async function findReportedMessage(
  provider: SmsProviderName,
  provider_id: string,
  messageId: string | undefined,
): Promise<MessageRecord | undefined> {
  const knownId = await findMessageId(provider, provider_id);
  const id = knownId ?? (messageId !== undefined && isId(messageId, MESSAGE) ? messageId : undefined);
  const message = id === undefined ? undefined : await Records.load(Messages, id, { live: true });
  const isAnother = message?.provider_id != null && message.provider_id !== provider_id;
  return message?.direction === "out" && !isAnother ? message : undefined;
}

export const twilio = createHandler("twilio", ({ body, delivery }) => twilioToldIn(body, delivery.created_at));
export const telnyx = createHandler("telnyx", ({ body, delivery }) =>
  telnyxToldIn(parseJsonBody(Buffer.from(body)), delivery.created_at),
);
