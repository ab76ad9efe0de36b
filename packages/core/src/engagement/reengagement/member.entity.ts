import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, master, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { contactMethods, memberStatuses } from "./member.rules.ts";
import { REENGAGEMENT_BATCH, REENGAGEMENT_MEMBER } from "./reengagement.kind.ts";
import { isSequenceActive, outcomes } from "./sequence.rules.ts";
import { buildMemberSums } from "./stats.rules.ts";

/** The fields of a member that users edit. */
export const fields = {
  assigned_to: id(USER).nullish().describe("User who contacts the member. Default: the assignee of the batch"),
  priority: master(PRIORITIES, "code").nullish().describe("Code of the priority"),
  notes: text(10_000).nullish(),
};

export const Contact = z.object({
  source_id: z.string().describe("Identifies the contact: the id of the message, the call, or the request that reported it"),
  method: oneOf(contactMethods),
  at: instant(),
  day: z.string().describe("Day of `at` in the tenant's time zone when the contact was recorded"),
});

export const StepResult = z.object({
  as: oneOf(outcomes).describe("`passed`: no message could be created; `unknown`: not known whether the message was sent"),
  at: instant(),
  message_id: z.string().nullable(),
  why: z.string().nullable(),
});

/** Why a due step waits. `starter_rights`: who last activated the batch may not send it, or does not see the person. */
export const stepWaitReasons = ["other_batch", "template", "sender", "subscription_type", "starter_rights"] as const;

export const Stored = z.object({
  batch_id: personalData("none", id(REENGAGEMENT_BATCH)),
  personal_key_id: id(PERSON),
  ...toStoredShape(fields),
  status: personalData("relationship", oneOf(memberStatuses)),
  contact_attempts: personalData("behavior", z.number().int()),
  last_contact_method: personalData("relationship", oneOf(contactMethods).nullable()),
  added_to_batch_at: instant(),
  contacted_at: instant().nullable().describe("First"),
  last_contacted_at: instant().nullable(),
  responded_at: personalData("behavior", instant().nullable()),
  converted_at: personalData("behavior", instant().nullable()),
  opted_out_at: personalData("consent", instant().nullable()),
  converted_order_id: personalData("reference", z.string().nullable().describe("The first order of the purchase that was paid")),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  conversion_value: z
    .string()
    .meta({ "x-type": "money", examples: ["1200.00"] })
    .nullable()
    .describe("Revenue of the purchase, less refunds, in the currency of the batch; null if there is no exchange rate"),
  currency: personalData("financial", z.string()),
  failure_reason: z.string().nullable(),
  contacts: personalData("behavior", z.array(Contact).describe("The first 50 contacts, in order")),
  window_days: z.number().int(),
  sequence_step: personalData("relationship", z.number().int().describe("Completed steps of the batch's sequence")),
  next_step_at: instant()
    .nullable()
    .describe("When the next step is due or checked again; null while a step is in progress, or if none follows"),
  step_waits: personalData(
    "relationship",
    oneOf(stepWaitReasons)
      .nullable()
      .describe(
        "Why the next step waits although it is due. `starter_rights`: the user who last activated the batch may not send it, or does not see the person",
      ),
  ),
  steps: personalData("relationship", z.array(StepResult).describe("Results of the steps of the batch's sequence")),
  step_due_at: personalData("none", instant().nullable()),
  failed: personalData("none", z.object({ at: z.string(), reason: z.string() }).nullable()),
  responded_day: personalData("relationship", z.string().nullable()),
  converted_day: personalData("relationship", z.string().nullable()),
});

/** What has become of a step of the sequence. */
export const SentStep = Stored.pick({ sequence_step: true, next_step_at: true, step_waits: true }).extend({
  id: id(REENGAGEMENT_MEMBER),
  postponed_until: instant().nullable().describe("When the step has to be run again, because it has not ended; null if it has"),
});
export type SentStep = z.output<typeof SentStep>;

export type MemberRecord = z.output<typeof Stored> & BaseRecord;

/**
 * Whether a change lets the sequence of the batch begin or continue with a member: one that was added to an active batch with a sequence, or whose
 * response or end no longer counts.
 */
function isSequenceOpened(after: MemberRecord, before: MemberRecord | undefined): boolean {
  if (after.deleted_at || !isSequenceActive(after.status)) return false;
  return before && !before.deleted_at ? !isSequenceActive(before.status) : after.step_due_at !== null;
}

/** Members belong to the collection of their person. A user who can see both the person and the batch can see the member. */
export const Members = new Collection<MemberRecord>({
  kind: REENGAGEMENT_MEMBER,
  schema: Stored,
  personalData: {
    purpose: "Follow each person of a win-back campaign.",
    subject: aboutPerson(reach("personal_key_id", PERSON)),
    recipients: ["mail", "sms"],
  },
  row: [
    "batch_id",
    "personal_key_id",
    "assigned_to",
    "priority",
    "status",
    "contact_attempts",
    "last_contact_method",
    "added_to_batch_at",
    "contacted_at",
    "last_contacted_at",
    "responded_at",
    "converted_at",
    "opted_out_at",
    "conversion_value",
    "currency",
    "sequence_step",
    "next_step_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("batch_id"),
    by_status: indexBy("status"),
    by_class: indexBy("assigned_to", { sparse: true }),
    by_outcome: indexBy("priority", { sparse: true }),
  },
  subject: { groups: [{ personal_key_id: PERSON, batch_id: REENGAGEMENT_BATCH }], every: true },
  filters: {
    batch: { index: "by_related", field: "batch_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    assigned_to: { index: "by_class", field: "assigned_to", hasOwnCounters: true },
    priority: { index: "by_outcome", field: "priority" },
  },
  sums: buildMemberSums,
  internal: ["window_days", "failed", "responded_day", "converted_day", "step_due_at"],
  events: { sequence_opened: isSequenceOpened },
  sensitivity: "confidential",
});
