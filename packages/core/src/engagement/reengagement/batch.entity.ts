import * as z from "zod";
import { percent } from "../../kernel/line-item.rules.ts";
import { amount, currency, date, id, instant, name, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
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
  template_id: id(MESSAGE_TEMPLATE).describe("Of that channel, and active"),
  after_days: z
    .number()
    .int()
    .min(0)
    .max(90)
    .describe("Days of 24 hours after the step before; of the first, after the batch began or the member came"),
  sender_id: z
    .union([id(SMS_SENDER), id(MAIL_ACCOUNT)])
    .nullable()
    .default(null)
    .describe("A sender of text messages, or an account of mails; the tenant's default unless told otherwise"),
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
    .describe("What its persons were worth before, as whoever made it says"),
  target_size: z.number().int().min(1).max(MAX_COUNT).nullish().describe("How many are to be contacted"),
  target_revenue: amount().nullish(),
  target_response_rate: percent("a rate").nullish(),
  start_date: date().nullish(),
  end_date: date().nullish().describe("On start_date or later"),
  currency: currency().nullish().describe("The tenant's unless told otherwise; it stays"),
  window_days: z
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe(
      "Days after a contact in which a response or a purchase counts, and the person is held; it stays once it has begun",
    ),
  sequence: z
    .array(Step)
    .max(MAX_STEPS)
    .default([])
    .describe("Messages that its members get by themselves while it is ACTIVE; changed while it is DRAFT or PAUSED"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  currency: z.string(),
  assigned_to: id(USER).nullable().describe("null: nobody's, and seen by all"),
  status: oneOf(batchStatuses),
  created_date: date().describe("In the tenant's time zone"),
  activated_at: instant().nullable().describe("When it was active first"),
  ended_at: instant().nullable(),
  walk_at: instant().nullable().describe("When its members are next looked at for when their steps are due"),
});

export type BatchRecord = z.output<typeof Stored> & BaseRecord;

export const Batches = new Collection<BatchRecord>({
  kind: REENGAGEMENT_BATCH,
  schema: Stored,
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
  internal: ["walk_at"],
  clocks: { walk: ({ walk_at }) => walk_at },
  events: { assigned: fieldChanged("assigned_to"), status_changed: fieldChanged("status") },
});
