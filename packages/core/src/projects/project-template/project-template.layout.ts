import type { Layout } from "../../kernel/layout.ts";

export const projectTemplate: Layout = {
  sections: [
    { name: "key", label: "Key fields", fields: ["name", "is_active", "title", "trigger"] },
    { name: "members", label: "Members", fields: ["members"] },
    { name: "milestones", label: "Milestones", fields: ["milestones"] },
    { name: "tasks", label: "Tasks", fields: ["tasks"] },
    { name: "texts", label: "Texts", fields: ["description"] },
  ],
  primary: ["name", "title", "trigger", "members", "milestones", "tasks", "description"],
  columns: ["name", "title", "trigger_event", "is_active"],
  card: ["title", "trigger_event", "is_active"],
  lists: {
    members: ["user_id", "role"],
    milestones: ["name", "offset_days"],
    tasks: ["subject", "offset_days", "milestone", "assigned_to_id", "priority_id"],
  },
};
