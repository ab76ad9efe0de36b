import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { MAIL_ACCOUNT } from "../mail-account/mail-account.kind.ts";
import { SMS_NUMBER, SMS_SENDER } from "../sms-account/sms-account.kind.ts";
import { CONVERSATION } from "./message.kind.ts";

export const channels = ["sms", "email"] as const;
export type Channel = (typeof channels)[number];
export const directions = ["in", "out"] as const;

export const Stored = z.object({
  conversation_id: personalData("identifier", z.string().describe("Id of this record, as its messages refer to it")),
  channel: personalData("relationship", oneOf(channels)),
  sender_id: personalData("none", id(SMS_SENDER).nullable().describe("Text messages only: the sender; null for mails")),
  number_id: personalData(
    "none",
    id(SMS_NUMBER).nullable().describe("Text messages only: the number that sent or received the last one"),
  ),
  mail_account_id: personalData("none", id(MAIL_ACCOUNT).nullable().describe("Mails only")),
  address: personalData("contact", z.string().describe("Address of the correspondent: an E.164 number or an email address")),
  person_id: id(PERSON),
  customer_id_crm: id(CUSTOMER).nullable(),
  assigned_staff_id: id(USER).nullable().describe("User who answers"),
  last_message_at: instant(),
  last_direction: personalData("communication", oneOf(directions)),
  last_text: personalData("communication", z.string().describe("Beginning of the last message")),
  unread_count: z.number().int().min(0).describe("Messages received since a user last read the conversation"),
  read_at: personalData("none", instant().nullable()),
  closed_at: personalData(
    "none",
    instant().nullable().describe("When a user closed it; null: it is open. The next message opens it again"),
  ),
});

export type ConversationRecord = z.output<typeof Stored> & BaseRecord;

export const Conversations = new Collection<ConversationRecord>({
  kind: CONVERSATION,
  schema: Stored,
  personalData: {
    purpose: "Group messages with a person to threads that users answer.",
    subject: aboutPerson(reach("person_id", PERSON), reach("customer_id_crm", CUSTOMER)),
  },
  row: [
    "conversation_id",
    "channel",
    "sender_id",
    "address",
    "person_id",
    "customer_id_crm",
    "assigned_staff_id",
    "last_message_at",
    "last_direction",
    "last_text",
    "unread_count",
    "closed_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_date: sortedIndexBy(({ last_message_at }) => last_message_at),
    by_owner: indexBy("assigned_staff_id"),
    by_related: indexBy("person_id"),
    by_class: indexBy("customer_id_crm", { sparse: true }),
  },
  // The assignee owns the conversation. Without one, users who see its person see it.
  owner: "assigned_staff_id",
  person: "person_id",
  subject: { groups: [{ person_id: PERSON }] },
  filters: {
    person: { index: "by_related", field: "person_id", hasOwnCounters: true },
    customer: { index: "by_class", field: "customer_id_crm", hasOwnCounters: true },
    staff: { index: "by_owner", field: "assigned_staff_id" },
  },
  sorts: { last_message_at: "by_date" },
  // Conversations of this shape were never closed.
  migrations: [(stored) => stored],
  sensitivity: "confidential",
});
