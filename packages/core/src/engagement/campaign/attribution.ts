import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { type DayRange, period, resolveDayRange } from "../../kernel/period.ts";
import { IdInput, oneOf, text } from "../../kernel/schema.ts";
import { addMonths, countMonths } from "../../sales/lead/summary.rules.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { buildListQuery, listSchema } from "../../storage/read/list.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type AttributionRecord, Attributions, Stored, StoredTouch } from "./attribution.entity.ts";
import { attributionModels } from "./attribution.rules.ts";
import { type AttributionGroup, attributionGroups, computeShares } from "./attribution-counters.rules.ts";
import { loadNames } from "./attribution-report.ts";
import { Campaigns } from "./campaign.entity.ts";

/** Conversions, as users read them. They are visible to users who see the owner of the sale. */

const share = () => z.string().meta({ "x-type": "money", examples: ["400.00"] });

const Touchpoint = StoredTouch.extend({
  campaign_name: z.string().nullable().describe("null for a campaign that the caller does not see"),
  channel_name: z.string().nullable(),
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
  const [campaigns, channels] = await Promise.all([
    loadNames("campaign", attribution.campaign_ids),
    attribution.channels.length > 0 ? loadNames("channel", attribution.channels) : new Map<string, string>(),
  ]);
  return {
    ...attribution,
    touches: attribution.touches.map((touch) => ({
      ...touch,
      campaign_name: campaigns.get(touch.campaign_id ?? "") ?? null,
      channel_name: channels.get(touch.channel_id ?? "") ?? null,
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

const periodFilters = {
  ...period,
  group_by: oneOf(attributionGroups).default("campaign").describe("What `key` is"),
  key: text(255).optional().describe("The key of a row of the report: a campaign, channel or source"),
};

/** The most rows of a period that one request reads, the latest ones. */
const MAX_READ = 5000;

const keyReaders: Readonly<Record<AttributionGroup, (conversion: AttributionRecord) => readonly string[]>> = {
  campaign: ({ campaign_ids }) => campaign_ids,
  channel: ({ channels }) => channels,
  source: ({ sources }) => sources,
};

/** Lists the conversions of a period: all, or those that have a touch of a campaign, channel or source. */
export const listByPeriod = fn(
  listSchema(Attributions, periodFilters),
  async ({ from: first, to: last, group_by, key, ...input }) => {
    const days = resolveDayRange({ from: first, to: last });
    // Entries of a day begin with it, and "~" follows all of them.
    const partitions = listMonths(days).map((month) => ({
      ...buildExtraPartition(Attributions, ["month", month]),
      ...{ from: days.from, to: `${days.to}~` },
    }));
    const { records, isBound } = await MergedList.readMerged(Attributions, partitions, MAX_READ);
    const matching = key === undefined ? records : records.filter((record) => keyReaders[group_by](record).includes(key));
    const bound = { records: matching.slice(0, MAX_CONVERSIONS), isBound: isBound || matching.length > MAX_CONVERSIONS };
    return MergedList.listMerged(Attributions, buildListQuery(Attributions, input), bound);
  },
);

/** Lists the months of a period. */
function listMonths({ from, to }: DayRange): string[] {
  const [first, last] = [from, to].map((day) => day.slice(0, "YYYY-MM".length)) as [string, string];
  return Array.from({ length: countMonths(first, last) }, (_, index) => addMonths(first, index));
}

export * as CampaignAttribution from "./attribution.ts";
