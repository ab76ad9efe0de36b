import { aboutPerson, type PersonalData, reachAny } from "../../platform/personal-data/declaration.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import type { VersionRecord, WorkflowRecord } from "./workflow.entity.ts";

const definitionFields = {
  kind: "none",
  trigger: "none",
  where: "none",
  steps: "staff",
  exit: "none",
  enrollment: "none",
  run_as: "none",
  window: "none",
} as const;

export const workflow: PersonalData<WorkflowRecord> = {
  purpose: "Automate what happens when records are created or changed.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    owner_id: "staff",
    ...definitionFields,
    status: "none",
    managed_by: "none",
    published_version: "none",
    published_at: "none",
    published_by: "staff",
    is_changed: "none",
    paused_at: "none",
    pause_reason: "none",
    pause_message: "none",
    next_run_at: "none",
    published_run_as: "none",
    system_rights_withdrawn_at: "none",
    system_rights_withdrawn_by: "staff",
    webhook_token: "none",
    webhook_set_at: "none",
    walk: "none",
    turn: "none",
    attention_at: "none",
  },
};

export const workflowVersion: PersonalData<VersionRecord> = {
  purpose: "Keep the versions of workflows that enrollments follow.",
  subject: undefined,
  fields: {
    workflow_id: "none",
    number: "none",
    definition: "staff",
    owner_id: "staff",
    published_at: "none",
    published_by: "staff",
    pins: "staff",
  },
};

export const workflowEnrollment: PersonalData<EnrollmentRecord> = {
  purpose: "Record what a workflow did with a record, and what it does next.",
  subject: aboutPerson(reachAny("record_id")),
  fields: {
    workflow_id: "none",
    workflow_version: "none",
    record_kind: "none",
    record_id: "reference",
    status: "none",
    step_id: "none",
    step_due_at: "none",
    waiting: "none",
    approval_state: "none",
    attempts: "none",
    results: { step_id: "none", do: "none", result: "none", at: "none", reason: "free_text", record_id: "reference" },
    outputs: "free_text",
    chain: "none",
    change: { version: "none", at: "none", actor_id: "staff", request_id: "none", facts: "none" },
    triggered_by: "none",
    started_at: "none",
    ended_at: "none",
    reason: "free_text",
  },
};
