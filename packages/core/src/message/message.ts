import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { conflict, invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { anyId, anyOf, id as idOf, instant, oneLine, oneOf, text } from "../kernel/schema.ts";
import { type Path, paths, type Values } from "../message-template/merge-fields.rules.ts";
import { MESSAGE_TEMPLATE } from "../message-template/message-template.domain.ts";
import { filledIn, load as loadTemplate, valuesAround } from "../message-template/message-template.ts";
import { valuesOfPerson } from "../message-template/values.ts";
import { emailPoint, phonePoint } from "../person/contact.ts";
import { read as readPerson } from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { type Resolution, resolve } from "../person/resolve.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { requireWithinYear } from "./ahead.ts";
import type { Channel } from "./conversation.entity.ts";
import { joined, type Ours } from "./conversing.ts";
import { dated } from "./dated.ts";
import { CANCELLED } from "./day.rules.ts";
import { purposes } from "./gate.rules.ts";
import { MAIL_ACCOUNT } from "./mail-account/mail-account.domain.ts";
import { MailAccounts } from "./mail-account/mail-account.entity.ts";
import { MailAccount } from "./mail-account/mail-account.ts";
import { type MessageRecord, Messages, Shown, type Stored } from "./message.entity.ts";
import { segmentsOf } from "./segments.rules.ts";
import { SmsNumbers } from "./sms-account/number.entity.ts";
import { SmsNumber } from "./sms-account/number.ts";
import { SmsSender } from "./sms-account/sender.ts";
import { SMS_SENDER } from "./sms-account/sms-account.domain.ts";
import { messageStatuses } from "./standing.rules.ts";

/** Messages that go out: each is written down first, and then sent once (docs/messages.md). */

export const Info = Shown;
export const Row = rowOf(Shown, Messages.definition.row);

const One = z.strictObject({ id: text(64) });

/** Of text messages ten segments: nobody reads more, and carriers part it. */
const LONGEST: Readonly<Record<Channel, number>> = { sms: 1530, email: 100_000 };

/** Security codes are the house's own: nobody writes them. */
const written = purposes.filter((purpose) => purpose !== "security") as ["marketing", "service"];

export const Send = z
  .strictObject({
    channel: oneOf(["sms", "email", "whatsapp"]),
    person_id: idOf(PERSON).optional(),
    to: text(254)
      .optional()
      .describe(
        "A number as people of the tenant's country write it, or an email address; whoever has it is the person, or becomes one",
      ),
    sender_id: z
      .union([idOf(SMS_SENDER), idOf(MAIL_ACCOUNT)])
      .optional()
      .describe("A sender of text messages, or an account of mails; the tenant's default unless told otherwise"),
    purpose: oneOf(written).default("service"),
    subject: oneLine(200).optional().describe("Of a mail"),
    body: text(LONGEST.email).optional(),
    template_id: idOf(MESSAGE_TEMPLATE).optional(),
    related_to_id: anyId()
      .optional()
      .describe("The record whose fields the template names; `person.*` is whom it is written to, by `person_id`"),
    merge: z
      .partialRecord(oneOf(paths as [Path, ...Path[]]), text(500))
      .optional()
      .describe("Values of merge fields, before those of the record"),
    send_at: instant().optional().describe("At once unless told otherwise"),
  })
  .meta({ allOf: [anyOf(["person_id", "to"]), anyOf(["body", "template_id"])] });

export type Asked = z.output<typeof Send> & { channel: Channel };

export const send = fn(Send, async (input) => placed(await draft({ ...input, channel: channelOf(input.channel) })));

/** From where a message of a channel goes out. */
export const fromOf = (channel: Channel, named: string | undefined): Promise<From> =>
  channel === "sms" ? fromNumber(named) : fromAccount(named);

/** What is written by the house itself, of something that happens: its record, whose the conversation is, and values of merge fields. */
export interface Beside {
  sent_for_id: string;
  staff_id: string | null;
  values: Values;
  /** Whether that is told how many of its messages became what. */
  isCounted?: boolean;
}

type Addressed = Pick<Asked, "channel" | "person_id" | "to"> & { send_at: string };

/** A message with its words, and from where it goes, as far as it is known before anybody is looked for. */
export interface Drafted {
  asked: Addressed;
  purpose: NonNullable<MessageRecord["purpose"]>;
  from: From;
  words: Words;
  beside?: Beside | undefined;
}

/** What a message says, and from where it goes; what is wrong with it is refused. */
export async function draft(asked: Asked, beside?: Beside): Promise<Drafted> {
  const { channel, purpose, send_at = Clock.now() } = asked;
  requireWithinYear("send_at", send_at);
  const from = await fromOf(channel, asked.sender_id);
  return { asked: { ...asked, send_at }, purpose, from, words: await wordsOf(asked, beside?.values), beside };
}

/** Puts a message into its conversation and its queue. */
export const placed = (drafted: Drafted): Promise<MessageRecord> =>
  retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await adding(tx, drafted));
  });

/** Adds a message to a transaction: so it is written together with what it is written for, or not at all. */
export async function adding(tx: Transaction, { asked, purpose, from, words, beside }: Drafted): Promise<MessageRecord> {
  const { channel, send_at } = asked;
  const parts = channel === "sms" ? segmentsOf(words.body) : { encoding: null, segments: null };
  const { person, address } = await recipient(tx, asked);
  const at = Clock.now();
  const { ours, queue, ...sent } = from;
  const text = words.subject ?? words.body;
  const staff = beside?.staff_id;
  const conversation = await joined(tx, { channel, ours, address, person, direction: "out", text, at, staff });
  const message = Records.born(Messages, {
    ...{ direction: "out" as const, channel, purpose, status: "queued" as const, conversation_id: conversation.id },
    ...{ person_id: person.id, ...sent, to_address: address, ...words },
    ...{ encoding: parts.encoding, segments: parts.segments, send_at: laterOf(send_at, at), queue },
    ...{ ...untried, sent_for_id: beside?.sent_for_id ?? null },
    counted_for: beside?.isCounted ? beside.sent_for_id : null,
  });
  tx.create(Messages, message);
  return message;
}

function channelOf(channel: z.output<typeof Send>["channel"]): Channel {
  if (channel === "whatsapp")
    throw ruleViolation("Nothing goes out by WhatsApp yet", [{ field: "channel", message: "sms or email" }]);
  return channel;
}

const laterOf = (one: string, other: string): string => [one, other].sort().at(-1) ?? other;

/** What is not known of a message before somebody tries to send it. */
export const untried = {
  ...{ held_reason: null, sent_at: null, delivered_at: null, failed_at: null, received_at: null, makes: null, error_code: null },
  ...{ opened_at: null, clicked_at: null, judge_at: null },
  ...{
    error_message: null,
    provider_id: null,
    tries: 0,
    tried_at: null,
    settle_at: null,
    sent_for_id: null,
    counted_for: null,
    days: {},
  },
} satisfies Partial<z.output<typeof Stored>>;

export const get = fn(One, ({ id }) => Records.read(Messages, id));

const Query = listSchema(Messages, { status: oneOf(messageStatuses).optional() });
const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(Messages, input);

export const list = fn(Query, async (input) => listRecords(Messages, await asked(input)));

/** What an export has to know of the list. */
export const listed = { collection: Messages, query: Query, asked, info: Info, fields: {} };

/** As long as nobody has it in hand. */
export const cancel = fn(One, ({ id }) =>
  Records.change(Messages, id, (current) => {
    if (current.status !== "queued") throw conflict(`It is ${current.status}: only a message that waits is taken back`);
    return dated({ ...current, status: "failed" as const, queue: null, failed_at: Clock.now(), error_code: CANCELLED });
  }),
);

export type From = Pick<
  MessageRecord,
  "sender_id" | "sender_phone_number_id" | "service_account_id" | "mail_account_id" | "from_address"
> & { ours: Ours; queue: string };

/** From which number of a sender it goes. */
async function fromNumber(named: string | undefined): Promise<From> {
  const sender = named ?? (await SmsSender.defaultId());
  if (sender === undefined) throw nobodyIs("No sender is the default: name one", "Required: there is no default");
  const id = isId(sender, SMS_SENDER) ? await SmsNumber.defaultId(sender) : undefined;
  const number = id === undefined ? undefined : await Records.load(SmsNumbers, id, { live: true });
  if (!number) throw nobodyIs("The sender has no number that is its default: an administrator adds one", "Has no default number");
  return {
    ...{ sender_id: number.sender_id, sender_phone_number_id: number.id, service_account_id: number.account_id },
    ...{ mail_account_id: null, from_address: number.number, queue: number.id },
    ours: { sender_id: number.sender_id, number_id: number.id, mail_account_id: null },
  };
}

/** By which account a mail goes. */
async function fromAccount(named: string | undefined): Promise<From> {
  const id = named ?? (await MailAccount.defaultId());
  if (id === undefined) throw nobodyIs("No account of mails is the default: name one", "Required: there is no default");
  const account = await Records.load(MailAccounts, id, { live: true });
  if (!account) throw nobodyIs("No such account of mails", "No such account");
  return {
    ...{ sender_id: null, sender_phone_number_id: null, service_account_id: null },
    ...{ mail_account_id: account.id, from_address: account.address, queue: account.id },
    ours: { sender_id: null, number_id: null, mail_account_id: account.id },
  };
}

const nobodyIs = (said: string, message: string): Error => ruleViolation(said, [{ field: "sender_id", message }]);

interface Recipient {
  person: Resolution["person"];
  address: string;
}

/** Whoever is named, at the first address that they have on the channel; or who has an address, and else becomes known by it. */
async function recipient(tx: Transaction, { channel, person_id, to }: Addressed): Promise<Recipient> {
  if ((person_id === undefined) === (to === undefined)) throw invalid("to", "Give it or person_id, and not both");
  const isMail = channel === "email";
  if (person_id !== undefined) {
    const person = await readPerson(person_id);
    const address = await addressOf(channel, person);
    if (address === undefined)
      throw invalid("person_id", `They have no ${isMail ? "email address" : "telephone number"} that can be read`);
    return { person, address };
  }
  const address = await firstOf(channel, [to ?? ""]);
  if (address === undefined) throw invalid("to", `Not ${isMail ? "an email address" : "a telephone number"} that can be read`);
  const claimed = isMail ? { emails: [address], phones: [] } : { emails: [], phones: [address] };
  const known = await resolve({ first_name: null, last_name: null, ...claimed });
  return { person: known.found ? known.person : await known.write(tx, null), address };
}

/** Where a message to a person goes; undefined where they have no address of the channel that can be read. */
export const addressOf = (channel: Channel, { emails, phones }: { emails: readonly string[]; phones: readonly string[] }) =>
  firstOf(channel, channel === "email" ? emails : phones);

/** The first of what was typed that can be read, in the form in which two are equal; a text message goes to the line, not to an extension. */
async function firstOf(channel: Channel, typed: readonly string[]): Promise<string | undefined> {
  for (const each of typed) {
    const point = channel === "email" ? emailPoint(each) : await phonePoint(each, useSettings().default_country);
    if (point) return point.normalized.split(";")[0];
  }
  return undefined;
}

type Words = Pick<MessageRecord, "subject" | "body" | "body_html" | "template_id" | "template_revision">;

/** What it says; a merge field without a value, and without another word for it, refuses it. */
async function wordsOf(
  { channel, person_id, subject, body, template_id, related_to_id, merge = {} }: Asked,
  known: Values = {},
): Promise<Words> {
  if ((body === undefined) === (template_id === undefined)) throw invalid("body", "Give it or template_id, and not both");
  if (channel === "sms" && subject !== undefined) throw invalid("subject", "A text message has none");
  if (template_id === undefined) {
    if (channel === "email" && !subject?.trim()) throw invalid("subject", "Required, of a mail");
    const said = { subject: subject ?? null, body: within(channel, body ?? "", "body") };
    return { ...said, body_html: null, template_id: null, template_revision: null };
  }
  const template = await loadTemplate(template_id);
  if (!template) throw invalid("template_id", "No such record");
  if (template.channel !== (channel === "sms" ? "SMS" : "EMAIL")) throw invalid("template_id", "It is of another channel");
  if (!template.is_active) throw invalid("template_id", "It is not active");
  const record = related_to_id === undefined ? known : await valuesAround(template, related_to_id);
  const reader = await readerOf(template.merge_fields, person_id, known);
  const { subject: titled, text: filled, html, missing } = filledIn(template, { ...record, ...reader, ...merge });
  requireWhole(missing);
  return {
    ...{ subject: subject ?? titled, body: within(channel, filled, "template_id"), body_html: html },
    ...{ template_id, template_revision: template.revision },
  };
}

/**
 * What `person.*` says: it is whom the message is written to, whoever the record is about. An address alone tells of nobody: whoever types one
 * may not see whose it is.
 */
async function readerOf(merge_fields: readonly string[], person_id: string | undefined, known: Values): Promise<Values> {
  if (!merge_fields.some((path) => path.startsWith("person."))) return {};
  if ("person.email" in known) return {};
  return valuesOfPerson(person_id === undefined ? undefined : await readPerson(person_id));
}

export function requireWhole(missing: readonly string[]): void {
  if (missing.length > 0)
    throw ruleViolation(`There is no value for ${missing.join(", ")}: give it in merge, or another word for it in the template`, [
      ...missing.map((path) => ({ field: `merge.${path}`, message: "No value" })),
    ]);
}

export function within(channel: Channel, body: string, field: string): string {
  if (body.trim() === "") throw invalid(field, "Says nothing");
  const most = LONGEST[channel];
  if (body.length > most) throw invalid(field, `Longer than ${most} characters`);
  return body;
}

export * as Message from "./message.ts";
