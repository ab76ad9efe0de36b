import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { startImport } from "@crm/core/engagement/campaign/metric.import.ts";
import { CampaignMetric } from "@crm/core/engagement/campaign/metric.ts";
import { StartResult as Imported } from "@crm/core/platform/import/start-input.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const { read, write } = campaignGrants;
const tag = "Campaign metrics";
const path = "/campaigns/{id}/metrics";
const links = linksFrom({
  self: "/campaigns/{campaign_id}/metrics/{id}",
  campaign: "/campaigns/{campaign_id}",
  import: "/imports/{import_id}",
});
const record = { tag, output: recordSchema("CampaignMetric", CampaignMetric.Info), kind: "record", links } as const;

/** Operations below campaigns, which belong to their function. */
export const metricOperations = [
  operation({
    name: "listCampaignMetrics",
    method: "GET",
    path,
    tag,
    access: read,
    summary: "List the daily metrics of a campaign",
    verb: CampaignMetric.list,
    output: recordSchema("CampaignMetricRow", CampaignMetric.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "getCampaignMetricSummary",
    method: "GET",
    path: `${path}/summary`,
    tag,
    access: read,
    summary: "Add up the daily metrics of a campaign by day, week, month or channel",
    inBatch: true,
    verb: CampaignMetric.summarize,
    output: CampaignMetric.Summary.meta({ id: "CampaignMetricSummary" }),
  }),
  operation({
    name: "createCampaignMetric",
    method: "POST",
    path,
    access: write,
    summary: "Set the metrics of a channel and day",
    description: "Replaces the row of this channel, day and source if there is one.",
    verb: CampaignMetric.save,
    status: 201,
    ...record,
  }),
  operation({
    name: "createCampaignMetrics",
    method: "POST",
    path: `${path}/batch`,
    tag,
    access: write,
    summary: "Set the metrics of many channels and days",
    description: "All rows are checked before the first is written. Each replaces the row of its channel, day and source.",
    verb: CampaignMetric.saveMany,
    output: CampaignMetric.Saved.meta({ id: "SavedCampaignMetrics" }),
  }),
  operation({
    name: "getCampaignMetric",
    method: "GET",
    path: `${path}/{metric_id}`,
    access: read,
    summary: "Read a daily metric of a campaign",
    verb: CampaignMetric.get,
    ...record,
  }),
  operation({
    name: "updateCampaignMetric",
    method: "PATCH",
    path: `${path}/{metric_id}`,
    access: write,
    summary: "Change numbers of a daily metric",
    description: "Changes only the named fields; `null` clears one.",
    writes: "metric_id",
    verb: CampaignMetric.update,
    ...record,
  }),
  operation({
    name: "deleteCampaignMetric",
    method: "DELETE",
    path: `${path}/{metric_id}`,
    access: write,
    summary: "Delete a daily metric",
    writes: "metric_id",
    verb: CampaignMetric.remove,
    ...record,
  }),
  operation({
    name: "importCampaignMetrics",
    method: "POST",
    path: `${path}/import`,
    tag,
    access: write,
    summary: "Import daily metrics from a CSV or XLSX file",
    description:
      "Exports of Google Ads, Meta Ads, LinkedIn Campaign Manager, TikTok Ads and Microsoft Advertising are recognised. Rows with the same day and channel are added up.",
    verb: startImport,
    output: Imported,
    status: 202,
    takesFile: true,
  }),
] as const;
