import type { Layout } from "../../kernel/layout.ts";

export const project: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: [
        "title",
        "status",
        "percent_complete",
        "total_minutes",
        "customer_id",
        "owner_id",
        "date_time_start",
        "date_time_end",
      ],
    },
    { name: "members", label: "Members", fields: ["members", "total_member"] },
    { name: "milestones", label: "Milestones", fields: ["milestones"] },
    { name: "progress", label: "Progress", fields: ["total_task", "total_task_completed", "completed_at"] },
    { name: "texts", label: "Texts", fields: ["description"] },
    { name: "origin", label: "Origin", fields: ["opportunity_id", "project_template_id"] },
  ],
  primary: ["title", "customer_id", "opportunity_id", "owner_id", "date_time_start", "date_time_end", "description"],
  columns: ["title", "customer_id", "status", "percent_complete", "date_time_end", "owner_id", "total_member"],
  card: ["customer_id", "date_time_end", "percent_complete"],
  tabs: ["tasks", "activity", "order", "contract", "note", "attachment"],
  lists: {
    members: ["user_id", "role", "added_at"],
    milestones: ["name", "due_date", "completed_at"],
    tasks: ["status", "due_date", "assigned_to_id"],
  },
  board: { field: "status", exits: ["CANCELLED"], place: "moveProject" },
  timeline: {
    start: "date_time_start",
    end: "date_time_end",
    progress: "percent_complete",
    ended: ["COMPLETED", "CANCELLED"],
  },
  hidden: ["member_ids", "space_order"],
  fields: { completed_at: { visibleWhen: { status: { eq: "COMPLETED" } } } },
  actions: {
    createProjectTask: { icon: "list-plus", isPrimary: true, enabledWhen: { status: { in: ["PLANNED", "ACTIVE", "ON_HOLD"] } } },
    addProjectMember: { icon: "user-plus" },
    addProjectMilestone: { icon: "flag" },
    completeProjectMilestone: { enabledWhen: { completed_at: { is_null: true } } },
    reopenProjectMilestone: { enabledWhen: { completed_at: { is_null: false } } },
    moveProject: { icon: "move-vertical" },
  },
};
