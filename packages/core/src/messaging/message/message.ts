import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import { anyId, anyOf, IdInput, id as idOf, instant, master, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { countSegments } from "../../lib/text-message/segments.rules.ts";
import { parseEmailPoint, parsePhonePoint } from "../../people/person/contact-point-parser.ts";
import { read as readPerson } from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { type Resolution, resolve } from "../../people/person/resolution.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { messageStatuses } from "../channel-provider/message-status.rules.ts";
import { MailAccounts } from "../mail-account/mail-account.entity.ts";
import { MAIL_ACCOUNT } from "../mail-account/mail-account.kind.ts";
import { MailAccount } from "../mail-account/mail-account.ts";
import { SmsNumbers } from "../sms-account/number.entity.ts";
import { SmsNumber } from "../sms-account/number.ts";
import { SmsSender } from "../sms-account/sender.ts";
import { SMS_SENDER } from "../sms-account/sms-account.kind.ts";
import { type Path, paths, type Values } from "../template/merge-fields.rules.ts";
import { MESSAGE_TEMPLATE } from "../template/message-template.kind.ts";
import { MAX_HTML_BYTES } from "../template/message-template.rules.ts";
import type { Channel } from "./conversation.entity.ts";
import { addToConversation, type ChannelIdentity } from "./conversation-routing.ts";
import { requireWithinYear } from "./max-schedule.ts";
import { type MessageRecord, Messages, PublicMessage, type Stored } from "./message.entity.ts";
import { buildContent, MAX_BODY_LENGTHS, type MessageContent } from "./message-content.ts";
import { PostalAddress } from "./postal-address.ts";
import { addSignature, type RecordMail, recordMailFields, resolveRecordMail } from "./record-mail.ts";
import { asksProcessing, purposes } from "./send-policy.rules.ts";
import { isTracked } from "./tracking-choice.rules.ts";

/** Outbound messages: each is stored first, and then sent once (docs/messaging/messages.md). */

export const Info = PublicMessage;
export const Row = rowSchema(PublicMessage, Messages.definition.row);

/** The purposes that users can choose. Only the system sends security codes. */
const sendablePurposes = purposes.filter((purpose) => purpose !== "security") as ["marketing", "service"];

export const SendInput = z
  .strictObject({
    channel: oneOf(["sms", "email", "whatsapp"]),
    person_id: idOf(PERSON).optional(),
    to: text(254)
      .optional()
      .describe(
        "A phone number as written in the tenant's country, or an email address; an unknown recipient is created as a person",
      ),
    sender_id: z
      .union([idOf(SMS_SENDER), idOf(MAIL_ACCOUNT)])
      .optional()
      .describe("An SMS sender or a mail account; defaults to the tenant's default"),
    purpose: oneOf(sendablePurposes).default("service"),
    subscription_type: master(SUBSCRIPTION_TYPES, "code")
      .optional()
      .describe("The subject of marketing; `general` by default. Other messages have none"),
    subject: oneLine(200).optional().describe("Mails only"),
    body: text(MAX_BODY_LENGTHS.email).optional(),
    body_html: text(MAX_HTML_BYTES)
      .optional()
      .describe("Mails only, instead of `body`: HTML as in a mail template. Merge fields in it and in its subject are filled"),
    template_id: idOf(MESSAGE_TEMPLATE).optional(),
    related_to_id: anyId()
      .optional()
      .describe(
        "The record in whose timeline the message stands. It supplies the merge fields; `person.*` is the recipient in `person_id`",
      ),
    ...recordMailFields,
    merge: z
      .partialRecord(oneOf(paths as [Path, ...Path[]]), text(500))
      .optional()
      .describe("Values of merge fields; they override those of the record"),
    send_at: instant().optional().describe("Defaults to now"),
  })
  .meta({ allOf: [anyOf(["person_id", "to"]), anyOf(["body", "body_html", "template_id"])] });

export type MessageInput = Omit<z.output<typeof SendInput>, keyof typeof recordMailFields> &
  Partial<Pick<z.output<typeof SendInput>, keyof typeof recordMailFields>> & {
    channel: Channel;
    /** The revision of the template that is sent, where another one was approved than the present one. Clients send the present one. */
    template_revision_id?: string | undefined;
  };

export const send = fn(SendInput, async (input) => enqueue(await draft({ ...input, channel: requireChannel(input.channel) })));

/** Returns the number or account from which messages of a channel are sent. */
export const resolveOrigin = (channel: Channel, senderId: string | undefined): Promise<SendOrigin> =>
  channel === "sms" ? loadNumberOrigin(senderId) : loadAccountOrigin(senderId);

/** The source of a message that the system sends for an event: its record, the assignee of the conversation, and values of merge fields. */
export interface SendSource {
  sent_for_id: string;
  /** The campaign that a bulk send belongs to. */
  campaign_id?: string | null;
  /** The A/B test of the send, and the variant that the person gets. */
  ab_test_id?: string | null;
  ab_variant?: string | null;
  staff_id: string | null;
  values: Values;
  /** Whether the outcomes of the record's messages are counted. */
  isCounted?: boolean;
  /** Whether opens and clicks are counted, as the send decided; without it, the account decides. */
  is_tracked?: boolean | null;
}

type RecipientInput = Pick<MessageInput, "channel" | "person_id" | "to"> & { send_at: string };

/** A message with its content and origin, before its recipient is resolved. */
export interface MessageDraft {
  input: RecipientInput;
  purpose: NonNullable<MessageRecord["purpose"]>;
  /** The code of the subscription type of marketing; null for other messages. */
  subscription_type: string | null;
  origin: SendOrigin;
  content: MessageContent;
  source?: SendSource | undefined;
  about?: RecordMail | undefined;
}

/** Builds the content and origin of a message. Refuses invalid input. */
export async function draft(input: MessageInput, source?: SendSource): Promise<MessageDraft> {
  const { channel, purpose, send_at = Clock.now() } = input;
  requireWithinYear("send_at", send_at);
  const from = await resolveOrigin(channel, input.sender_id);
  const about = await resolveRecordMail(input);
  const content = await buildContent(input, source?.values);
  return {
    input: { ...input, send_at },
    purpose,
    subscription_type: await resolveType(input),
    origin: from,
    content: input.adds_signature ? await addSignature(content) : content,
    source: source,
    about,
  };
}

/** Returns the code of the subscription type of a marketing message; null for others. Refuses marketing mail of a sender without an address. */
async function resolveType({ channel, purpose, subscription_type }: MessageInput): Promise<string | null> {
  if (purpose !== "marketing") {
    if (subscription_type === undefined) return null;
    throw invalid("subscription_type", "Only messages with the purpose marketing have a subscription type");
  }
  if (channel === "email") PostalAddress.require();
  const code = await Master.resolveCode(SUBSCRIPTION_TYPES, subscription_type ?? GENERAL_TYPE, "subscription_type");
  const fault = SubscriptionTypes.findFault(await SubscriptionTypes.load(code), channel);
  if (fault !== undefined) throw invalid("subscription_type", fault);
  return code;
}

/** Adds a message to its conversation and queue. */
export const enqueue = (drafted: MessageDraft): Promise<MessageRecord> =>
  retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await addToTransaction(tx, drafted));
  });

/** Adds a message to a transaction, so that it is written together with the record that caused it, or not at all. */
export async function addToTransaction(
  tx: Transaction,
  { input, purpose, subscription_type, origin, content, source, about }: MessageDraft,
): Promise<MessageRecord> {
  const { channel, send_at } = input;
  const parts = channel === "sms" ? countSegments(content.body) : { encoding: null, segments: null };
  const { person, address } = await resolveRecipient(tx, input);
  if (asksProcessing(purpose)) await requireProcessable(input.person_id === undefined ? "to" : "person_id", person.id, "send");
  const now = Clock.now();
  const { channelIdentity, queue, tracks, ...sent } = origin;
  const text = content.subject ?? content.body;
  const staff = source?.staff_id;
  const conversation = await addToConversation(tx, {
    channel,
    channelIdentity,
    address,
    person,
    direction: "out",
    text,
    messageTime: now,
    staff,
  });
  const written = { direction: "out" as const, purpose, body_html: content.body_html, tracks: about?.tracks ?? null };
  const message = Records.init(Messages, {
    ...{ direction: "out" as const, channel, purpose, status: "queued" as const, conversation_id: conversation.id },
    ...{ person_id: person.id, ...sent, to_address: address, ...content },
    ...{ encoding: parts.encoding, segments: parts.segments, send_at: laterInstant(send_at, now), queue },
    ...{ ...initialDeliveryFields, ...about, sent_for_id: source?.sent_for_id ?? null, subscription_type },
    campaign_id: source?.campaign_id ?? null,
    ab_test_id: source?.ab_test_id ?? null,
    ab_variant: source?.ab_variant ?? null,
    counted_for: source?.isCounted ? source.sent_for_id : null,
    is_tracked: isTracked({ ...written, is_tracked: source?.is_tracked ?? null }, tracks),
  });
  tx.create(Messages, message);
  return message;
}

function requireChannel(channel: z.output<typeof SendInput>["channel"]): Channel {
  if (channel === "whatsapp")
    throw ruleViolation("WhatsApp messages are not supported yet", [{ field: "channel", message: "Must be sms or email" }]);
  return channel;
}

const laterInstant = (a: string, b: string): string => [a, b].sort().at(-1) ?? b;

/** The fields of a message before the first try to send it. */
export const initialDeliveryFields = {
  ...{ held_reason: null, sent_at: null, delivered_at: null, failed_at: null, received_at: null, makes: null, error_code: null },
  ...{ opened_at: null, clicked_at: null, judge_at: null },
  ...{
    error_message: null,
    provider_id: null,
    tries: 0,
    tried_at: null,
    settle_at: null,
    sent_for_id: null,
    campaign_id: null,
    ab_test_id: null,
    ab_variant: null,
    subscription_type: null,
    counted_for: null,
    ...{ related_to_type: null, related_to_id: null, reply_to_id: null, cc: null, files: null, is_tracked: null, tracks: null },
    days: {},
  },
} satisfies Partial<z.output<typeof Stored>>;

export const get = fn(IdInput, ({ id }) => Records.read(Messages, id));

const Query = listSchema(Messages, { status: oneOf(messageStatuses).optional(), related_to_id: anyId().optional() });
const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Messages, input);

export const list = fn(Query, async (input) => listRecords(Messages, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = { collection: Messages, query: Query, listQuery, info: Info, fields: {} };

export type SendOrigin = Pick<
  MessageRecord,
  "sender_id" | "sender_phone_number_id" | "service_account_id" | "mail_account_id" | "from_address"
> & {
  channelIdentity: ChannelIdentity;
  queue: string;
  /** Whether the account counts opens and clicks of marketing mails. */
  tracks: boolean;
};

/** Returns the default number of a sender. */
async function loadNumberOrigin(senderId: string | undefined): Promise<SendOrigin> {
  const sender = senderId ?? (await SmsSender.findDefaultId());
  if (sender === undefined) throw missingSenderError("There is no default sender: name one", "Required: there is no default");
  const id = isId(sender, SMS_SENDER) ? await SmsNumber.findDefaultId(sender) : undefined;
  const number = id === undefined ? undefined : await Records.load(SmsNumbers, id, { live: true });
  if (!number)
    throw missingSenderError("The sender has no default number: an administrator must add one", "Has no default number");
  return {
    ...{ sender_id: number.sender_id, sender_phone_number_id: number.id, service_account_id: number.account_id },
    ...{ mail_account_id: null, from_address: number.number, queue: number.id, tracks: false },
    channelIdentity: { sender_id: number.sender_id, number_id: number.id, mail_account_id: null },
  };
}

/** Returns the account for a mail. */
async function loadAccountOrigin(accountId: string | undefined): Promise<SendOrigin> {
  const id = accountId ?? (await MailAccount.findDefaultId());
  if (id === undefined) throw missingSenderError("There is no default mail account: name one", "Required: there is no default");
  const account = await Records.load(MailAccounts, id, { live: true });
  if (!account) throw missingSenderError("Mail account not found", "No such account");
  return {
    ...{ sender_id: null, sender_phone_number_id: null, service_account_id: null },
    ...{ mail_account_id: account.id, from_address: account.address, queue: account.id },
    tracks: account.tracks ?? false,
    channelIdentity: { sender_id: null, number_id: null, mail_account_id: account.id },
  };
}

const missingSenderError = (summary: string, message: string): Error => ruleViolation(summary, [{ field: "sender_id", message }]);

interface Recipient {
  person: Resolution["person"];
  address: string;
}

/**
 * Resolves the recipient: the named person with the first valid address, or the person with the given address, who is created if
 * unknown.
 */
async function resolveRecipient(tx: Transaction, { channel, person_id, to }: RecipientInput): Promise<Recipient> {
  if ((person_id === undefined) === (to === undefined)) throw invalid("to", "Exactly one of to and person_id is required");
  const isMail = channel === "email";
  if (person_id !== undefined) {
    const person = await readPerson(person_id);
    const address = await resolveAddress(channel, person);
    if (address === undefined)
      throw invalid("person_id", `The person has no valid ${isMail ? "email address" : "telephone number"}`);
    return { person, address };
  }
  const address = await findValidAddress(channel, [to ?? ""]);
  if (address === undefined)
    throw invalid("to", `Must be ${isMail ? "an email address" : "a telephone number"} in a valid format`);
  const claimed = isMail ? { emails: [address], phones: [] } : { emails: [], phones: [address] };
  const resolution = await resolve({ first_name: null, last_name: null, ...claimed });
  return { person: resolution.isExisting ? resolution.person : await resolution.write(tx, null), address };
}

/** Returns the address for a message to a person; undefined without a valid one for the channel. */
export const resolveAddress = (channel: Channel, { emails, phones }: { emails: readonly string[]; phones: readonly string[] }) =>
  findValidAddress(channel, channel === "email" ? emails : phones);

/** Returns the first valid address, normalized. Text messages go to the line, without an extension. */
async function findValidAddress(channel: Channel, typed: readonly string[]): Promise<string | undefined> {
  for (const address of typed) {
    const point = channel === "email" ? parseEmailPoint(address) : await parsePhonePoint(address, useSettings().default_country);
    if (point) return point.normalized.split(";")[0];
  }
  return undefined;
}

export * as Message from "./message.ts";
