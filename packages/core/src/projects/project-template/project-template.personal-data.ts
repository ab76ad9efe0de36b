import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ProjectTemplateRecord } from "./project-template.entity.ts";

export const projectTemplate: PersonalData<ProjectTemplateRecord> = {
  purpose: "Begin projects with their members, milestones and tasks.",
  subject: undefined,
  fields: {
    name: "none",
    is_active: "none",
    trigger: "none",
    trigger_event: "none",
    title: "none",
    description: "none",
    members: { user_id: "staff", role: "none" },
    milestones: "none",
    tasks: {
      subject: "none",
      offset_days: "none",
      duration_minutes: "none",
      milestone: "none",
      assigned_to_id: "staff",
      priority_id: "none",
    },
  },
};
