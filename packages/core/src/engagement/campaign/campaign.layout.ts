import type { Layout } from "../../kernel/layout.ts";

export const campaign: Layout = {
  relatedLabels: { parent_campaign_id: "Child campaigns" },
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["name", "status", "type", "start_date", "end_date", "budget", "currency", "owner_id"],
    },
    {
      name: "goal",
      label: "Goal",
      fields: ["goal", "primary_goal", "success_criteria", "expected_revenue", "expected_response_rate"],
    },
    {
      name: "budget",
      label: "Budget",
      fields: ["budget_cycle", "budget_allocations", "other_cost"],
    },
    {
      name: "audience",
      label: "Audience",
      fields: [
        "target_audience",
        "target_size",
        "target_locations",
        "target_interests",
        "target_demographics",
        "channel_ids",
        "subscription_type",
        "adds_utm",
      ],
    },
    { name: "texts", label: "Texts", fields: ["description", "notes"] },
    {
      name: "progress",
      label: "Progress",
      fields: [
        "follows_dates",
        "status_changed_at",
        "started_at",
        "finished_at",
        "parent_campaign_id",
        "cloned_from_id",
        "campaign_template_id",
      ],
    },
  ],
  primary: ["name", "type", "start_date", "end_date", "budget", "goal", "owner_id"],
  columns: ["campaign_number", "name", "type", "status", "start_date", "end_date", "budget", "owner_id"],
  card: ["type", "start_date", "budget"],
  board: {
    field: "status",
    moves: {
      IN_PROGRESS: "activateCampaign",
      ON_HOLD: "pauseCampaign",
      COMPLETED: "completeCampaign",
      CANCELLED: "cancelCampaign",
    },
    sum: "budget",
    exits: ["CANCELLED"],
  },
  timeline: { start: "start_date", end: "end_date", ended: ["COMPLETED", "CANCELLED"] },
  lists: { budget_allocations: ["channel_id", "amount"] },
  actions: {
    activateCampaign: { icon: "play", isPrimary: true, enabledWhen: { status: { in: ["DRAFT", "PLANNING"] } } },
    pauseCampaign: { icon: "pause", enabledWhen: { status: { eq: "IN_PROGRESS" } } },
    resumeCampaign: { icon: "play", isPrimary: true, enabledWhen: { status: { eq: "ON_HOLD" } } },
    completeCampaign: { icon: "check", enabledWhen: { status: { in: ["IN_PROGRESS", "ON_HOLD"] } } },
    cancelCampaign: {
      icon: "x",
      isDangerous: true,
      enabledWhen: { status: { in: ["DRAFT", "PLANNING", "IN_PROGRESS", "ON_HOLD"] } },
    },
    cloneCampaign: { icon: "copy" },
  },
};
