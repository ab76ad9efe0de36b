import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { CampaignActivity } from "@crm/core/engagement/campaign/campaign-activity.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const { read, write } = campaignGrants;
const tag = "Campaign activities";
const path = "/campaigns/{id}/activities";
const links = linksFrom({
  self: "/campaigns/{campaign_id}/activities/{id}",
  campaign: "/campaigns/{campaign_id}",
  owner: "/users/{owner_id}",
});
const record = {
  tag,
  output: recordSchema("CampaignActivity", CampaignActivity.Info),
  kind: "record",
  links,
  otherNames: { target_audience_json: "target_audience" },
} as const;

/** Operations below campaigns, which belong to their function. */
export const activityOperations = [
  operation({
    name: "listCampaignActivities",
    method: "GET",
    path,
    tag,
    access: read,
    summary: "List the activities of a campaign",
    verb: CampaignActivity.list,
    output: recordSchema("CampaignActivityRow", CampaignActivity.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "createCampaignActivity",
    method: "POST",
    path,
    access: write,
    summary: "Plan an activity of a campaign",
    verb: CampaignActivity.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getCampaignActivity",
    method: "GET",
    path: `${path}/{activity_id}`,
    access: read,
    summary: "Read an activity of a campaign",
    verb: CampaignActivity.get,
    ...record,
  }),
  operation({
    name: "updateCampaignActivity",
    method: "PATCH",
    path: `${path}/{activity_id}`,
    access: write,
    summary: "Change fields of an activity of a campaign",
    description: "Changes only the named fields; `null` clears one.",
    writes: "activity_id",
    verb: CampaignActivity.update,
    ...record,
  }),
  operation({
    name: "deleteCampaignActivity",
    method: "DELETE",
    path: `${path}/{activity_id}`,
    access: write,
    summary: "Delete an activity of a campaign",
    writes: "activity_id",
    verb: CampaignActivity.remove,
    ...record,
  }),
] as const;
