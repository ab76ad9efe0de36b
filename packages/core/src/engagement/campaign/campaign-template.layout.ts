import type { Layout } from "../../kernel/layout.ts";

export const campaignTemplate: Layout = {
  sections: [
    { name: "key", label: "Key fields", fields: ["name", "type", "goal", "budget", "budget_cycle", "duration_days"] },
    { name: "goal", label: "Goal", fields: ["primary_goal", "success_criteria"] },
    {
      name: "audience",
      label: "Audience",
      fields: ["target_audience", "target_size", "target_locations", "target_interests", "target_demographics", "channel_ids"],
    },
    { name: "activities", label: "Activities", fields: ["activities"] },
    { name: "texts", label: "Texts", fields: ["description"] },
  ],
  primary: ["name", "type", "goal", "budget", "duration_days", "activities"],
  columns: ["name", "type", "goal", "budget", "duration_days"],
  card: ["type", "goal", "duration_days"],
  lists: { activities: ["name", "activity_type", "channel_id", "offset_days"] },
};
