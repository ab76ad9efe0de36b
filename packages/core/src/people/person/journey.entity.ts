import * as z from "zod";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, master, oneLine, oneOf, reference, type Shape, text, toStoredShape } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { JOURNEY, PERSON } from "./person.kind.ts";
import { BRANDS, MARKETING_CHANNELS, STORES } from "./person.masters.ts";

export const interactionTypes = ["email", "sms", "call", "visit", "chat"] as const;

/** The fields of a step of a person's journey that users write. */
export const fields = {
  stage: personalData("behavior", oneLine(100).nullish().describe("Stage of the person's journey, in the tenant's own terms")),
  emotion: personalData("behavior", oneLine(100).nullish()),
  next_action: text(2000).nullish(),
  summary_text: text(10_000).nullish(),
  confidence_score: personalData("behavior", z.number().min(0).max(1).nullish()),
  sentiment_score: personalData("behavior", z.number().min(-1).max(1).nullish()),
  recorded_by: id(USER).nullish().describe("If empty, you"),
  source: personalData("behavior", oneLine(255).nullish()),
  interaction_type: personalData("behavior", oneOf(interactionTypes).nullish()),
  channel_id: personalData("behavior", master(MARKETING_CHANNELS).nullish()),
  campaign_id: personalData("none", reference(CAMPAIGN, { wasText: true }).nullish()),
  store_id: personalData("behavior", master(STORES).nullish()),
  brand_id: personalData("behavior", master(BRANDS).nullish()),
  related_order_id: personalData(
    "reference",
    text(64).nullish().describe("Id of an order that you see, or the number of an order in another system"),
  ),
} satisfies Shape;

export const Stored = z.object({
  personal_key_id: id(PERSON),
  ...toStoredShape(fields),
  occurred_at: personalData("behavior", instant()),
});

export type JourneyRecord = z.output<typeof Stored> & BaseRecord;

/**
 * A step of a person's journey. Its id contains the time at which it happened, which never changes. So the ids in a person's
 * collection, and in every index, are in order of time, and a query by person needs no index.
 *
 * There are eight filters and seven indexes by a field: `by_time` is partitioned by the interaction type, which has few values: a
 * list of all steps reads six partitions, five for the types and one for steps without a type. Orders, campaigns and stages have
 * any number of values, so they are counted separately.
 */
export const Journeys = new Collection<JourneyRecord>({
  kind: JOURNEY,
  schema: Stored,
  personalData: {
    purpose: "Follow how the relationship with a person develops.",
    subject: aboutPerson(reach("personal_key_id", PERSON)),
  },
  row: [
    "personal_key_id",
    "stage",
    "emotion",
    "confidence_score",
    "sentiment_score",
    "recorded_by",
    "source",
    "interaction_type",
    "channel_id",
    "campaign_id",
    "store_id",
    "brand_id",
    "related_order_id",
    "occurred_at",
  ],
  hashedTextFields: ["stage", "campaign_id", "related_order_id"],
  links: {
    names: { personal_key_id: "person" },
    more: {
      channel: "/masters/marketing-channels/{channel_id}",
      store: "/masters/stores/{store_id}",
      brand: "/masters/brands/{brand_id}",
    },
  },
  indexes: {
    by_time: indexBy("interaction_type", { values: interactionTypes }),
    by_owner: indexBy("recorded_by", { sparse: true }),
    by_status: indexBy("stage", { sparse: true }),
    by_class: indexBy("channel_id", { sparse: true }),
    by_related: indexBy("campaign_id", { sparse: true }),
    by_outcome: indexBy("store_id", { sparse: true }),
    by_rank: indexBy("brand_id", { sparse: true }),
    by_date: indexBy("related_order_id", { sparse: true }),
  },
  subject: { groups: [{ personal_key_id: PERSON }] },
  parent: "personal_key_id",
  filters: {
    interaction_type: { index: "by_time", field: "interaction_type" },
    recorded_by: { index: "by_owner", field: "recorded_by" },
    stage: { index: "by_status", field: "stage", hasOwnCounters: true },
    channel_id: { index: "by_class", field: "channel_id" },
    campaign_id: { index: "by_related", field: "campaign_id", hasOwnCounters: true },
    store_id: { index: "by_outcome", field: "store_id" },
    brand_id: { index: "by_rank", field: "brand_id" },
    related_order_id: { index: "by_date", field: "related_order_id", hasOwnCounters: true },
  },
});
