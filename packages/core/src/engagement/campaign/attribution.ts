import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, text } from "../../kernel/schema.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { buildListQuery, listSchema } from "../../storage/read/list.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Attributions, Stored, StoredTouch } from "./attribution.entity.ts";
import { attributionModels } from "./attribution.rules.ts";
import { computeShares } from "./attribution-counters.rules.ts";
import { Campaigns } from "./campaign.entity.ts";

/** Conversions, as users read them. They are visible to users who see the owner of the sale. */

const share = () => z.string().meta({ "x-type": "money", examples: ["400.00"] });

const Touchpoint = StoredTouch.extend({
  shares: z
    .object(Object.fromEntries(attributionModels.map((model) => [model, share()])) as Record<string, ReturnType<typeof share>>)
    .meta({ id: "AttributionShares" })
    .describe("The part of the value that the touch gets, by model"),
}).meta({ id: "AttributionTouch" });

export const Info = Stored.extend({ touches: z.array(Touchpoint).describe("From the earliest to the latest") });
export const Row = rowSchema(Stored, Attributions.definition.row);

/** Reads a conversion with its touches and the share of each by all models. */
export const get = fn(z.strictObject({ attribution_id: text(64) }), async ({ attribution_id }) => {
  const attribution = await Records.read(Attributions, attribution_id);
  const shares = computeShares(attribution);
  return {
    ...attribution,
    touches: attribution.touches.map((touch) => ({
      ...touch,
      shares: Object.fromEntries(attributionModels.map((model) => [model, shares[model].get(touch.id) ?? "0"])),
    })),
  };
});

/** The most conversions of a campaign that one request reads, the latest ones. */
const MAX_CONVERSIONS = 1000;

/** Lists the conversions that have a touch of the campaign. */
export const listByCampaign = fn(listSchema(Attributions, {}).extend(IdInput.shape), async ({ id: campaignId, ...input }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  const partition = buildExtraPartition(Attributions, ["campaign", campaign.id]);
  const query = buildListQuery(Attributions, input);
  return MergedList.listMerged(Attributions, query, await MergedList.readMerged(Attributions, [partition], MAX_CONVERSIONS));
});

export * as CampaignAttribution from "./attribution.ts";
