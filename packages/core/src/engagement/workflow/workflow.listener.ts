import { onSubjectChanged } from "../../agreements/approval/subject.listener.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { onChangeMatched, onStepDue } from "./enrollment.listener.ts";
import { onContinueRequested, onRunDue } from "./walk.ts";
import { onTenantUpdated } from "./workflow-manager.ts";

/** The work of workflows by the event that asks for it: changes that matched, steps and schedules that are due, and walks over many records. */
const listeners: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  "workflow.change_matched": onChangeMatched,
  "workflow.run_due": onRunDue,
  "workflow.continue_requested": onContinueRequested,
  "workflow.attention_due": onContinueRequested,
  "workflow_enrollment.step_due": onStepDue,
  "tenant.updated": onTenantUpdated,
  "workflow_enrollment.approval_over": onSubjectChanged,
};

export async function onWorkflowEvent(event: DomainEvent): Promise<void> {
  await listeners[event.type]?.(event);
}
