import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { amount, id, instant, json, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { CAMPAIGN_ACTIVITY } from "./campaign-activity.kind.ts";

export const activityTypes = ["EMAIL", "SOCIAL_POST", "AD_CAMPAIGN", "WEBINAR", "CONTENT", "EVENT"] as const;
export const activityStatuses = ["PLANNED", "IN_PROGRESS", "COMPLETED", "CANCELLED"] as const;

/** Fields that activities and the activities of templates share. */
export const commonFields = {
  name: personalData("none", name(200)),
  activity_type: oneOf(activityTypes),
  description: personalData("none", text(10_000).nullish()),
  channel_id: personalData("none", master(MARKETING_CHANNELS).nullish()),
};

/** Fields of an activity that a caller writes. */
export const fields = {
  ...commonFields,
  scheduled_date: personalData("none", instant().nullish().describe("When it is planned")),
  execution_date: personalData("none", instant().nullish().describe("When it took place")),
  status: oneOf(activityStatuses).default("PLANNED"),
  budget: personalData("none", amount().nullish().describe("In the currency of the campaign")),
  target_audience: json(10_000).nullish().describe("In a form of your own, such as segments and their sizes"),
  owner_id: id(USER).nullish().describe("The user who carries it out"),
};

export const Stored = z.object({ campaign_id: personalData("none", id(CAMPAIGN)), ...toStoredShape(fields) });

export type ActivityRecord = z.output<typeof Stored> & BaseRecord;

/** Steps of campaigns. Timelines have them when they took place, or else when they are planned. */
export const CampaignActivities = new Collection<ActivityRecord>({
  kind: CAMPAIGN_ACTIVITY,
  schema: Stored,
  personalData: { purpose: "Plan the steps of campaigns.", subject: aboutPerson() },
  row: ["campaign_id", "name", "activity_type", "channel_id", "scheduled_date", "execution_date", "status", "budget", "owner_id"],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_related: indexBy("campaign_id"),
    by_date: sortedIndexBy(({ execution_date, scheduled_date }) => execution_date ?? scheduled_date, "campaign_id"),
  },
  owner: "owner_id",
  visibleWith: "campaign_id",
  parent: "campaign_id",
  filters: { status: { field: "status" }, activity_type: { field: "activity_type" } },
});
