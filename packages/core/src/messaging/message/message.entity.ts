import * as z from "zod";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { messageStatuses } from "../channel-provider/message-status.rules.ts";
import { MAIL_ACCOUNT } from "../mail-account/mail-account.kind.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "../sms-account/sms-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../template/message-template.kind.ts";
import { channels, directions } from "./conversation.entity.ts";
import { buildSums, datedEvents } from "./daily-figures.rules.ts";
import { CONVERSATION, MESSAGE } from "./message.kind.ts";
import { encodings } from "./segments.rules.ts";
import { holdReasons, purposes } from "./send-policy.rules.ts";

/** The purposes of messages. */
export const messagePurposes = [...purposes, "answer", "test"] as const;

/** Reasons why a message waits or was refused: those of the send policy, and those of sender, account, number and provider. */
export const waitReasons = [
  ...holdReasons,
  "sender_suspended",
  "account_inactive",
  "number_inactive",
  "provider_busy",
  "account_refused",
] as const;

export type WaitReason = (typeof waitReasons)[number];

const publicFields = {
  direction: oneOf(directions),
  channel: oneOf(channels),
  purpose: oneOf(messagePurposes)
    .nullable()
    .describe("Of what goes out; `answer` is what STOP, START and HELP get, `test` a template sent to a user"),
  status: oneOf(messageStatuses),
  conversation_id: id(CONVERSATION),
  person_id: id(PERSON),
  sender_id: id(SMS_SENDER).nullable().describe("Of text messages, as the two below; null: of mails"),
  sender_phone_number_id: id(SMS_NUMBER).nullable(),
  service_account_id: id(SMS_SERVICE_ACCOUNT).nullable(),
  mail_account_id: id(MAIL_ACCOUNT).nullable().describe("Of mails"),
  from_address: z.string().describe("In E.164, or an email address"),
  to_address: z.string().describe("In E.164, or an email address"),
  subject: z.string().nullable().describe("Of mails"),
  body: z.string(),
  body_html: z.string().nullable().describe("Of mails, beside the text"),
  template_id: id(MESSAGE_TEMPLATE).nullable(),
  template_revision: z.number().int().nullable(),
  sent_for_id: z
    .string()
    .nullable()
    .describe(
      "What it was written for by itself, and which is asked whether it is still wanted: a member of a batch, or a send to many",
    ),
  encoding: oneOf(encodings).nullable().describe("Of text messages"),
  segments: z.number().int().nullable().describe("Of text messages: in how many parts it goes out"),
  send_at: instant().nullable().describe("From when on it may go out; null: it came in"),
  held_reason: oneOf(waitReasons).nullable().describe("Why it waits until `send_at`, or was not sent at all"),
  sent_at: instant().nullable().describe("When the provider took it"),
  delivered_at: instant().nullable(),
  failed_at: instant().nullable(),
  received_at: instant().nullable(),
  opened_at: instant()
    .nullable()
    .describe("Of a mail that is tracked: when a person opened it first, as far as can be told some ten minutes later"),
  clicked_at: instant().nullable().describe("When a person first followed a link of it, as far as can be told by then"),
  makes: oneOf(["ticket", "lead"])
    .nullable()
    .describe("Of what came in: what it makes beside its conversation, by the rule then"),
  error_code: z.string().nullable().describe("As the provider calls it"),
  error_message: z.string().nullable(),
};

const internalFields = {
  queue: z.string().nullable().describe("The number or the account in whose queue it waits"),
  provider_id: z.string().nullable().describe("What the provider calls it"),
  tries: z.number().int().describe("How often it was taken in hand"),
  tried_at: instant().nullable().describe("When it was last"),
  settle_at: instant().nullable().describe("When it is asked what has become of it"),
  judge_at: instant().nullable().describe("When it is judged who opened it"),
  counted_for: z.string().nullable().describe("What is told how many of its messages became what"),
  days: z
    .partialRecord(oneOf(datedEvents), z.object({ at: instant(), day: z.string() }))
    .describe("When what happened with it did, and on which day of the tenant's"),
};

export const Stored = z.object({ ...publicFields, ...internalFields });
export const PublicMessage = z.object(publicFields);

export type MessageRecord = z.output<typeof Stored> & BaseRecord;

export const Messages = new Collection<MessageRecord>({
  kind: MESSAGE,
  schema: Stored,
  row: [
    "direction",
    "channel",
    "purpose",
    "status",
    "conversation_id",
    "person_id",
    "from_address",
    "to_address",
    "subject",
    "body",
    "segments",
    "send_at",
    "held_reason",
    "sent_at",
    "delivered_at",
    "failed_at",
    "received_at",
    "error_code",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_related: indexBy("conversation_id"),
    by_date: sortedIndexBy(({ send_at }) => send_at, "queue", { sparse: true }),
  },
  parent: "conversation_id",
  visibleWith: "conversation_id",
  filters: { status: { index: "by_status", field: "status" } },
  sums: buildSums,
  internal: Object.keys(internalFields) as (keyof typeof internalFields)[],
  clocks: { settle: ({ settle_at }) => settle_at, judge: ({ judge_at }) => judge_at },
  bulkClocks: ["judge"],
  events: {
    sent: (after, before) => after.sent_at !== null && (before?.sent_at ?? null) === null,
    delivered: changedTo("status", "delivered"),
    failed: (after, before) =>
      fieldChanged("status")(after, before) && (after.status === "failed" || after.status === "undelivered"),
    received: changedTo("status", "received"),
    opened: (after, before) => after.opened_at !== null && (before?.opened_at ?? null) === null,
    clicked: (after, before) => after.clicked_at !== null && (before?.clicked_at ?? null) === null,
  },
  sensitivity: "confidential",
});
