import { domain } from "../../kernel/domain.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { CAMPAIGN_ASSET } from "./asset.kind.ts";
import { ATTRIBUTION_RUN, CAMPAIGN_ATTRIBUTION } from "./attribution.kind.ts";
import { CAMPAIGN, CAMPAIGN_FILL, CAMPAIGN_MEMBER, CAMPAIGN_RESPONSE, campaignGrants } from "./campaign.kind.ts";
import { CAMPAIGN_ACTIVITY } from "./campaign-activity.kind.ts";
import { CAMPAIGN_TEMPLATE } from "./campaign-template.kind.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";

export const campaign = domain({
  name: "campaign",
  kinds: [
    CAMPAIGN,
    CAMPAIGN_METRIC,
    CAMPAIGN_ACTIVITY,
    CAMPAIGN_ASSET,
    CAMPAIGN_TEMPLATE,
    CAMPAIGN_MEMBER,
    CAMPAIGN_RESPONSE,
    CAMPAIGN_FILL,
    CAMPAIGN_ATTRIBUTION,
    ATTRIBUTION_RUN,
  ],
  layouts: {
    campaign: async () => (await import("./campaign.layout.ts")).campaign,
    campaign_template: async () => (await import("./campaign-template.layout.ts")).campaignTemplate,
  },
  grants: [campaignGrants],
  authorities: {
    campaign_fill: { rights: "user", basis: { approved: [CAMPAIGN_FILL], editor: [SEGMENT, CONTACT_LIST] } },
  },
  exports: {
    campaigns: { read: campaignGrants.read, load: async () => (await import("./campaign.ts")).listDefinition },
    "campaign-members": { read: campaignGrants.read, load: async () => (await import("./member.ts")).listDefinition },
    "campaign-responses": { read: campaignGrants.read, load: async () => (await import("./response.ts")).listDefinition },
  },
  imports: {
    campaigns: async () => (await import("./campaign.import.ts")).campaigns,
    "campaign-metrics": async () => (await import("./metric.import.ts")).campaignMetrics,
    "campaign-members": async () => (await import("./member.import.ts")).campaignMembers,
  },
  bulk: {
    campaign_member: {
      write: campaignGrants.write,
      remove: campaignGrants.write,
      load: async () => (await import("./member.ts")).Member,
    },
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
      basis: "release",
      events: [
        "campaign.start_due",
        "campaign.end_due",
        "ab_test.decide_due",
        "email_send.sample_rejected",
        "campaign.created",
        "campaign.updated",
        "campaign_metric.refresh_due",
        "campaign_metric.created",
        "campaign_metric.updated",
        "campaign_metric.deleted",
        "campaign_metric.restored",
        "message.sent",
        "message.failed",
        "message.opened",
        "message.clicked",
        "person.updated",
        "person.restored",
        "opportunity.created",
        "opportunity.updated",
        "opportunity.deleted",
        "opportunity.restored",
        "order.created",
        "order.updated",
        "order.deleted",
        "order.restored",
        "interaction.created",
        "interaction.updated",
        "interaction.deleted",
        "interaction.restored",
        "journey.created",
        "journey.updated",
        "journey.deleted",
        "journey.restored",
        "campaign_response.created",
        "campaign_response.updated",
        "campaign_response.deleted",
        "campaign_response.restored",
      ],
      uses: ["objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "DeleteItem", "ConditionCheckItem"] },
        // Reads metrics, master data, the collections of persons, entries of conversions, and the contacts of a customer.
        { actions: ["Query"], indexes: ["table", "by_related"] },
      ],
      load: async () => (await import("../ab-test/campaign-events.ts")).onCampaignOrTestEvent,
    },
    "campaign-fills": {
      basis: "release",
      events: [
        "campaign_fill.continue_requested",
        "campaign_fill.attention_due",
        "attribution_run.continue_requested",
        "attribution_run.attention_due",
        "tenant.updated",
      ],
      hasLongSlices: true,
      uses: ["domains", "objects:columns:get", "objects:records:get"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
          indexes: ["table", "by_time", "by_owner", "by_related", "by_outcome"],
        },
      ],
      load: async () => (await import("./campaign-jobs.listener.ts")).onCampaignJobEvent,
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
