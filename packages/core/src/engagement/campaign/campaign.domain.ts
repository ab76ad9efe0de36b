import { domain } from "../../kernel/domain.ts";
import { CAMPAIGN, campaignGrants } from "./campaign.kind.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";

export const campaign = domain({
  name: "campaign",
  kinds: [CAMPAIGN, CAMPAIGN_METRIC],
  personalData: {
    campaign: async () => (await import("./campaign.personal-data.ts")).campaign,
    campaign_metric: async () => (await import("./metric.personal-data.ts")).campaignMetric,
  },
  layouts: { campaign: async () => (await import("./campaign.layout.ts")).campaign },
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
      events: ["campaign.start_due", "campaign.end_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./clocks.ts")).onCampaignClock,
    },
  },
  notifications: {
    campaign_assigned: {
      events: ["campaign.assigned", "campaign.created"],
      load: async () => (await import("./campaign.notifications.ts")).assigned,
    },
    campaign_completed: {
      events: ["campaign.completed"],
      load: async () => (await import("./campaign.notifications.ts")).completed,
    },
  },
});
