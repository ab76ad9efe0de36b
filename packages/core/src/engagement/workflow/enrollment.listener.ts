import type { DomainEvent } from "../../kernel/event.ts";
import { idTime, isId } from "../../kernel/id.ts";
import { IMPORT } from "../../platform/import/import.kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { createClockListener } from "../../storage/scheduler/clocks.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict } from "../../storage/write/transaction.ts";
import { planByDate } from "./date-plan.ts";
import { isYearly } from "./definition.ts";
import { type EnrollmentRecord, Enrollments } from "./enrollment.entity.ts";
import { end } from "./enrollment-end.ts";
import { findLockHolder } from "./enrollment-lock.ts";
import { enroll } from "./enrollment-start.ts";
import { listRunning } from "./record-enrollments.ts";
import { runEnrollment, wakeEnrollment } from "./step-runner.ts";
import { loadVersion } from "./version.ts";
import { parseMatch, type WatchMatch } from "./watch.rules.ts";
import { Workflows } from "./workflow.entity.ts";
import { loadWorkflowManager } from "./workflow-manager.ts";

/** Acts on changes that matched a workflow, and on steps that are due. Events may repeat, be late and come in another order. */

/** Handles `workflow.change_matched`. */
export const onChangeMatched = (event: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (await isExempt(event)) return;
    for (const match of (event.matches ?? []).map(parseMatch)) await actOnMatch(event, match);
  });

async function actOnMatch(event: DomainEvent, { act, workflow_id, version, step_id }: WatchMatch): Promise<void> {
  if (act === "exit") return exitEnrollments(event, { workflow_id, version });
  if (act === "wake") {
    for (const { id } of await listRunningInVersion(event.record_id, { workflow_id, version }))
      if (await wakeEnrollment(id, step_id ?? "", event.at)) await runEnrollment(id);
    return;
  }
  if (act === "retry") return retryPostponedStep(workflow_id, event);
  const workflow = await Records.load(Workflows, workflow_id, { live: true });
  if (!workflow) return;
  if (act === "plan") {
    const { definition } = await loadVersion(workflow_id, version);
    return planByDate(workflow, definition, event.record_id, event.at);
  }
  const manager = await loadWorkflowManager(workflow.managed_by);
  const facts = await manager?.describeChange(event, workflow.name);
  if (manager && facts === undefined) return;
  const outcome = await enroll(workflow, event.record_id, {
    name: event.id,
    at: event.at,
    request_id: event.request_id,
    version,
    change: {
      version: event.version,
      at: event.at,
      actor_id: event.actor_id,
      request_id: event.request_id,
      facts: facts ?? null,
    },
  });
  if ("enrollment" in outcome) await runEnrollment(outcome.enrollment.id);
}

/** A watch is of one version, and decides about the enrollments of that version alone. */
async function listRunningInVersion(record: string, { workflow_id, version }: PublishedVersion): Promise<EnrollmentRecord[]> {
  return (await listRunning(record, workflow_id)).filter(({ workflow_version }) => workflow_version === version);
}

type PublishedVersion = Pick<WatchMatch, "workflow_id" | "version">;

/** Runs the step of a record again that was postponed. The change that the step itself made is none that it waits for. */
async function retryPostponedStep(workflow: string, { record_id, request_id }: DomainEvent): Promise<void> {
  const holder = await findLockHolder(workflow, record_id);
  const ids = holder === undefined ? (await listRunning(record_id, workflow)).map(({ id }) => id) : [holder];
  for (const id of ids) if (id !== request_id) await runEnrollment(id, { isRetry: true });
}

/** Ends the enrollments that began before the change: its event may come again after the record has been enrolled anew. */
async function exitEnrollments({ record_id, at }: DomainEvent, published: PublishedVersion): Promise<void> {
  const isEarlier = ({ id }: { readonly id: string }): boolean => idTime(id) < Date.parse(at);
  for (const { id } of (await listRunningInVersion(record_id, published)).filter(isEarlier))
    await retryOnConflict(async () => {
      const [current] = (await listRunningInVersion(record_id, published)).filter((each) => each.id === id);
      if (current) await end(current, "EXITED", "The exit conditions hold");
    });
}

/** Whether a change triggers nothing: an import of historic data, or one that asks for no automations. */
export async function isExempt({ request_id }: Pick<DomainEvent, "request_id">): Promise<boolean> {
  if (!isId(request_id, IMPORT)) return false;
  const record = await Records.load(await loadCollection(IMPORT), request_id);
  const { options } = (record ?? {}) as { options?: { historic?: boolean; automations?: boolean } };
  return options?.historic === true || options?.automations === false;
}

/** Handles `workflow_enrollment.step_due`. */
export const onStepDue = createClockListener((id) =>
  Tenant.runWithSettings(async () => {
    await runEnrollment(id, { isInOrder: true });
    await planNextYear(id);
  }),
);

/** Plans the next year of a yearly date, once its enrollment has ended. */
async function planNextYear(id: string): Promise<void> {
  const enrollment = await Records.load(Enrollments, id);
  if (!enrollment?.ended_at) return;
  const { definition } = await loadVersion(enrollment.workflow_id, enrollment.workflow_version);
  const workflow = await Records.load(Workflows, enrollment.workflow_id, { live: true });
  if (workflow && isYearly(definition)) await planByDate(workflow, definition, enrollment.record_id, enrollment.ended_at);
}
