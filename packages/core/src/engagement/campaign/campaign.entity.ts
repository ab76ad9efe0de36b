import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import {
  amount,
  currency,
  date,
  id,
  instant,
  json,
  master,
  name,
  oneLine,
  oneOf,
  storedDate,
  tags,
  text,
  toStoredShape,
} from "../../kernel/schema.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { budgetCycles, campaignGoals, campaignTypes, computeDateClocks } from "./campaign.rules.ts";
import { campaignStatuses } from "./campaign-status.rules.ts";
import { CAMPAIGN_TEMPLATE } from "./campaign-template.kind.ts";

export const MAX_CHANNELS = 20;

/** A part of the budget for one channel. */
export const allocationFields = { channel_id: master(MARKETING_CHANNELS), amount: amount() };

/** Fields of a campaign that a caller writes. */
export const fields = {
  name: name(255),
  description: text(10_000).nullish(),
  type: oneOf(campaignTypes),
  goal: oneOf(campaignGoals).nullish(),
  primary_goal: personalData("none", oneLine(200).nullish()),
  success_criteria: json(10_000).nullish().describe("In a form of your own, such as a list of figures with their targets"),
  start_date: date(),
  end_date: date().nullish().describe("Not before the start date"),
  follows_dates: z
    .boolean()
    .default(false)
    .describe("Whether a planned campaign starts on its start date, and a running one ends afterwards"),
  currency: currency().nullish().describe("If empty, the currency of the organization"),
  budget: personalData("none", amount().nullish().describe("For each budget cycle")),
  budget_cycle: oneOf(budgetCycles).default("ONE_TIME"),
  budget_allocations: personalData(
    "none",
    z
      .array(z.strictObject(allocationFields))
      .max(MAX_CHANNELS)
      .default([])
      .describe("Parts of the budget by channel; together at most the budget"),
  ),
  other_cost: personalData("none", amount().nullish().describe("Costs besides those of the daily metrics")),
  expected_revenue: personalData("none", amount().nullish()),
  expected_response_rate: z.number().min(0).max(100).meta({ "x-format": "percent" }).nullish().describe("Percent"),
  target_audience: text(2000).nullish(),
  target_size: z.number().int().min(0).max(1_000_000_000).nullish(),
  target_demographics: json(10_000).nullish().describe("In a form of your own, such as age groups"),
  target_locations: personalData("none", z.array(name(100)).max(100).default([])),
  target_interests: personalData("none", z.array(name(100)).max(100).default([])),
  channel_ids: personalData(
    "none",
    z
      .array(master(MARKETING_CHANNELS))
      .overwrite((channels) => [...new Set(channels)])
      .max(MAX_CHANNELS)
      .default([])
      .describe("Channels of the campaign"),
  ),
  subscription_type: personalData(
    "none",
    master(SUBSCRIPTION_TYPES, "code")
      .default(GENERAL_TYPE)
      .describe(
        "The subject of its mails and text messages, unless a send names another one. Persons who refuse this type get none",
      ),
  ),
  adds_utm: z
    .boolean()
    .default(true)
    .describe("Whether tracked links in mails of the campaign get utm_source, utm_medium and utm_campaign"),
  parent_campaign_id: personalData("none", id(CAMPAIGN).nullish().describe("The campaign above this one; at most five levels")),
  notes: text(10_000).nullish(),
  tags: personalData("none", tags().default([])),
};

/** The highest share of the budget that the owner was told of, and the cycle in which it was reached. */
export const BudgetAlert = personalData(
  "none",
  z.object({
    budget_cycle: oneOf(budgetCycles),
    cycle_start: storedDate().nullable().describe("First day of the cycle; null if the budget is for the whole campaign"),
    level: z.union([z.literal(80), z.literal(100)]).describe("Percent of the budget"),
  }),
);

export const Stored = z.object({
  campaign_number: personalData("none", z.string()),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  start_date: personalData("none", storedDate()),
  end_date: personalData("none", storedDate().nullable()),
  currency: personalData("none", z.string()),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  status: oneOf(campaignStatuses),
  status_changed_at: personalData("none", instant()),
  started_at: personalData("none", instant().nullable().describe("When the campaign was first IN_PROGRESS")),
  finished_at: personalData("none", instant().nullable().describe("When it became COMPLETED or CANCELLED")),
  cloned_from_id: personalData("none", id(CAMPAIGN).nullable()),
  campaign_template_id: personalData("none", id(CAMPAIGN_TEMPLATE).nullable().describe("The template from which it was created")),
  budget_alert: BudgetAlert.nullable().describe("The last notification of the owner about the budget"),
  starts_at: personalData("none", instant().nullable()),
  ends_at: personalData("none", instant().nullable()),
});

export type CampaignRecord = z.output<typeof Stored> & BaseRecord;

const isSameAlert = (a: CampaignRecord["budget_alert"], b: CampaignRecord["budget_alert"]): boolean =>
  a?.level === b?.level && a?.cycle_start === b?.cycle_start && a?.budget_cycle === b?.budget_cycle;

/** Sorts after every date: campaigns without an end come last. */
const HIGHEST_DATE_KEY = "~";

export const Campaigns = new Collection<CampaignRecord>({
  kind: CAMPAIGN,
  schema: Stored,
  personalData: { purpose: "Plan marketing campaigns and learn what they bring.", subject: aboutPerson() },
  row: [
    "campaign_number",
    "name",
    "type",
    "goal",
    "status",
    "status_changed_at",
    "owner_id",
    "start_date",
    "end_date",
    "follows_dates",
    "currency",
    "budget",
    "budget_cycle",
    "other_cost",
    "expected_revenue",
    "expected_response_rate",
    "target_size",
    "channel_ids",
    "parent_campaign_id",
    "started_at",
    "finished_at",
    "tags",
    "campaign_template_id",
  ],
  links: {
    below: ["metrics", "activities", "assets"],
    names: { parent_campaign_id: "parent", cloned_from_id: "origin", campaign_template_id: "template" },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("parent_campaign_id", { sparse: true }),
    by_class: indexBy("type"),
    by_rank: sortedIndexBy(({ end_date }) => end_date ?? HIGHEST_DATE_KEY),
    by_date: sortedIndexBy(({ start_date }) => start_date),
  },
  owner: "owner_id",
  filters: {
    status: { index: "by_status", field: "status" },
    type: { index: "by_class", field: "type" },
    parent: { index: "by_related", field: "parent_campaign_id", hasOwnCounters: true },
  },
  sorts: { start_date: "by_date", end_date: "by_rank" },
  internal: ["starts_at", "ends_at"],
  missingValues: { adds_utm: true, subscription_type: GENERAL_TYPE },
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (campaign) => [...textSearchWords(campaign.name), ...numberSearchWords(campaign.campaign_number)],
  clocks: {
    start: (campaign) => computeDateClocks(campaign).start,
    end: (campaign) => computeDateClocks(campaign).end,
  },
  events: {
    status_changed: fieldChanged("status"),
    started: changedTo("status", "IN_PROGRESS"),
    completed: changedTo("status", "COMPLETED"),
    assigned: fieldChanged("owner_id"),
    budget_alerted: (after, before) =>
      after.budget_alert !== null && !isSameAlert(after.budget_alert, before?.budget_alert ?? null),
  },
});
