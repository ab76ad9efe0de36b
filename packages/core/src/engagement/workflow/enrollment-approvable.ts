import type { Approvable } from "../../agreements/approval/approvable.ts";
import { Clock } from "../../kernel/clock.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { type EnrollmentRecord, Enrollments, isRunning } from "./enrollment.entity.ts";

/** The enrollment as the subject of an approval (docs/agreements/approvals.md). */

const isWaiting = (enrollment: EnrollmentRecord, round: number): boolean =>
  isRunning(enrollment) && enrollment.waiting?.approval_round === round;

/** Returns the owner of the enrolled record, whose manager is asked. */
async function findOwnerId({ record_id }: Pick<EnrollmentRecord, "record_id">): Promise<string | undefined> {
  const collection = await loadCollectionById(record_id);
  const record = collection && (await Records.load(collection, record_id, { live: true }));
  return record && collection.ownerId(record);
}

export const approvable: Approvable = {
  isWaiting: (subject, round) => isWaiting(subject as EnrollmentRecord, round),
  findOwnerId: (subject) => findOwnerId(subject as EnrollmentRecord),
  /** Lets the step run that reads the decision. A paused workflow reads it when it is resumed. */
  async conclude(id, round) {
    let isDue = false;
    await Records.change(Enrollments, id, (current) => {
      isDue = isWaiting(current, round) && current.step_due_at !== null && current.step_due_at > Clock.now();
      return isDue ? { ...current, step_due_at: Clock.now() } : current;
    });
    return isDue;
  },
};
