import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { id, instant, master, name, oneOf, reference, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { Job } from "../../storage/write/job.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { EMAIL_SEND } from "./email-send.kind.ts";
import { type SendStatus, sendStatuses } from "./email-send.rules.ts";

/** The fields that users edit while the send is DRAFT or SCHEDULED. */
export const fields = {
  name: name(255),
  campaign_id: reference(CAMPAIGN, { wasText: true }).nullish(),
  segment_id: id(SEGMENT)
    .nullish()
    .describe(
      "Recipients are the customers of this segment; a business is reached through its contacts. Set either this or contact_list_id",
    ),
  contact_list_id: id(CONTACT_LIST).nullish().describe("Recipients are the contacts of this list"),
  template_id: id(MESSAGE_TEMPLATE).describe("Email template; must be active when the send is scheduled"),
  sender_id: id(MAIL_ACCOUNT).nullish().describe("Email account of the sender. Default: the tenant's default account"),
  subscription_type: master(SUBSCRIPTION_TYPES, "code")
    .default(GENERAL_TYPE)
    .describe("The subject of the mails. Persons who refuse this type get none"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  owner_id: id(USER)
    .nullable()
    .describe("User who sees the send and receives replies; null: unassigned, and visible to all users"),
  send_status: oneOf(sendStatuses),
  scheduled_send_time: instant().nullable().describe("When the send starts or started"),
  scheduled_by: actor()
    .nullable()
    .describe("User who last scheduled or changed the send; only persons whom this user can see receive it"),
  recipients_count: z.number().int().describe("Messages created so far, each to a different address"),
  passed_over_count: z
    .number()
    .int()
    .describe(
      "Persons without a message: no email address, no value for a merge field, or an address that another person also has",
    ),
  started_at: instant().nullable(),
  finished_at: instant().nullable().describe("When all messages were created, or the send was cancelled"),
  error: z.string().nullable().describe("Why the system cancelled the send"),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type SendRecord = z.output<typeof Stored> & BaseRecord;

/** Returns whether the worker is still writing the send's messages. */
export const isOpen = ({ send_status }: { send_status: SendStatus }): boolean => send_status === "SENDING";

const jobDefinition = Job.resumableDefinition<SendRecord>(isOpen);

export const EmailSends = new Collection<SendRecord>({
  kind: EMAIL_SEND,
  schema: Stored,
  row: [
    "name",
    "campaign_id",
    "segment_id",
    "contact_list_id",
    "template_id",
    "sender_id",
    "owner_id",
    "send_status",
    "scheduled_send_time",
    "recipients_count",
    "passed_over_count",
    "started_at",
    "finished_at",
  ],
  links: { below: ["results"] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("send_status"),
    by_class: indexBy("campaign_id", { sparse: true, splitBy: { field: "send_status", values: sendStatuses } }),
    by_date: sortedIndexBy(({ scheduled_send_time }) => scheduled_send_time),
  },
  owner: "owner_id",
  filters: {
    status: { index: "by_status", field: "send_status" },
    campaign: { index: "by_class", field: "campaign_id", hasOwnCounters: true },
  },
  sorts: { scheduled_send_time: "by_date" },
  missingValues: { subscription_type: GENERAL_TYPE },
  searchWords: (send) => textSearchWords(send.name),
  ...jobDefinition,
  clocks: {
    ...jobDefinition.clocks,
    start: ({ send_status, scheduled_send_time }) => (send_status === "SCHEDULED" ? scheduled_send_time : null),
  },
  events: { ...jobDefinition.events, status_changed: fieldChanged("send_status") },
});
