import type { Outcome } from "../inbound-webhook/hook-handler.ts";
import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { resolve } from "../person/resolve.ts";
import { get } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { pointIn } from "../suppression/addresses.ts";
import { Suppressions } from "../suppression/suppressions.ts";
import { joined } from "./conversing.ts";
import { dated } from "./dated.ts";
import { madeBy } from "./inbound.rules.ts";
import { type Wish, wishIn } from "./keywords.rules.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { untried } from "./message.ts";
import type { ReceivedText, SmsProviderName } from "./provider/sms-provider.ts";
import { segmentsOf } from "./segments.rules.ts";
import { type NumberRecord, SmsNumbers } from "./sms-account/number.entity.ts";
import { SmsNumber } from "./sms-account/number.ts";
import { SmsServiceAccounts } from "./sms-account/service-account.entity.ts";

/**
 * A text message that came in: it joins its conversation, who is unknown becomes a person, and a word that opts out does so in the same
 * transaction. Told once more, by another delivery too, nothing follows.
 */
export async function received(tx: Transaction, provider: SmsProviderName, told: ReceivedText): Promise<Outcome> {
  const { provider_id, from, to, text, at } = told;
  const number = await numberOf(to);
  if (!number) return { quarantined: `${to} is no number of ours` };
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGEREF", provider, provider_id), sk: "message" };
  if (await get(key)) return { done: "It was here before" };
  const known = await resolve({ first_name: null, last_name: null, emails: [], phones: [from], unproved: true });
  const person = known.found ? known.person : await known.write(tx, null);
  const conversation = await joined(tx, {
    ...{ channel: "sms", address: from, person, direction: "in", text, at },
    ours: { sender_id: number.sender_id, number_id: number.id, mail_account_id: null },
  });
  // Shops and services write from words and short codes, to which nobody answers, and which are nobody's number.
  const isNumber = E164.test(from) && (await pointIn("sms", from)) !== undefined;
  const wish = isNumber ? wishIn(text, useSettings().stop_words) : undefined;
  const { encoding, segments } = segmentsOf(text);
  const come = Records.born(Messages, {
    ...{ direction: "in" as const, channel: "sms" as const, purpose: null, status: "received" as const },
    ...{ conversation_id: conversation.id, person_id: person.id, sender_id: number.sender_id },
    ...{ sender_phone_number_id: number.id, service_account_id: number.account_id, from_address: from, to_address: to },
    ...{ mail_account_id: null, subject: null, body_html: null },
    ...{ body: text, template_id: null, template_revision: null, encoding, segments, send_at: null, queue: null },
    ...{ ...untried, received_at: at, provider_id },
    makes: isNumber ? madeBy({ ...number, wish, isKnown: known.found }) : null,
  });
  const message = dated(come);
  tx.create(Messages, message);
  tx.put(
    { ...key, id: message.id },
    { condition: "attribute_not_exists(pk)", refused: () => new Moved(`${provider_id} came by another delivery meanwhile`) },
  );
  if (wish === undefined) return { done: "It joined its conversation", record_id: message.id };
  const stood = await Suppressions.of("sms", from);
  await obeyed(tx, wish, { address: from, source: message.id, at });
  if (isNews(wish, stood.includes("STOP")) && (await confirms(number))) tx.create(Messages, answerTo(message, wish));
  return { done: `It said ${wish}`, record_id: message.id };
}

const E164 = /^\+[1-9]\d{6,14}$/;

async function obeyed(tx: Transaction, wish: Wish, said: { address: string; source: string; at: string }): Promise<void> {
  const { address, source, at } = said;
  if (wish === "stop") await Suppressions.adding(tx, { channel: "sms", address, at, reason: "STOP", source });
  if (wish === "start") await Suppressions.lifting(tx, { channel: "sms", address, at, reasons: ["STOP"], by: "SELF" });
}

/** Who says once more what holds already is not answered again. */
const isNews = (wish: Wish, isStopped: boolean): boolean => wish === "help" || (wish === "stop") !== isStopped;

const confirms = async ({ account_id }: NumberRecord): Promise<boolean> =>
  (await Records.load(SmsServiceAccounts, account_id, { live: true }))?.confirms_words === true;

/** The one answer to a word, which goes also to who has just opted out. */
function answerTo(asked: MessageRecord, wish: Wish): MessageRecord {
  const body = useSettings().word_answers[wish];
  const { from_address: to_address, to_address: from_address, sender_phone_number_id: queue } = asked;
  const { conversation_id, person_id, sender_id, sender_phone_number_id, service_account_id } = asked;
  return Records.born(Messages, {
    ...{ direction: "out" as const, channel: "sms" as const, purpose: "answer" as const, status: "queued" as const },
    ...{ conversation_id, person_id, sender_id, sender_phone_number_id, service_account_id, mail_account_id: null },
    ...{ from_address, to_address, subject: null, body, body_html: null, template_id: null, template_revision: null },
    ...{ encoding: segmentsOf(body).encoding, segments: segmentsOf(body).segments, send_at: Clock.now(), queue },
    ...untried,
  });
}

/** The live number that a message came to. */
async function numberOf(to: string): Promise<NumberRecord | undefined> {
  const id = await SmsNumber.idOf(to);
  return id === undefined ? undefined : Records.load(SmsNumbers, id, { live: true });
}
