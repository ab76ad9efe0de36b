import { domain } from "../../kernel/domain.ts";
import { CAMPAIGN_ASSET } from "./asset.kind.ts";
import { CAMPAIGN, campaignGrants } from "./campaign.kind.ts";
import { CAMPAIGN_ACTIVITY } from "./campaign-activity.kind.ts";
import { CAMPAIGN_TEMPLATE } from "./campaign-template.kind.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";

export const campaign = domain({
  name: "campaign",
  kinds: [CAMPAIGN, CAMPAIGN_METRIC, CAMPAIGN_ACTIVITY, CAMPAIGN_ASSET, CAMPAIGN_TEMPLATE],
  personalData: {
    campaign: async () => (await import("./campaign.personal-data.ts")).campaign,
    campaign_metric: async () => (await import("./metric.personal-data.ts")).campaignMetric,
    campaign_activity: async () => (await import("./campaign-activity.personal-data.ts")).campaignActivity,
    campaign_asset: async () => (await import("./asset.personal-data.ts")).campaignAsset,
    campaign_template: async () => (await import("./campaign-template.personal-data.ts")).campaignTemplate,
  },
  layouts: {
    campaign: async () => (await import("./campaign.layout.ts")).campaign,
    campaign_template: async () => (await import("./campaign-template.layout.ts")).campaignTemplate,
  },
  grants: [campaignGrants],
  exports: { campaigns: { read: campaignGrants.read, load: async () => (await import("./campaign.ts")).listDefinition } },
  imports: {
    campaigns: async () => (await import("./campaign.import.ts")).campaigns,
    "campaign-metrics": async () => (await import("./metric.import.ts")).campaignMetrics,
  },
  bulk: {
    campaign: {
      write: campaignGrants.write,
      remove: campaignGrants.write,
      load: async () => (await import("./campaign.ts")).Campaign,
    },
    campaign_template: {
      write: campaignGrants.write,
      remove: campaignGrants.write,
      load: async () => (await import("./campaign-template.ts")).CampaignTemplate,
    },
  },
  features: {
    custom_fields: [CAMPAIGN],
    activities: [CAMPAIGN],
    notes: [CAMPAIGN],
    comments: [CAMPAIGN],
    attachments: [CAMPAIGN],
    tags: [CAMPAIGN],
  },
  subscribers: {
    campaigns: {
      events: [
        "campaign.start_due",
        "campaign.end_due",
        "campaign.created",
        "campaign.updated",
        "campaign_metric.created",
        "campaign_metric.updated",
        "campaign_metric.deleted",
        "campaign_metric.restored",
      ],
      table: [{ actions: ["GetItem", "BatchGetItem", "Query", "PutItem"] }],
      load: async () => (await import("./campaign.listener.ts")).onCampaignEvent,
    },
  },
  notifications: {
    campaign_assigned: {
      events: ["campaign.assigned", "campaign.created"],
      load: async () => (await import("./campaign.notifications.ts")).assigned,
    },
    campaign_budget: {
      events: ["campaign.budget_alerted"],
      load: async () => (await import("./campaign.notifications.ts")).budgetAlerted,
    },
    campaign_completed: {
      events: ["campaign.completed"],
      load: async () => (await import("./campaign.notifications.ts")).completed,
    },
  },
});
