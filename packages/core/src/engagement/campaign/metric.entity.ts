import * as z from "zod";
import { amount, currency, date, id, instant, master, oneOf, storedDate, toStoredShape } from "../../kernel/schema.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { IMPORT } from "../../platform/import/import.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";
import { buildMetricSums, deriveFigures, metricSources } from "./metric.rules.ts";

const count = (max: number) => z.number().int().min(0).max(max);
const percent = () => z.string().nullable().meta({ "x-type": "number", "x-format": "percent" });

/** Numbers of a row that callers write. */
export const numberFields = {
  impressions: count(1_000_000_000_000).nullish(),
  clicks: count(1_000_000_000).nullish(),
  conversions: count(1_000_000_000).nullish(),
  cost: amount()
    .nullish()
    .describe("If empty, clicks × the default price of a click of the channel, or else impressions ÷ 1000 × its default CPM"),
  revenue: amount().nullish().describe("As reported by the platform"),
};

/** A row as callers write it. Campaign, channel, day and source identify it. */
export const fields = {
  channel_id: master(MARKETING_CHANNELS),
  metric_date: date().refine((day) => day >= "1970-01-01", "Must not be before 1970"),
  ...numberFields,
};

export const Stored = z.object({
  campaign_id: id(CAMPAIGN),
  channel_id: master(MARKETING_CHANNELS),
  metric_date: storedDate().describe("A day in the time zone of the organization"),
  source: oneOf(metricSources).describe("How the row was written; `system`: from the messages of the campaign"),
  ...toStoredShape(numberFields),
  currency: currency().describe("That of the campaign"),
  cost_is_default: z.boolean().describe("Whether the cost was computed from the default prices of the channel"),
  refresh_at: instant().nullable().describe("When a row of source system gets the numbers of its messages"),
  import_id: id(IMPORT).nullable().describe("The import whose file last set the row"),
  click_through_rate: percent().describe("Clicks ÷ impressions, in percent"),
  cost_per_click: amount().nullable(),
  click_conversion_rate: percent().describe("Conversions ÷ clicks, in percent"),
  roi: percent().describe("(Revenue − cost) ÷ cost, in percent"),
});

export type MetricRecord = z.output<typeof Stored> & BaseRecord;

/** Daily metrics. The id begins with the day, so that the rows of a campaign are in the order of days. */
export const CampaignMetrics = new Collection<MetricRecord>({
  kind: CAMPAIGN_METRIC,
  schema: Stored,
  personalData: { purpose: "Measure what channels of a campaign cost and bring." },
  row: [
    "campaign_id",
    "channel_id",
    "metric_date",
    "source",
    "impressions",
    "clicks",
    "conversions",
    "cost",
    "revenue",
    "currency",
    "cost_is_default",
    "import_id",
    "click_through_rate",
    "cost_per_click",
    "click_conversion_rate",
    "roi",
  ],
  indexes: { by_time: indexBy(), by_related: indexBy("campaign_id") },
  timeField: "metric_date",
  visibleWith: "campaign_id",
  parent: "campaign_id",
  filters: { source: { field: "source" }, channel: { field: "channel_id" } },
  computed: {
    click_through_rate: (row) => deriveFigures(row).click_through_rate,
    cost_per_click: (row) => deriveFigures(row).cost_per_click,
    click_conversion_rate: (row) => deriveFigures(row).click_conversion_rate,
    roi: (row) => deriveFigures(row).roi,
  },
  sums: buildMetricSums,
  internal: ["refresh_at"],
  clocks: { refresh: ({ refresh_at }) => refresh_at },
  bulkClocks: ["refresh"],
});
