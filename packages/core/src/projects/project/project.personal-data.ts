import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import type { ProjectRecord } from "./project.entity.ts";

export const project: PersonalData<ProjectRecord> = {
  purpose: "Plan and do the work for customers and inside the organization.",
  subject: aboutPerson(reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
  fields: {
    title: "free_text",
    description: "free_text",
    customer_id: "reference",
    opportunity_id: "reference",
    date_time_start: "relationship",
    date_time_end: "relationship",
    tags: "free_text",
    custom_fields: "free_text",
    owner_id: "staff",
    status: "relationship",
    status_changed_at: "relationship",
    completed_at: "relationship",
    space_order: "none",
    members: { user_id: "staff", role: "none", added_at: "none", added_by: "staff" },
    member_ids: "staff",
    milestones: { id: "none", name: "free_text", due_date: "relationship", completed_at: "relationship" },
    total_member: "none",
    total_task: "none",
    total_task_completed: "none",
    total_minutes: "none",
    percent_complete: "none",
    project_template_id: "none",
    pending_tasks: {
      subject: "free_text",
      due_date: "relationship",
      duration_minutes: "none",
      priority_id: "none",
      milestone_id: "none",
      assigned_to_id: "staff",
    },
    last_activity_date: "relationship",
  },
};
