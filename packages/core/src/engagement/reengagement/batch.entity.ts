import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { percent } from "../../kernel/line-item.rules.ts";
import { amount, currency, date, id, instant, master, name, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { batchStatuses } from "./batch.rules.ts";
import { REENGAGEMENT_BATCH } from "./reengagement.kind.ts";
import { MAX_STEPS } from "./sequence.rules.ts";

const MAX_COUNT = 1_000_000_000;

/** A step of the sequence: a message that the members of a batch get automatically. */
export const Step = z.strictObject({
  channel: oneOf(["sms", "email"]),
  template_id: id(MESSAGE_TEMPLATE).describe("An active template of this channel"),
  after_days: z
    .number()
    .int()
    .min(0)
    .max(90)
    .describe(
      "Days of 24 hours after the previous step. First step: after the start of the batch, or after the member was added",
    ),
  sender_id: z
    .union([id(SMS_SENDER), id(MAIL_ACCOUNT)])
    .nullable()
    .default(null)
    .describe("SMS sender or email account. Default: the tenant's default"),
  subscription_type: master(SUBSCRIPTION_TYPES, "code")
    .optional()
    .describe("The subject of marketing of the message. Default: `general`"),
});

/** The fields of a batch that users edit, with the currency of its amounts. */
export const fields = {
  batch_name: name(255),
  historical_value: z
    .number()
    .int()
    .min(0)
    .max(MAX_COUNT)
    .nullish()
    .describe("Earlier value of the persons, as entered by the user"),
  target_size: z.number().int().min(1).max(MAX_COUNT).nullish().describe("Number of persons to be contacted"),
  target_revenue: amount().nullish(),
  target_response_rate: percent("a rate").nullish(),
  start_date: date().nullish(),
  end_date: date().nullish().describe("Not before the start date"),
  currency: currency().nullish().describe("Cannot be changed").meta(createHelp("Default: the tenant's currency")),
  window_days: z
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe(
      "Days after a contact in which responses count and no other batch contacts the person. Fixed once the batch has begun",
    ),
  sequence: z
    .array(Step)
    .max(MAX_STEPS)
    .default([])
    .describe("Messages that members receive while the batch is ACTIVE. They can change while it is DRAFT or PAUSED"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  currency: z.string(),
  assigned_to: id(USER).nullable().describe("null: unassigned, and visible to all users"),
  status: oneOf(batchStatuses),
  created_date: date().describe("Day of the creation in the tenant's time zone"),
  activated_at: instant().nullable().describe("When the batch was first activated"),
  ended_at: instant().nullable(),
  started_by: actor()
    .nullable()
    .describe("The user who last activated the batch: its sequence is sent with the rights of this user"),
  template_revisions: z
    .array(z.string().nullable())
    .describe("Ids of the revisions of the templates that the steps send, in their order: those of the last activation"),
  walk_at: instant()
    .nullable()
    .describe("When the workflow of the sequence is written for a batch that an earlier release activated"),
});

export type BatchRecord = z.output<typeof Stored> & BaseRecord;

export const Batches = new Collection<BatchRecord>({
  kind: REENGAGEMENT_BATCH,
  schema: Stored,
  personalData: { purpose: "Win former customers back in a campaign." },
  row: [
    "batch_name",
    "assigned_to",
    "historical_value",
    "status",
    "created_date",
    "target_size",
    "start_date",
    "end_date",
    "target_revenue",
    "target_response_rate",
    "currency",
    "window_days",
  ],
  links: { below: ["members", "stats"] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("assigned_to"),
    by_status: indexBy("status"),
    by_date: sortedIndexBy(({ start_date }) => start_date),
  },
  owner: "assigned_to",
  filters: { status: { index: "by_status", field: "status" } },
  sorts: { start_date: "by_date" },
  searchWords: ({ batch_name }) => textSearchWords(batch_name),
  internal: ["walk_at", "template_revisions"],
  missingValues: { started_by: null, template_revisions: [] },
  // The former shape is the same: the job lets batches write the workflows of their sequences.
  migrations: [(stored) => stored],
  migrateRecord: async (batch) =>
    batch.sequence.length > 0 && (batch.status === "ACTIVE" || batch.status === "PAUSED")
      ? { ...batch, walk_at: Clock.now() }
      : batch,
  clocks: { walk: ({ walk_at }) => walk_at },
  events: { assigned: fieldChanged("assigned_to"), status_changed: fieldChanged("status") },
});
