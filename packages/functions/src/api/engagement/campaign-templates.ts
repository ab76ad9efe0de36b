import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { CampaignTemplates } from "@crm/core/engagement/campaign/campaign-template.entity.ts";
import { CampaignTemplate } from "@crm/core/engagement/campaign/campaign-template.ts";
import { recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor } from "../shared/links.ts";

/** Operations below campaigns, which belong to their function. */
export const templateOperations = crud({
  noun: "CampaignTemplate",
  plural: "CampaignTemplates",
  tag: "Campaign templates",
  path: "/campaigns/templates",
  read: campaignGrants.read,
  write: campaignGrants.write,
  remove: campaignGrants.write,
  domain: CampaignTemplate,
  output: recordSchema("CampaignTemplate", CampaignTemplate.Info),
  row: recordSchema("CampaignTemplateRow", CampaignTemplate.Row),
  links: linksFor(CampaignTemplates),
});
