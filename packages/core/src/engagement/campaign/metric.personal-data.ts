import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { MetricRecord } from "./metric.entity.ts";

export const campaignMetric: PersonalData<MetricRecord> = {
  purpose: "Measure what channels of a campaign cost and bring.",
  subject: undefined,
  fields: {
    campaign_id: "none",
    channel_id: "none",
    metric_date: "none",
    source: "none",
    impressions: "none",
    clicks: "none",
    conversions: "none",
    cost: "none",
    revenue: "none",
    currency: "none",
    cost_is_default: "none",
    refresh_at: "none",
    import_id: "none",
    click_through_rate: "none",
    cost_per_click: "none",
    click_conversion_rate: "none",
    roi: "none",
  },
};
