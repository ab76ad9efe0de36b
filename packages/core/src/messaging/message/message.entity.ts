import * as z from "zod";
import { AB_TEST } from "../../engagement/ab-test/ab-test.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { anyId, id, instant, oneOf } from "../../kernel/schema.ts";
import { encodings } from "../../lib/text-message/segments.rules.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { UPLOAD } from "../../platform/upload/upload.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { hasFailed, messageStatuses } from "../channel-provider/message-status.rules.ts";
import { MAIL_ACCOUNT } from "../mail-account/mail-account.kind.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "../sms-account/sms-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../template/message-template.kind.ts";
import { buildCampaignDaySums } from "./campaign-day-counts.rules.ts";
import { channels, directions } from "./conversation.entity.ts";
import { buildSums, datedEvents } from "./daily-figures.rules.ts";
import { CONVERSATION, MESSAGE } from "./message.kind.ts";
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

/** A file of a mail. Its bytes never change, also if the attachment of the record is renamed or deleted. */
const MessageFile = z.object({
  attachment_id: id(ATTACHMENT),
  upload_id: personalData("none", id(UPLOAD)),
  file_name: personalData("communication", z.string()),
  file_type: personalData("none", z.string()),
  file_size: z.number().int().describe("In bytes"),
});

const publicFields = {
  direction: personalData("communication", oneOf(directions)),
  channel: personalData("communication", oneOf(channels)),
  purpose: personalData(
    "communication",
    oneOf(messagePurposes)
      .nullable()
      .describe("Outbound only; `answer` is the reply to STOP, START and HELP, `test` a template sent to a user"),
  ),
  status: personalData(
    "relationship",
    oneOf(messageStatuses).describe(
      "`cancelled`: a user cancelled the message while it waited; messages cancelled with version 0.2.0 or earlier are `failed`",
    ),
  ),
  conversation_id: id(CONVERSATION),
  person_id: id(PERSON),
  sender_id: personalData("none", id(SMS_SENDER).nullable().describe("Text messages only, like the two below; null for mails")),
  sender_phone_number_id: personalData("none", id(SMS_NUMBER).nullable()),
  service_account_id: personalData("none", id(SMS_SERVICE_ACCOUNT).nullable()),
  mail_account_id: personalData("none", id(MAIL_ACCOUNT).nullable().describe("Mails only")),
  from_address: personalData("contact", z.string().describe("An E.164 number or an email address")),
  to_address: personalData("contact", z.string().describe("An E.164 number or an email address")),
  subject: personalData("communication", z.string().nullable().describe("Mails only")),
  body: personalData("communication", z.string()),
  body_html: personalData("communication", z.string().nullable().describe("Mails only, in addition to the text")),
  template_id: personalData("none", id(MESSAGE_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  sent_for_id: personalData(
    "reference",
    z
      .string()
      .nullable()
      .describe(
        "The record that the system sent the message for: a batch member or a bulk send; it decides whether the message is still wanted",
      ),
  ),
  campaign_id: personalData(
    "none",
    id(CAMPAIGN).nullable().describe("The campaign of the bulk send; empty in messages of earlier releases"),
  ),
  ab_test_id: personalData("none", id(AB_TEST).nullable().describe("The A/B test of the bulk send")),
  ab_variant: personalData(
    "none",
    z.string().nullable().describe("The variant that the person got; null for the winner that the others get"),
  ),
  encoding: oneOf(encodings).nullable().describe("Text messages only"),
  segments: z.number().int().nullable().describe("Text messages only: the number of parts"),
  send_at: instant().nullable().describe("Earliest time at which the message can be sent; null for inbound messages"),
  held_reason: personalData(
    "relationship",
    oneOf(waitReasons).nullable().describe("Why the message waits until `send_at`, or was not sent at all"),
  ),
  sent_at: instant().nullable().describe("When the provider accepted the message"),
  delivered_at: personalData("behavior", instant().nullable()),
  failed_at: instant().nullable().describe("When it became `undelivered`, `failed` or `cancelled`"),
  received_at: personalData("behavior", instant().nullable()),
  is_tracked: z
    .boolean()
    .nullable()
    .describe(
      "Whether opens and clicks of the mail are counted; null for inbound messages and those of earlier releases. Without tracking, `opened_at` and `clicked_at` stay null",
    ),
  opened_at: personalData(
    "behavior",
    instant()
      .nullable()
      .describe("Tracked mails only: when a person first opened it; final about ten minutes later, when the event is published"),
  ),
  clicked_at: personalData(
    "behavior",
    instant()
      .nullable()
      .describe("When a person first followed a link in it; final about ten minutes later, when the event is published"),
  ),
  makes: oneOf(["ticket", "lead"])
    .nullable()
    .describe("Inbound only: the record that it creates besides its conversation, by the rule at that time"),
  subscription_type: personalData(
    "relationship",
    z
      .string()
      .nullable()
      .describe(
        "Outbound marketing only: code of its subscription type; empty in messages of earlier releases, which count as `general`",
      ),
  ),
  error_code: personalData(
    "relationship",
    z.string().nullable().describe("Error code of the provider; `canceled` if a user cancelled the message"),
  ),
  error_message: personalData("relationship", z.string().nullable()),
  related_to_type: personalData(
    "none",
    registryName("activities").nullable().describe("Kind of the record in whose timeline it stands"),
  ),
  related_to_id: personalData(
    "reference",
    anyId().nullable().describe("The record in whose timeline it stands; a reply stands in that of the mail that it answers"),
  ),
  reply_to_id: id(MESSAGE).nullable().describe("Inbound only: the mail about a record that it answers"),
  cc: personalData("contact", z.array(z.string()).nullable().describe("Mails only: addresses that get a copy")),
  files: z.array(MessageFile).nullable().describe("Mails only: the attached files"),
};

const internalFields = {
  queue: personalData("none", z.string().nullable().describe("The number or account whose queue contains the message")),
  provider_id: personalData("identifier", z.string().nullable().describe("The provider's id of the message")),
  tries: z.number().int().describe("Number of send attempts"),
  tried_at: personalData("none", instant().nullable().describe("Time of the last attempt")),
  settle_at: personalData("none", instant().nullable().describe("When the provider is queried for the outcome")),
  judge_at: personalData("none", instant().nullable().describe("When to judge whether a person opened it")),
  tracks: z.boolean().nullable().describe("Whether the author asked for opens and clicks to be counted"),
  counted_for: personalData("none", z.string().nullable().describe("The record for which the outcomes are counted")),
  days: personalData(
    "relationship",
    z
      .partialRecord(oneOf(datedEvents), z.object({ at: instant(), day: z.string() }))
      .describe("Time of each event, and its day in the tenant's time zone"),
  ),
};

export const Stored = z.object({ ...publicFields, ...internalFields });
export const PublicMessage = z.object(publicFields);

export type MessageRecord = z.output<typeof Stored> & BaseRecord;

export const Messages = new Collection<MessageRecord>({
  kind: MESSAGE,
  schema: Stored,
  personalData: {
    purpose: "Exchange messages with persons, and prove what was sent and received.",
    subject: aboutPerson(reach("person_id", PERSON), reach("conversation_id", CONVERSATION)),
    recipients: ["mail", "sms", "webhook"],
  },
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
    "related_to_type",
    "related_to_id",
    "reply_to_id",
    "opened_at",
    "clicked_at",
    "is_tracked",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_related: indexBy("conversation_id"),
    by_class: indexBy("related_to_id", { sparse: true }),
    by_date: sortedIndexBy(({ send_at }) => send_at, "queue", { sparse: true }),
  },
  parent: "conversation_id",
  visibleWith: "conversation_id",
  filters: {
    status: { index: "by_status", field: "status" },
    related_to_id: { index: "by_class", field: "related_to_id", hasOwnCounters: true },
  },
  missingValues: { is_tracked: null },
  sums: (message) => joinSums(buildSums(message), buildCampaignDaySums(message)),
  internal: Object.keys(internalFields) as (keyof typeof internalFields)[],
  clocks: { settle: ({ settle_at }) => settle_at, judge: ({ judge_at }) => judge_at },
  bulkClocks: ["judge"],
  events: {
    sent: (after, before) => after.sent_at !== null && (before?.sent_at ?? null) === null,
    delivered: changedTo("status", "delivered"),
    failed: (after, before) => fieldChanged("status")(after, before) && hasFailed(after.status),
    received: changedTo("status", "received"),
    opened: (after, before) => after.opened_at !== null && (before?.opened_at ?? null) === null,
    // A worker may only know of the later time.
    advanced: ({ status, send_at }, before) =>
      status === "queued" && before?.status === "queued" && send_at !== null && send_at < String(before.send_at),
    clicked: (after, before) => after.clicked_at !== null && (before?.clicked_at ?? null) === null,
  },
  // Messages of this shape were about no record.
  migrations: [(stored) => stored],
  sensitivity: "confidential",
});
