import * as z from "zod";
import { ApprovalSummary } from "../../agreements/approval/approval-summary.ts";
import { actor } from "../../kernel/actor.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { anyId, id, instant, master, name, oneLine, oneOf, reference, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { mailBlocks } from "../../messaging/template/mail-block.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { MAX_HTML_BYTES, MAX_TEXT_LENGTH } from "../../messaging/template/message-template.rules.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { Job } from "../../storage/write/job.ts";
import { AB_TEST } from "../ab-test/ab-test.kind.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import { memberSteps } from "../campaign/campaign-status.rules.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { EMAIL_SEND } from "./email-send.kind.ts";
import { channels, leftOutReasons, type SendStatus, sendStatuses } from "./email-send.rules.ts";
import { isLocalTime } from "./send-time.rules.ts";

/** A message that is written for one send, in place of a template. */
export const sendContent = () =>
  z.strictObject({
    subject: oneLine(255).nullish().describe("Mails only, and required for these"),
    body: text(MAX_TEXT_LENGTH)
      .nullish()
      .describe("The text of a text message; the text part of a mail. A mail without it uses the text of its HTML"),
    body_html: text(MAX_HTML_BYTES).nullish().describe("Mails only"),
    blocks: mailBlocks().nullish().describe("Mails only: the parts of a mail, in place of body and body_html"),
  });

/** A wall-clock time without a zone: `2026-12-01T09:00`. */
export const localTime = () =>
  z
    .string()
    .trim()
    .refine(isLocalTime, { error: "Must be a local date and time such as 2026-12-01T09:00", abort: true })
    .meta({ examples: ["2026-12-01T09:00"] });

/** The most segments whose customers a send leaves out. */
const MAX_EXCLUDED_SEGMENTS = 10;
/** The most messages in an hour that a send can name as its limit. */
const MAX_HOURLY_MESSAGES = 100_000;

const subscriptionType = () =>
  master(SUBSCRIPTION_TYPES, "code").describe(
    "The subject of the messages. Persons who refuse this type get none. Default: that of the campaign, or else `general`",
  );

/** Whether a send or a test counts opens and clicks. */
export const tracksChoice = () =>
  z.boolean().describe("Mails only: whether opens and clicks are counted. Default: as the mail account says");

/** The fields that users edit while the send is DRAFT or SCHEDULED. */
export const fields = {
  name: name(255),
  channel: oneOf(channels).default("email"),
  campaign_id: reference(CAMPAIGN, { wasText: true }).nullish(),
  to_members: z.boolean().default(false).describe("Recipients are the active members of `campaign_id`"),
  member_status: z
    .array(oneOf(memberSteps))
    .min(1)
    .max(memberSteps.length)
    .nullish()
    .describe("With to_members: only members with one of these statuses"),
  segment_id: id(SEGMENT)
    .nullish()
    .describe(
      "Recipients are the customers of this segment; a business is reached through its contacts. Set exactly one of this, contact_list_id and to_members",
    ),
  contact_list_id: id(CONTACT_LIST).nullish().describe("Recipients are the contacts of this list"),
  exclude_segment_ids: z
    .array(id(SEGMENT))
    .max(MAX_EXCLUDED_SEGMENTS)
    .default([])
    .describe("Persons who are reached through a customer of these segments get no message"),
  template_id: id(MESSAGE_TEMPLATE)
    .nullish()
    .describe("Template of the channel; must be active when the send is scheduled. Set either this or content"),
  content: sendContent().nullish().describe("A message without a template, with merge fields"),
  subject: oneLine(255).nullish().describe("Mails only: replaces the subject of the template"),
  sender_id: anyId().nullish().describe("Account of the mails, or sender of the text messages. Default: the tenant's default"),
  subscription_type: subscriptionType().nullish(),
  local_time: localTime()
    .nullish()
    .describe(
      "Each person gets the message at this time in their own time zone: that of the country of their address, or else the tenant's",
    ),
  tracks: tracksChoice().nullish(),
  throttle_per_hour: z
    .number()
    .int()
    .min(1)
    .max(MAX_HOURLY_MESSAGES)
    .nullish()
    .describe("The most messages in an hour: they are spread evenly. With local_time, for each time zone"),
};

/** A variant of an A/B test: what it replaces in the send, and its proportion of the sample. */
const SampleVariant = z.object({
  id: z.string(),
  subject: z.string().nullable(),
  template_id: z.string().nullable(),
  content: sendContent().nullable(),
  sender_id: z.string().nullable(),
  send_at: z.string().nullable(),
  share: z.number().int(),
  /** Missing in samples of earlier releases. */
  template_revision: z.number().int().nullish(),
  template_revision_id: z.string().nullish(),
});
export type SampleVariant = z.output<typeof SampleVariant>;

/** The persons who get a variant: `percent` of all. */
const Sample = z.object({ percent: z.number(), variants: z.array(SampleVariant) });

export const Stored = z.object({
  ...toStoredShape(fields),
  subscription_type: subscriptionType(),
  owner_id: id(USER)
    .nullable()
    .describe("User who sees the send and receives replies; null: unassigned, and visible to all users"),
  send_status: oneOf(sendStatuses),
  scheduled_send_time: instant()
    .nullable()
    .describe("When the send starts or started; null while PENDING_APPROVAL: as soon as it is approved"),
  scheduled_by: actor()
    .nullable()
    .describe("User who last scheduled or changed the send; only persons whom this user can see receive it"),
  recipients_count: z.number().int().describe("Messages created so far, each to a different address"),
  passed_over_count: z.number().int().describe("Persons without a message: the sum of `left_out`"),
  left_out: z
    .partialRecord(oneOf(leftOutReasons), z.number().int())
    .describe(
      "Persons without a message by reason. `no_address`: no valid address for the channel. `restricted`: their data are restricted. `opted_out`, " +
        "`bounced`: inactive member. `excluded`: in a segment of `exclude_segment_ids`. `duplicate`: another person has the same address. " +
        "`missing_field`: no value for a merge field. `unsendable`: the message to this person is invalid, for example too long",
    ),
  template_revision: z
    .number()
    .int()
    .nullable()
    .describe(
      "Revision of the template that goes out: the one of the time when the send was last scheduled or changed; null in a draft",
    ),
  is_tracked: z
    .boolean()
    .nullable()
    .describe(
      "Whether opens and clicks of its mails are counted, as decided when it was last scheduled or changed; null in a draft",
    ),
  approval: ApprovalSummary.nullable().describe(
    "The latest approval; null if the rule `email_send_approval` needed none. The mails to the others in an A/B test have that of the sample",
  ),
  approval_round: z.number().int(),
  written_by: personalData("staff", z.array(z.string()).describe("Users who changed the send since its last approval")),
  ab_test_id: id(AB_TEST).nullable().describe("A/B test whose sample or rest this send reaches"),
  ab_phase: oneOf(["sample", "rest"]).nullable(),
  started_at: instant().nullable(),
  finished_at: instant().nullable().describe("When all messages were created, or the send was cancelled"),
  error: z.string().nullable().describe("Why the system cancelled the send"),
  sample: Sample.nullable(),
  template_revision_id: z.string().nullable(),
  filter_revisions: z
    .record(z.string(), z.number().int())
    .describe("The filters of the audience and of the excluded segments when the send was scheduled"),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type SendRecord = z.output<typeof Stored> & BaseRecord;

/** Returns whether the worker is still writing the send's messages. */
export const isOpen = ({ send_status }: { send_status: SendStatus }): boolean => send_status === "SENDING";

/** Returns whether the send to the sample of an A/B test ended because it was not approved. */
export const isRejectedSample = ({ ab_phase, send_status, approval }: SendRecord): boolean =>
  ab_phase === "sample" && send_status === "CANCELLED" && (approval?.outcome === "REJECTED" || approval?.outcome === "EXPIRED");

const jobDefinition = Job.resumableDefinition<SendRecord>(isOpen);

export const EmailSends = new Collection<SendRecord>({
  kind: EMAIL_SEND,
  schema: Stored,
  personalData: {
    purpose: "Send one mail or text message to many persons of a segment, a list or a campaign.",
    recipients: ["mail", "sms"],
  },
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
  missingValues: {
    ...{ subscription_type: GENERAL_TYPE, channel: "email", to_members: false },
    ...{ exclude_segment_ids: [], left_out: {}, approval_round: 0, written_by: [] },
    ...{ template_revision: null, template_revision_id: null, filter_revisions: {}, tracks: null, is_tracked: null },
  },
  searchWords: (send) => textSearchWords(send.name),
  ...jobDefinition,
  internal: [
    ...jobDefinition.internal,
    ...(["sample", "approval_round", "written_by", "template_revision_id", "filter_revisions"] as const),
  ],
  clocks: {
    ...jobDefinition.clocks,
    start: ({ send_status, scheduled_send_time }) => (send_status === "SCHEDULED" ? scheduled_send_time : null),
  },
  events: {
    ...jobDefinition.events,
    status_changed: fieldChanged("send_status"),
    assigned: fieldChanged("owner_id"),
    // The approvers have decided, or the send no longer waits for them.
    approval_over: (after, before) => before?.send_status === "PENDING_APPROVAL" && after.send_status !== "PENDING_APPROVAL",
    // The approvers have refused the sample of an A/B test.
    sample_rejected: (after, before) => before?.send_status === "PENDING_APPROVAL" && isRejectedSample(after),
  },
});
