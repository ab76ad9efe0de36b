import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { isYearly } from "./definition.ts";
import { type EnrollmentRecord, Enrollments } from "./enrollment.entity.ts";
import { findLockHolder, releaseLock } from "./enrollment-lock.ts";
import { loadVersion } from "./version.ts";

/** The end of an enrollment. Its record is then free for another, unless the workflow takes each record once. */

/** The statuses in which an enrollment has ended for good. */
type FinalStatus = "COMPLETED" | "EXITED" | "STOPPED";

/** Returns the fields of an enrollment that has ended. */
export const buildEnd = (enrollment: EnrollmentRecord, status: FinalStatus, reason: string | null): EnrollmentRecord => ({
  ...enrollment,
  status,
  reason,
  waiting: null,
  step_id: null,
  step_due_at: null,
  ended_at: Clock.now(),
});

/**
 * Returns a function that adds the release of the lock that an enrollment holds to a transaction. The lock of a workflow that takes each record
 * once stays.
 */
export async function prepareLockRelease(enrollment: EnrollmentRecord): Promise<(tx: Transaction) => void> {
  const { id, workflow_id, workflow_version, record_id } = enrollment;
  const { definition } = await loadVersion(workflow_id, workflow_version);
  const isReleased =
    (definition.enrollment.repeat === "once_at_a_time" || isYearly(definition)) &&
    // Only the enrollment that holds the lock gives it away, so nothing changes between this read and the commit.
    (await findLockHolder(workflow_id, record_id)) === id;
  return (tx) => {
    if (isReleased) releaseLock(tx, workflow_id, record_id);
  };
}

/** Adds that release. */
export async function addLockRelease(tx: Transaction, enrollment: EnrollmentRecord): Promise<void> {
  (await prepareLockRelease(enrollment))(tx);
}

/** Ends an enrollment, and gives its record free for another. */
export async function end(
  enrollment: EnrollmentRecord,
  status: FinalStatus,
  reason: string | null,
  tx = transaction(),
): Promise<false> {
  tx.replace(Enrollments, enrollment, Records.nextVersion(enrollment, buildEnd(enrollment, status, reason)));
  await addLockRelease(tx, enrollment);
  await tx.commit(undefined);
  return false;
}
