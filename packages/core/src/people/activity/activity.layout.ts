import type { Layout } from "../../kernel/layout.ts";

export const activity: Layout = {
  sections: [
    {
      name: "activity",
      label: "Activity",
      fields: ["subject", "activity_type_id", "status", "priority_id", "assigned_to_id", "due_date", "due_time", "timezone"],
    },
    {
      name: "meeting",
      label: "Meeting",
      fields: [
        "start_datetime",
        "end_datetime",
        "duration_minutes",
        "meeting_type_id",
        "meeting_location",
        "participants",
        "send_invitations",
        "invitation_text",
      ],
    },
    { name: "call", label: "Call", fields: ["call_direction", "call_outcome_id", "call_recording_url"] },
    { name: "email", label: "Email", fields: ["email_subject", "email_opened", "email_clicked"] },
    { name: "texts", label: "Texts", fields: ["description", "outcome"] },
    {
      name: "about",
      label: "About",
      fields: [
        "related_to_type",
        "related_to_id",
        "milestone_id",
        "personal_key_id",
        "assigned_by_id",
        "blocked_by",
        "is_private",
      ],
    },
    { name: "reminders", label: "Reminders", fields: ["reminder_datetime", "reminders"] },
    {
      name: "recurrence",
      label: "Recurrence",
      fields: ["recurrence_pattern", "recurrence_end_date", "recurrence", "is_recurring"],
    },
  ],
  primary: ["subject", "activity_type_id", "related_to_id", "assigned_to_id", "due_date", "priority_id", "description"],
  columns: ["subject", "activity_type_id", "status", "priority_id", "related_to_id", "due_date", "assigned_to_id"],
  card: ["due_date", "related_to_id", "assigned_to_id"],
  tabs: ["note", "attachment"],
  calendar: { start: "start_datetime", end: "end_datetime", path: "/activities/calendar" },
  fields: {
    call_direction: { visibleWhen: { activity_type_id: { eq: "call" } } },
    call_outcome_id: { visibleWhen: { activity_type_id: { eq: "call" } } },
    call_recording_url: { visibleWhen: { activity_type_id: { eq: "call" } } },
    meeting_type_id: { visibleWhen: { activity_type_id: { eq: "meeting" } } },
    meeting_location: { visibleWhen: { activity_type_id: { eq: "meeting" } } },
    email_subject: { visibleWhen: { activity_type_id: { eq: "email" } } },
    email_opened: { visibleWhen: { activity_type_id: { eq: "email" } } },
    email_clicked: { visibleWhen: { activity_type_id: { eq: "email" } } },
    milestone_id: { visibleWhen: { related_to_type: { eq: "project" } } },
    due_time: { visibleWhen: { due_date: { is_null: false } } },
  },
  actions: {
    completeActivity: { isPrimary: true, enabledWhen: { is_completed: { eq: false } } },
    cancelActivity: { enabledWhen: { is_completed: { eq: false } } },
    reopenActivity: { enabledWhen: { is_completed: { eq: true } } },
  },
};
