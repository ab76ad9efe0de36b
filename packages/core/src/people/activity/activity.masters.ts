import { buildDefaults, masterKind } from "../../kernel/master-kind.ts";

export const ACTIVITY_TYPES = masterKind("activity_types", {
  label: "Activity types",
  extras: ["requires_duration"],
  defaults: () => [
    { code: "call", name: "Call", icon: "phone", requires_duration: true },
    { code: "meeting", name: "Meeting", icon: "users", requires_duration: true },
    { code: "email", name: "Email", icon: "mail" },
    { code: "task", name: "Task", icon: "check-square" },
    { code: "note", name: "Note", icon: "sticky-note" },
  ],
});

export const CALL_OUTCOMES = masterKind("call_outcomes", {
  label: "Call outcomes",
  extras: ["is_successful"],
  defaults: () => [
    { code: "connected", name: "Connected", is_successful: true },
    ...buildDefaults("Voicemail", "Busy", "No Answer", "Wrong Number"),
  ],
});

export const MEETING_TYPES = masterKind("meeting_types", {
  label: "Meeting types",
  extras: ["default_duration_minutes"],
  defaults: () => [
    { code: "discovery", name: "Discovery", default_duration_minutes: 30 },
    { code: "demo", name: "Demo", default_duration_minutes: 60 },
    { code: "negotiation", name: "Negotiation", default_duration_minutes: 60 },
    { code: "closing", name: "Closing", default_duration_minutes: 30 },
    { code: "follow_up", name: "Follow-up", default_duration_minutes: 30 },
  ],
});

/** The display names of activity statuses. */
export const ACTIVITY_STATUSES = masterKind("activity_statuses", {
  label: "Activity statuses",
  extras: ["is_final"],
  isClosed: true,
  defaults: () => [
    { code: "not_started", name: "Not Started", color: "#6b7280" },
    { code: "in_progress", name: "In Progress", color: "#2563eb" },
    { code: "blocked", name: "Blocked", color: "#d97706" },
    { code: "completed", name: "Completed", color: "#16a34a", is_final: true },
    { code: "cancelled", name: "Cancelled", color: "#dc2626", is_final: true },
  ],
});
