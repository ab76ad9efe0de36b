import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { TemplateRecord } from "./campaign-template.entity.ts";

export const campaignTemplate: PersonalData<TemplateRecord> = {
  purpose: "Plan campaigns of one type alike.",
  subject: aboutPerson(),
  fields: {
    name: "none",
    description: "none",
    type: "none",
    goal: "none",
    primary_goal: "none",
    success_criteria: "free_text",
    budget: "none",
    budget_cycle: "none",
    target_audience: "free_text",
    target_size: "none",
    target_demographics: "free_text",
    target_locations: "none",
    target_interests: "none",
    channel_ids: "none",
    duration_days: "none",
    activities: "none",
  },
};
