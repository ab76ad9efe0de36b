import type { DomainEvent } from "../../kernel/event.ts";
import type { Json } from "../../kernel/json.ts";
import { findDeclaration, listDomains } from "../../kernel/tenant-domains.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Step } from "./definition.ts";
import type { ManagedEnrollment } from "./enrollment.entity.ts";
import type { StepOutcome } from "./step-plan.ts";

/**
 * What a domain adds to the runs of the workflows that it manages: it keeps facts of the change, holds steps back, and records their outcomes. The
 * domain declares it under the name of the manager in `workflowManagers` of its manifest.
 */
export interface WorkflowManager {
  /** Makes the workflows again after the settings of the tenant have changed. */
  onSettingsChange(): Promise<void>;
  /** Returns what the enrollment in the workflow of this name keeps of the change; undefined if the change causes nothing. */
  describeChange(event: DomainEvent, workflow: string): Promise<Exclude<Json, null> | undefined>;
  /** Prepares a step. Undefined if its outcome is recorded already: then it is not done again. */
  prepareStep(enrollment: ManagedEnrollment, step: Step): Promise<StepRecorder | undefined>;
}

/** Records the outcome of one step. */
export interface StepRecorder {
  /** The type of the notification that the step delivers. */
  readonly notificationType: string;
  /** Why the step is not done. */
  readonly holdReason?: string | undefined;
  /** Values of merge fields at the time of the change. */
  readonly values: Values;
  /** Adds the record to the transaction that writes the progress of the enrollment. */
  addTo(tx: Transaction, outcome: StepOutcome): void;
}

/** Returns the manager of a workflow; undefined if it records nothing. */
export async function loadWorkflowManager(managedBy: string | null): Promise<WorkflowManager | undefined> {
  if (managedBy === null) return undefined;
  const load = findDeclaration("workflowManagers", managedBy);
  return (await load?.()) as WorkflowManager | undefined;
}

/** Handles `tenant.updated`: workflows may depend on settings, such as the currency of amounts. */
export async function onTenantUpdated(): Promise<void> {
  const loaders = listDomains().flatMap(({ workflowManagers = {} }) => Object.values(workflowManagers));
  for (const load of loaders) await ((await load()) as WorkflowManager).onSettingsChange();
}
