import { Campaigns } from "@crm/core/engagement/campaign/campaign.entity.ts";
import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { Campaign } from "@crm/core/engagement/campaign/campaign.ts";
import { CampaignHierarchy } from "@crm/core/engagement/campaign/hierarchy.ts";
import { CampaignPerformance } from "@crm/core/engagement/campaign/performance.ts";
import { CampaignTimeline } from "@crm/core/views/campaign-timeline.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { Links, operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { hitLinks, linksFor } from "../shared/links.ts";
import { abTestOperations } from "./campaign-ab-tests.ts";
import { activityOperations } from "./campaign-activities.ts";
import { assetOperations } from "./campaign-assets.ts";
import { attributionOperations } from "./campaign-attribution.ts";
import { fillOperations, memberOperations, responseOperations } from "./campaign-members.ts";
import { metricOperations } from "./campaign-metrics.ts";
import { sendOperations } from "./campaign-sends.ts";
import { templateOperations } from "./campaign-templates.ts";

const tag = "Campaigns";
const links = linksFor(Campaigns);
const output = recordSchema("Campaign", Campaign.Info);
const record = { tag, access: campaignGrants.write, output, kind: "record", links } as const;

const statusOperations = [
  operation({
    name: "activateCampaign",
    method: "POST",
    path: "/campaigns/{id}/activate",
    summary: "Start a campaign",
    description: "A draft, or a campaign that is PLANNING or ON_HOLD, becomes IN_PROGRESS.",
    verb: Campaign.activate,
    ...record,
  }),
  operation({
    name: "pauseCampaign",
    method: "POST",
    path: "/campaigns/{id}/pause",
    summary: "Put a running campaign on hold",
    verb: Campaign.pause,
    ...record,
  }),
  operation({
    name: "resumeCampaign",
    method: "POST",
    path: "/campaigns/{id}/resume",
    summary: "Continue a campaign that is on hold",
    verb: Campaign.resume,
    ...record,
  }),
  operation({
    name: "completeCampaign",
    method: "POST",
    path: "/campaigns/{id}/complete",
    summary: "Complete a campaign",
    verb: Campaign.complete,
    ...record,
  }),
  operation({
    name: "cancelCampaign",
    method: "POST",
    path: "/campaigns/{id}/cancel",
    summary: "Cancel a campaign",
    verb: Campaign.cancel,
    ...record,
  }),
] as const;

const figureOperations = [
  operation({
    name: "getCampaignPerformance",
    method: "GET",
    path: "/campaigns/{id}/performance",
    tag,
    access: campaignGrants.read,
    summary: "Read the figures of a campaign",
    description:
      "Members, responses, metrics, cost, revenue and ROI: of the campaign, and with the campaigns below it. `by=day` adds the figures of each day.",
    inBatch: true,
    verb: CampaignPerformance.get,
    output: CampaignPerformance.Info.meta({ id: "CampaignPerformance" }),
  }),
  operation({
    name: "compareCampaigns",
    method: "GET",
    path: "/campaigns/performance",
    tag,
    access: campaignGrants.read,
    summary: "Compare campaigns by their figures",
    description: "Those that are IN_PROGRESS, unless `status` names another one. The highest ROI is first.",
    inBatch: true,
    verb: CampaignPerformance.compare,
    output: CampaignPerformance.Comparison.meta({ id: "CampaignComparison" }),
  }),
] as const;

const operations = [
  ...crud({
    noun: "Campaign",
    plural: "Campaigns",
    tag,
    path: "/campaigns",
    read: campaignGrants.read,
    write: campaignGrants.write,
    remove: campaignGrants.write,
    domain: Campaign,
    output,
    row: recordSchema("CampaignRow", Campaign.Row),
    links,
    otherNames: {
      campaign_type: "goal",
      campaign_status: "status",
      total_budget: "budget",
      template_id: "campaign_template_id",
    },
  }),
  ...statusOperations,
  ...figureOperations,
  operation({
    name: "cloneCampaign",
    method: "POST",
    path: "/campaigns/{id}/clone",
    summary: "Create a draft with the fields of a campaign",
    description: "Members and figures are not copied. The caller owns the draft.",
    verb: Campaign.clone,
    status: 201,
    ...record,
  }),
  operation({
    name: "getCampaignHierarchy",
    method: "GET",
    path: "/campaigns/{id}/hierarchy",
    tag,
    access: campaignGrants.read,
    summary: "Read the campaigns above and below a campaign",
    verb: CampaignHierarchy.get,
    output: CampaignHierarchy.Info.meta({ id: "CampaignHierarchy" }),
  }),
  operation({
    name: "listCampaignTimeline",
    method: "GET",
    path: "/campaigns/{id}/timeline",
    tag,
    access: campaignGrants.read,
    summary: "List what is planned and what has happened in a campaign",
    description: "Latest first: changes of the status, used budgets, activities, sends, notes and attachments.",
    verb: CampaignTimeline.list,
    output: CampaignTimeline.Entry.extend({ links: Links }).meta({ id: "CampaignTimelineEntry" }),
    kind: "list",
    links: hitLinks,
  }),
  ...memberOperations,
  ...responseOperations,
  ...fillOperations,
  ...sendOperations,
  ...metricOperations,
  ...attributionOperations,
  ...abTestOperations,
  ...activityOperations,
  ...assetOperations,
  ...templateOperations,
  buildExportOperation("exportCampaigns", "campaigns", tag, campaignGrants.read, Campaign.listDefinition),
  buildImportOperation(
    "importCampaigns",
    "campaigns",
    tag,
    campaignGrants.write,
    "Each row is a campaign. `parent_campaign_id` accepts an id or a number.",
    async () => (await import("@crm/core/engagement/campaign/campaign.import.ts")).campaigns,
  ),
] as const;

export const campaigns = defineApiFunction(operations, {
  uses: ["domains", "objects:uploads:put", "objects:uploads:get", "objects:attachments:put", "objects:attachments:get"],
});
