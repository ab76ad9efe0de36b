import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { amount, json, master, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { MAX_CHANNELS } from "./campaign.entity.ts";
import { budgetCycles, campaignGoals, campaignTypes } from "./campaign.rules.ts";
import { commonFields } from "./campaign-activity.entity.ts";
import { CAMPAIGN_TEMPLATE } from "./campaign-template.kind.ts";

export const MAX_ACTIVITIES = 20;
/** Ten years. */
export const MAX_DAYS = 3650;

export const activityFields = {
  ...commonFields,
  offset_days: z.number().int().min(0).max(MAX_DAYS).describe("Days after the start of the campaign"),
};

/** Fields of a campaign for which a template has values. */
export const campaignFields = {
  description: personalData("none", text(10_000).nullish()),
  type: oneOf(campaignTypes).nullish(),
  goal: oneOf(campaignGoals).nullish(),
  primary_goal: personalData("none", oneLine(200).nullish()),
  success_criteria: json(10_000).nullish(),
  budget: personalData("none", amount().nullish().describe("For each budget cycle, in the currency of the campaign")),
  budget_cycle: oneOf(budgetCycles).nullish(),
  target_audience: text(2000).nullish(),
  target_size: z.number().int().min(0).max(1_000_000_000).nullish(),
  target_demographics: json(10_000).nullish(),
  target_locations: personalData("none", z.array(name(100)).max(100).default([])),
  target_interests: personalData("none", z.array(name(100)).max(100).default([])),
  channel_ids: personalData(
    "none",
    z
      .array(master(MARKETING_CHANNELS))
      .overwrite((channels) => [...new Set(channels)])
      .max(MAX_CHANNELS)
      .default([]),
  ),
};

/** Fields of a template that a caller writes. */
export const fields = {
  name: personalData("none", name(100)),
  ...campaignFields,
  duration_days: z.number().int().min(1).max(MAX_DAYS).nullish().describe("Days from the first day of a campaign to its last"),
  activities: z.array(z.strictObject(activityFields)).max(MAX_ACTIVITIES).default([]).describe("Planned with each campaign"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  activities: personalData("none", z.array(z.object(toStoredShape(activityFields)))),
});

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;

export const CampaignTemplates = new Collection<TemplateRecord>({
  kind: CAMPAIGN_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Plan campaigns of one type alike.", subject: aboutPerson() },
  row: ["name", "type", "goal", "budget", "budget_cycle", "channel_ids", "duration_days"],
  indexes: { by_time: indexBy(), by_class: indexBy("type", { sparse: true }) },
  filters: { type: { index: "by_class", field: "type" } },
  missingValues: { target_locations: [], target_interests: [], channel_ids: [], activities: [] },
  searchWords: (template) => textSearchWords(template.name),
});
