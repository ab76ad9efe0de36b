import { CampaignAsset } from "@crm/core/engagement/campaign/asset.ts";
import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { downloadLinkResponse } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const { read, write } = campaignGrants;
const tag = "Campaign assets";
const path = "/campaigns/{id}/assets";
const assetPath = `${path}/{asset_id}` as const;
const links = linksFrom({
  self: "/campaigns/{campaign_id}/assets/{id}",
  campaign: "/campaigns/{campaign_id}",
  file: "/campaigns/{campaign_id}/assets/{id}/file",
});
const record = { tag, output: recordSchema("CampaignAsset", CampaignAsset.Info), kind: "record", links } as const;

/** Operations below campaigns, which belong to their function. */
export const assetOperations = [
  operation({
    name: "listCampaignAssets",
    method: "GET",
    path,
    tag,
    access: read,
    summary: "List the assets of a campaign",
    verb: CampaignAsset.list,
    output: recordSchema("CampaignAssetRow", CampaignAsset.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "createCampaignAsset",
    method: "POST",
    path,
    access: write,
    summary: "Add an asset to a campaign",
    description: "Either an uploaded file, or the address of a file that is stored elsewhere.",
    dialog: { inputs: { upload_id: { isHidden: true } } },
    verb: CampaignAsset.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getCampaignAssetFile",
    method: "GET",
    path: `${assetPath}/file`,
    tag,
    access: read,
    summary: "Get the uploaded file of an asset",
    description: "Returns 303 with a short-lived download link.",
    verb: fn(CampaignAsset.locateFile.schema, async (input) => downloadLinkResponse(await CampaignAsset.locateFile(input))),
    kind: "raw",
    status: 303,
  }),
  operation({
    name: "getCampaignAsset",
    method: "GET",
    path: assetPath,
    access: read,
    summary: "Read an asset of a campaign",
    verb: CampaignAsset.get,
    ...record,
  }),
  operation({
    name: "updateCampaignAsset",
    method: "PATCH",
    path: assetPath,
    access: write,
    summary: "Change fields of an asset",
    description: "Changes only the named fields; `null` clears one.",
    writes: "asset_id",
    verb: CampaignAsset.update,
    ...record,
  }),
  operation({
    name: "deleteCampaignAsset",
    method: "DELETE",
    path: assetPath,
    access: write,
    summary: "Delete an asset",
    description: "The uploaded file is deleted after 30 days.",
    writes: "asset_id",
    verb: CampaignAsset.remove,
    ...record,
  }),
] as const;
