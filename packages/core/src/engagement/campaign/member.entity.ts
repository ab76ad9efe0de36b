import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, outputInstant, text, toStoredShape } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { AB_TEST } from "../ab-test/ab-test.kind.ts";
import { addVariantSums } from "./ab-test-counters.rules.ts";
import { CAMPAIGN, CAMPAIGN_MEMBER } from "./campaign.kind.ts";
import { buildMemberSums } from "./campaign-counters.rules.ts";
import { inactiveReasons, memberSteps } from "./campaign-status.rules.ts";
import { recordedFields } from "./member-facts.rules.ts";

/** What added a member to its campaign. */
export const memberSources = ["hand", "segment", "list", "filter", "file", "form", "link"] as const;
export type MemberSource = (typeof memberSources)[number];

/** An instant of a member that no response shows: of a message, or set by a user. It belongs to the person, also while persons are merged. */
const RecordedInstant = z.object({
  person_id: id(PERSON),
  field: oneOf(recordedFields),
  at: personalData("behavior", instant()),
});

/** The fields of a member that users edit. */
export const fields = { notes: text(10_000).nullish() };

export const Stored = z.object({
  campaign_id: personalData("none", id(CAMPAIGN)),
  personal_key_id: id(PERSON).describe("The person behind the lead or the contact"),
  lead_id: id(LEAD).nullable(),
  contact_id: id(CONTACT).nullable(),
  ...toStoredShape(fields),
  status: personalData("behavior", oneOf(memberSteps).describe("The furthest step that has an instant")),
  is_active: personalData(
    "relationship",
    z.boolean().describe("false after a bounce or an opt-out: the campaign sends the member no message"),
  ),
  inactive_reason: personalData("consent", oneOf(inactiveReasons).nullable()),
  source: personalData("relationship", oneOf(memberSources).describe("The way by which the person was added")),
  added_at: instant(),
  sent_at: instant()
    .nullable()
    .describe(
      "When a message of the campaign left. Members of campaigns of a type other than EMAIL are sent when they are added",
    ),
  tracked_at: instant()
    .nullable()
    .describe(
      "When a mail of the campaign left whose opens and clicks are counted; null: `opened_at` and `clicked_at` are not tracked",
    ),
  opened_at: personalData("behavior", instant().nullable()),
  clicked_at: personalData("behavior", instant().nullable()),
  responded_at: personalData("behavior", instant().nullable()),
  response_date: personalData("behavior", instant().nullable().describe("The same as `responded_at`")),
  converted_at: personalData("behavior", instant().nullable()),
  bounced_at: instant().nullable(),
  opted_out_at: personalData("consent", instant().nullable()),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  converted_order_id: id(ORDER).nullable(),
  ab_tests: z
    .array(
      z.object({
        ab_test_id: personalData("none", id(AB_TEST)),
        variant: personalData("none", z.string()),
        sent_at: outputInstant().describe("When the mail of the variant left"),
        responded_at: personalData("behavior", outputInstant().nullable().describe("The first response after it")),
        converted_at: personalData("behavior", outputInstant().nullable().describe("The first purchase after it")),
      }),
    )
    .describe("A/B tests whose sample the member is in, the latest 20"),
  inactive_campaign_id: personalData("none", z.string().nullable()),
  merged_into: personalData("reference", z.string().nullable()),
  recorded_instants: z.array(RecordedInstant),
});

export type MemberRecord = z.output<typeof Stored> & BaseRecord;

/**
 * Members belong to the collection of their person. A user who sees both the person and the campaign sees the member. The members of a campaign are in
 * one partition for each status. The inactive ones are also in one for each reason, so that a list of them is one query too.
 */
export const Members = new Collection<MemberRecord>({
  kind: CAMPAIGN_MEMBER,
  schema: Stored,
  personalData: {
    purpose: "Know whom a marketing campaign reaches, and how they respond.",
    subject: aboutPerson(reach("personal_key_id", PERSON)),
  },
  row: [
    "campaign_id",
    "personal_key_id",
    "lead_id",
    "contact_id",
    "status",
    "is_active",
    "inactive_reason",
    "source",
    "added_at",
    "sent_at",
    "tracked_at",
    "opened_at",
    "clicked_at",
    "responded_at",
    "response_date",
    "converted_at",
    "bounced_at",
    "opted_out_at",
    "converted_opportunity_id",
    "converted_order_id",
    "inactive_campaign_id",
  ],
  links: { names: { personal_key_id: "person" } },
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("campaign_id", { splitBy: { field: "status", values: memberSteps } }),
    by_outcome: indexBy("inactive_campaign_id", {
      sparse: true,
      splitBy: { field: "inactive_reason", values: inactiveReasons },
    }),
  },
  subject: { groups: [{ personal_key_id: PERSON, campaign_id: CAMPAIGN }], every: true },
  filters: {
    campaign: { index: "by_related", field: "campaign_id", hasOwnCounters: true },
    status: { field: "status" },
    inactive_campaign: { index: "by_outcome", field: "inactive_campaign_id", hasOwnCounters: true },
    inactive_reason: { field: "inactive_reason" },
  },
  computed: { response_date: ({ responded_at }) => responded_at },
  sums: (member) => addVariantSums(member.deleted_at ? [] : member.ab_tests, buildMemberSums(member)),
  events: { status_changed: fieldChanged("status") },
  missingValues: { tracked_at: null, ab_tests: [], recorded_instants: [] },
  internal: ["inactive_campaign_id", "merged_into", "recorded_instants"],
  sensitivity: "confidential",
});
