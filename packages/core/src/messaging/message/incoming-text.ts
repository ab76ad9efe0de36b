import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { countSegments } from "../../lib/text-message/segments.rules.ts";
import { resolve } from "../../people/person/resolution.ts";
import { parsePoint } from "../../people/suppression/address.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { resolveInboundTarget } from "../channel-provider/inbound-routing.rules.ts";
import { findKeyword, type Keyword } from "../channel-provider/opt-out-keywords.rules.ts";
import type { ReceivedText, SmsProviderName } from "../channel-provider/sms-provider.ts";
import type { HandlerResult } from "../inbound-webhook/webhook-handler.ts";
import { type NumberRecord, SmsNumbers } from "../sms-account/number.entity.ts";
import { SmsNumber } from "../sms-account/number.ts";
import { SmsServiceAccounts } from "../sms-account/service-account.entity.ts";
import { addToConversation } from "./conversation-routing.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { initialDeliveryFields } from "./message.ts";
import { stampDays } from "./stamp-days.ts";

/**
 * Receives a text message: adds it to its conversation, creates a person for an unknown sender, and applies an opt-out keyword, all
 * in one transaction. A message that was already received has no further effect.
 */
export async function receiveText(
  tx: Transaction,
  provider: SmsProviderName,
  receivedText: ReceivedText,
): Promise<HandlerResult> {
  const { provider_id, from, to, receivedAt, verdict } = receivedText;
  const text = describeContent(receivedText);
  const number = await loadNumber(to);
  if (!number) return { quarantined: `${to} is not a number of this tenant` };
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGEREF", provider, provider_id), sk: "message" };
  if (await readItem(key)) return { done: "The message was already received" };
  const resolution = await resolve({ first_name: null, last_name: null, emails: [], phones: [from], unproved: true });
  const person = resolution.isExisting ? resolution.person : await resolution.write(tx, null);
  const conversation = await addToConversation(tx, {
    ...{ channel: "sms", address: from, person, direction: "in", text, messageTime: receivedAt },
    channelIdentity: { sender_id: number.sender_id, number_id: number.id, mail_account_id: null },
  });
  // Companies may send from words and short codes, which are not numbers and cannot be answered.
  const isNumber = E164_PATTERN.test(from) && (await parsePoint("sms", from)) !== undefined;
  // The provider knows the keywords of its account, in any language, and refuses texts to a number by its own verdict.
  const keyword = isNumber ? (verdict ?? findKeyword(receivedText.text, useSettings().stop_words)) : undefined;
  const { encoding, segments } = countSegments(text);
  const receivedMessage = Records.init(Messages, {
    ...{ direction: "in" as const, channel: "sms" as const, purpose: null, status: "received" as const },
    ...{ conversation_id: conversation.id, person_id: person.id, sender_id: number.sender_id },
    ...{ sender_phone_number_id: number.id, service_account_id: number.account_id, from_address: from, to_address: to },
    ...{ mail_account_id: null, subject: null, body_html: null },
    ...{ body: text, template_id: null, template_revision: null, encoding, segments, send_at: null, queue: null },
    ...{ ...initialDeliveryFields, received_at: receivedAt, provider_id },
    makes: isNumber ? resolveInboundTarget({ ...number, keyword: keyword, isKnown: resolution.isExisting }) : null,
  });
  const message = stampDays(receivedMessage);
  tx.create(Messages, message);
  tx.put(
    { ...key, id: message.id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => new WriteConflict(`${provider_id} was received concurrently in another delivery`),
    },
  );
  if (keyword === undefined) return { done: "Added to its conversation", record_id: message.id };
  const priorReasons = await Suppressions.readReasons("sms", from);
  await applyKeyword(tx, keyword, { address: from, source: message.id, requestedAt: receivedAt });
  if (isNewRequest(keyword, priorReasons.includes("STOP")) && (await isKeywordConfirmed(number)))
    tx.create(Messages, buildKeywordReply(message, keyword));
  return { done: `Received the keyword ${keyword}`, record_id: message.id };
}

/** Returns the text, or what came in place of one. */
function describeContent({ text, media }: ReceivedText): string {
  if (media.length === 0) return text;
  const files = media.map(({ type }) => type?.split("/")[0] ?? "file").join(", ");
  return [text, `(Attachments: ${files})`].filter(Boolean).join("\n\n");
}

const E164_PATTERN = /^\+[1-9]\d{6,14}$/;

async function applyKeyword(
  tx: Transaction,
  keyword: Keyword,
  request: { address: string; source: string; requestedAt: string },
): Promise<void> {
  const { address, source, requestedAt } = request;
  if (keyword === "stop")
    await Suppressions.addInTransaction(tx, { channel: "sms", address, at: requestedAt, reason: "STOP", source });
  if (keyword === "start")
    await Suppressions.liftInTransaction(tx, { channel: "sms", address, at: requestedAt, reasons: ["STOP"], by: "SELF" });
}

/** Tells whether a keyword changes the state. A repeated STOP or START gets no reply. */
const isNewRequest = (keyword: Keyword, isStopped: boolean): boolean => keyword === "help" || (keyword === "stop") !== isStopped;

const isKeywordConfirmed = async ({ account_id }: NumberRecord): Promise<boolean> =>
  (await Records.load(SmsServiceAccounts, account_id, { live: true }))?.confirms_words === true;

/** Builds the reply to a keyword. It is also sent after an opt-out. */
function buildKeywordReply(request: MessageRecord, keyword: Keyword): MessageRecord {
  const body = useSettings().word_answers[keyword];
  const { from_address: to_address, to_address: from_address, sender_phone_number_id: queue } = request;
  const { conversation_id, person_id, sender_id, sender_phone_number_id, service_account_id } = request;
  return Records.init(Messages, {
    ...{ direction: "out" as const, channel: "sms" as const, purpose: "answer" as const, status: "queued" as const },
    ...{ conversation_id, person_id, sender_id, sender_phone_number_id, service_account_id, mail_account_id: null },
    ...{ from_address, to_address, subject: null, body, body_html: null, template_id: null, template_revision: null },
    ...{ encoding: countSegments(body).encoding, segments: countSegments(body).segments, send_at: Clock.now(), queue },
    ...initialDeliveryFields,
  });
}

/** Loads the live number to which a message was sent. */
async function loadNumber(to: string): Promise<NumberRecord | undefined> {
  const id = await SmsNumber.findIdByNumber(to);
  return id === undefined ? undefined : Records.load(SmsNumbers, id, { live: true });
}
