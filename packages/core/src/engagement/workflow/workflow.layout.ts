import type { Layout } from "../../kernel/layout.ts";

export const workflow: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "kind", "owner_id", "run_as", "published_run_as", "published_version", "published_at", "managed_by"],
    },
    { name: "texts", label: "Texts", fields: ["description"] },
    {
      name: "progress",
      label: "Progress",
      fields: [
        "pause_reason",
        "pause_message",
        "paused_at",
        "next_run_at",
        "is_changed",
        "system_rights_withdrawn_at",
        "system_rights_withdrawn_by",
      ],
    },
  ],
  primary: ["name", "kind", "description", "owner_id"],
  columns: ["name", "kind", "status", "owner_id", "published_version", "published_at"],
  card: ["kind", "status"],
  // Pages of their own show the parts of a definition.
  hidden: ["trigger", "where", "steps", "exit", "enrollment", "window"],
  tabs: ["workflow_enrollment"],
  actions: {
    // An unchanged draft is published again for changed templates and macros.
    publishWorkflow: { icon: "play", isPrimary: true, enabledWhen: { managed_by: { is_null: true } } },
    pauseWorkflow: { icon: "pause", enabledWhen: { status: { eq: "ACTIVE" } } },
    renewWorkflowWebhook: { icon: "refresh-cw", isDangerous: true, enabledWhen: { webhook_set_at: { is_null: false } } },
    resumeWorkflow: { icon: "play", enabledWhen: { status: { eq: "PAUSED" } } },
  },
};

export const workflowEnrollment: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "workflow_id", "workflow_version", "record_id", "step_due_at", "reason"],
    },
    { name: "steps", label: "Steps", fields: ["results"] },
    { name: "progress", label: "Progress", fields: ["started_at", "ended_at"] },
  ],
  primary: [],
  columns: ["workflow_id", "record_id", "status", "step_due_at", "started_at", "ended_at"],
  card: ["status", "step_due_at"],
  // Steps are known by ids, and triggers by names of events. The history says them in words.
  hidden: ["outputs", "waiting", "record_kind", "step_id", "triggered_by"],
  tabs: [],
  actions: {
    retryWorkflowEnrollment: { icon: "rotate-ccw", isPrimary: true, enabledWhen: { status: { in: ["FAILED", "HELD"] } } },
    stopWorkflowEnrollment: {
      icon: "ban",
      isDangerous: true,
      enabledWhen: { status: { in: ["PLANNED", "ACTIVE", "WAITING", "HELD", "FAILED"] } },
    },
  },
  lists: { results: ["step_id", "do", "result", "at", "reason", "record_id"] },
};
