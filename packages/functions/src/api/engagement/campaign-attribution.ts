import { Attributions } from "@crm/core/engagement/campaign/attribution.entity.ts";
import { CampaignAttribution } from "@crm/core/engagement/campaign/attribution.ts";
import { AttributionReport } from "@crm/core/engagement/campaign/attribution-report.ts";
import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";

const tag = "Campaign attribution";
const links = linksFor(Attributions);

/** Operations below campaigns, which belong to their function. */
export const attributionOperations = [
  operation({
    name: "getCampaignAttribution",
    method: "GET",
    path: "/campaigns/attribution",
    tag,
    access: campaignGrants.attribution,
    summary: "Read revenue by campaign, channel or source",
    description:
      "Divides the value of each sale of the period among the touches before it, by one of five models. Sales without a touch are `unattributed`.",
    verb: AttributionReport.read,
    output: AttributionReport.Info.meta({ id: "CampaignAttributionReport" }),
  }),
  operation({
    name: "listCampaignConversions",
    method: "GET",
    path: "/campaigns/{id}/conversions",
    tag,
    access: campaignGrants.read,
    summary: "List the sales with a touch of the campaign",
    description: "The latest 1,000. Each is visible to users who see the owner of the sale.",
    verb: CampaignAttribution.listByCampaign,
    output: recordSchema("CampaignConversionRow", CampaignAttribution.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "listAttributedConversions",
    method: "GET",
    path: "/campaigns/attributions",
    tag,
    access: campaignGrants.read,
    summary: "List the sales of a period, or those behind a row of the report",
    description:
      "The latest 1,000 of the period; with `key`, of the latest 5,000 sales those that have a touch of the campaign, channel or source. Each is visible to users who see the owner of the sale.",
    verb: CampaignAttribution.listByPeriod,
    output: recordSchema("CampaignConversionRow", CampaignAttribution.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "getCampaignConversion",
    method: "GET",
    path: "/campaigns/attributions/{attribution_id}",
    tag,
    access: campaignGrants.read,
    summary: "Read a sale with its touches, and the share of each by all models",
    verb: CampaignAttribution.get,
    output: recordSchema("CampaignConversion", CampaignAttribution.Info),
    kind: "record",
    links,
  }),
] as const;
