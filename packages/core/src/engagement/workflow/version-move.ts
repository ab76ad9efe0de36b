import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { Definition, Step } from "./definition.ts";
import { type EnrollmentRecord, Enrollments, isRunning } from "./enrollment.entity.ts";
import { addLockRelease } from "./enrollment-end.ts";
import { recheckWait, runEnrollment } from "./step-runner.ts";
import { findStep } from "./step-tree.rules.ts";
import { loadVersion } from "./version.ts";

/**
 * Moves an enrollment of an earlier version to the step of the same id of another. If that version has no such step, the enrollment stays. A wait
 * continues if its step is the same in both; otherwise the step begins again.
 */
export async function moveToVersion(id: string, number: number): Promise<void> {
  const moved = await retryOnConflict(async () => {
    const current = await Records.load(Enrollments, id, { live: true });
    if (!current || !isRunning(current) || current.workflow_version >= number) return undefined;
    const [from, to] = await Promise.all(
      [current.workflow_version, number].map((version) => loadVersion(current.workflow_id, version)),
    );
    if (!from || !to) return undefined;
    const fields = findPlace(current, from.definition, to.definition);
    if (!fields) return undefined;
    const next = Records.nextVersion(current, { ...current, ...fields, workflow_version: number, attempts: 0 });
    const tx = transaction().replace(Enrollments, current, next);
    // A lock would stay for ever, because the new version neither needs nor releases it.
    if (to.definition.enrollment.repeat === "every_time") await addLockRelease(tx, current);
    return tx.commit(next);
  });
  if (!moved) return;
  // The record may meet the condition of the new version already.
  if (moved.status === "WAITING") await recheckWait(id);
  await runEnrollment(id);
}

/** Returns where an enrollment continues in another version; undefined if that version has no such step. */
function findPlace(
  { status, step_id, waiting }: EnrollmentRecord,
  from: Definition,
  to: Definition,
): Partial<EnrollmentRecord> | undefined {
  // Nothing was done yet, so it begins with the first step.
  if (status === "PLANNED") return { step_id: to.steps[0]?.id ?? null };
  const step = step_id === null ? undefined : findStep(to.steps, step_id);
  if (step_id === null || !step) return undefined;
  if (!waiting || isSameWait(findStep(from.steps, step_id), step)) return {};
  return status === "HELD" ? { waiting: null } : { status: "ACTIVE", waiting: null, step_due_at: Clock.now() };
}

const isSameWait = (before: Step | undefined, after: Step): boolean =>
  isDeepStrictEqual({ ...before, name: undefined, on_error: undefined }, { ...after, name: undefined, on_error: undefined });
