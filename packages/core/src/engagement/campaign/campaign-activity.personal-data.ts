import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ActivityRecord } from "./campaign-activity.entity.ts";

export const campaignActivity: PersonalData<ActivityRecord> = {
  purpose: "Plan the steps of campaigns.",
  subject: aboutPerson(),
  fields: {
    campaign_id: "none",
    name: "none",
    activity_type: "none",
    description: "none",
    channel_id: "none",
    scheduled_date: "none",
    execution_date: "none",
    status: "none",
    budget: "none",
    target_audience: "free_text",
    owner_id: "staff",
  },
};
