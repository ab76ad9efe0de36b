import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, master, name, oneLine, oneOf, outputInstant, toStoredShape } from "../../kernel/schema.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { MAX_CONFIDENCE_LEVEL, MAX_VARIANTS, MIN_CONFIDENCE_LEVEL, MIN_VARIANTS } from "../campaign/ab-test.rules.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import { memberSteps } from "../campaign/campaign-status.rules.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { sendContent, tracksChoice } from "../email-send/email-send.entity.ts";
import { EMAIL_SEND } from "../email-send/email-send.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { AB_TEST } from "./ab-test.kind.ts";
import { abTestStatuses, successMetrics, testedParts, variantIds } from "./ab-test-status.rules.ts";

/** What a variant can replace. The test names which one of them differs. */
const variantFields = {
  subject: oneLine(255).min(1).nullish().describe("Tests of the subject: replaces the subject of the mail"),
  template_id: id(MESSAGE_TEMPLATE).nullish().describe("Tests of the content: this template, or `content`"),
  content: sendContent().nullish().describe("Tests of the content: a mail without a template"),
  sender_id: id(MAIL_ACCOUNT).nullish().describe("Tests of the sender: the account that sends the mail"),
  send_at: instant().nullish().describe("Tests of the time: when the mails of the sample are sent"),
};

const Variant = z.strictObject({
  ...variantFields,
  share: z.number().int().min(1).max(100).default(1).describe("Proportion within the sample: 1 and 1 are halves"),
});
export type VariantInput = z.output<typeof Variant>;

const StoredVariant = z.object({
  id: oneOf(variantIds).describe("By position: A is the first"),
  ...toStoredShape(variantFields),
  share: z.number().int(),
});
export type StoredVariant = z.output<typeof StoredVariant>;

/** Fields of a test that a caller writes, beside the variants. */
export const fields = {
  name: name(200),
  tests: oneOf(testedParts).describe("The part of the mail in which the variants differ"),
  sample_percent: z.number().int().min(1).max(100).default(20).describe("Persons who get a variant. The others get the winner"),
  success_metric: oneOf(successMetrics)
    .default("click_rate")
    .describe("Persons who did it ÷ delivered mails. response_rate and conversion_rate need members of the campaign"),
  minimum_sample_size: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe("Delivered mails that each variant needs; with fewer, the test is INCONCLUSIVE"),
  confidence_level: z.number().min(MIN_CONFIDENCE_LEVEL).max(MAX_CONFIDENCE_LEVEL).default(95).describe("In percent"),
  decide_after_hours: z.number().int().min(1).max(72).default(4).describe("Hours after the last mail of the sample left"),
  without_winner: oneOf(["send_better", "wait"])
    .default("wait")
    .describe("The others get this if no variant wins: the one with the highest rate, or nothing until a person chooses"),
  segment_id: id(SEGMENT)
    .nullish()
    .describe("Recipients are the customers of this segment. Default: the members of the campaign"),
  contact_list_id: id(CONTACT_LIST).nullish().describe("Recipients are the contacts of this list"),
  member_status: z.array(oneOf(memberSteps)).max(memberSteps.length).nullish().describe("Only members of these statuses"),
  exclude_segment_ids: z.array(id(SEGMENT)).max(10).default([]).describe("Persons of these segments get no mail"),
  subject: oneLine(255).nullish().describe("Replaces the subject of the template. Not for tests of the subject or content"),
  template_id: id(MESSAGE_TEMPLATE).nullish().describe("The mail: a template, or `content`. Not for tests of the content"),
  content: sendContent().nullish(),
  sender_id: id(MAIL_ACCOUNT).nullish().describe("Default: the tenant's default account. Not for tests of the sender"),
  subscription_type: master(SUBSCRIPTION_TYPES, "code").nullish().describe("Default: that of the campaign"),
  throttle_per_hour: z.number().int().min(1).max(100_000).nullish().describe("Mails in an hour"),
  tracks: tracksChoice().nullish(),
};

export const variantsField = {
  variants: z.array(Variant).min(MIN_VARIANTS).max(MAX_VARIANTS),
};

const probability = () => z.number().min(0).max(1);

const Pair = z.object({
  a: oneOf(variantIds),
  b: oneOf(variantIds),
  z: z.number().describe("Statistic of the two-proportion z-test; above 0 if `a` has the higher rate"),
  p: probability().describe("Two-sided"),
  p_holm: probability().describe("After Holm's correction for all pairs"),
  is_significant: z.boolean(),
});

export const Interval = z.object({
  id: oneOf(variantIds),
  rate: probability()
    .nullable()
    .describe("Successes ÷ delivered mails; null without delivered mails, and if they are not tracked"),
  low: probability().describe("Lower end of Wilson's interval at the confidence level"),
  high: probability(),
});

/** What `decide` computes. */
export const comparisonFields = {
  outcome: oneOf(["winner", "no_difference", "inconclusive", "unequal_shares", "not_tracked"]).describe(
    "not_tracked: opens and clicks of the mails are not counted, so they decide nothing",
  ),
  better: oneOf(variantIds).nullable().describe("The variant with the highest rate"),
  pairs: z.array(Pair),
  intervals: z.array(Interval),
  shares_p: probability().nullable().describe("Probability of so unequal numbers of persons; below 0.001 the split is faulty"),
};

const Decision = z.object({
  ...comparisonFields,
  variants: z.array(
    z.object({
      id: oneOf(variantIds),
      assigned: z.number().int(),
      delivered: z.number().int(),
      successes: z.number().int().nullable().describe("null: not tracked"),
    }),
  ),
  decided_at: outputInstant().describe("When the figures were compared"),
  decided_by: actor().nullable().describe("The user who chose the winner; null if the figures decided"),
});
export type StoredDecision = z.output<typeof Decision>;

export const Stored = z.object({
  campaign_id: id(CAMPAIGN),
  ...toStoredShape(fields),
  variants: z.array(StoredVariant),
  status: oneOf(abTestStatuses),
  start_date: outputInstant().nullable().describe("When the test was started"),
  end_date: outputInstant().nullable().describe("When it was decided or cancelled"),
  started_by: actor().nullable().describe("The user who started it. Only persons whom this user sees get a mail"),
  sample_send_id: id(EMAIL_SEND).nullable().describe("The send of the variants. In a draft: the one that was not approved"),
  sample_sent_at: outputInstant().nullable().describe("When no mail of the sample waited any more, to ten minutes"),
  rest_send_id: id(EMAIL_SEND).nullable().describe("The send of the winner to the others"),
  decide_at: outputInstant().nullable().describe("When the state of the test is looked at next"),
  decision: Decision.nullable(),
  winning_variant: oneOf(variantIds).nullable().describe("The variant that the others get"),
  is_waiting: z.boolean().describe("Whether the others wait until a person chooses a variant"),
  error: z
    .string()
    .nullable()
    .describe("Why the system cancelled the test or did not send the winner, or why the sample was not approved"),
  written_by: personalData("staff", z.array(z.string()).describe("Users who changed the test")),
});

export type AbTestRecord = z.output<typeof Stored> & BaseRecord;

export const AbTests = new Collection<AbTestRecord>({
  kind: AB_TEST,
  schema: Stored,
  personalData: { purpose: "Find the variant of a mail to which most persons respond." },
  row: [
    "campaign_id",
    "name",
    "tests",
    "status",
    "success_metric",
    "sample_percent",
    "start_date",
    "end_date",
    "winning_variant",
    "is_waiting",
  ],
  indexes: { by_time: indexBy(), by_related: indexBy("campaign_id") },
  visibleWith: "campaign_id",
  parent: "campaign_id",
  filters: { status: { field: "status" } },
  missingValues: { exclude_segment_ids: [], written_by: [], tracks: null },
  internal: ["written_by"],
  events: { waiting: changedTo("is_waiting", true) },
  clocks: { decide: ({ status, decide_at }) => (status === "RUNNING" ? decide_at : null) },
});
