import { Clock } from "../../kernel/clock.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type EnrollmentRecord, Enrollments, isRunning } from "./enrollment.entity.ts";

/** The enrollments of one record in one workflow that may still run, the earliest first. They are looked for among the newest of the record. */

const MAX_LISTED = 100;

const findPartitions = (record: string) => [{ index: "by_related" as const, facets: { record_id: record, life: "live" } }];

export async function listRunning(record: string, workflow: string): Promise<EnrollmentRecord[]> {
  const reading = { order: "desc", after: undefined, limit: MAX_LISTED } as const;
  const ids = await listKeysAfter(Enrollments, findPartitions(record), reading);
  const loaded = await Records.loadMany(Enrollments, ids.reverse(), { live: true });
  return loaded.filter((each) => each !== undefined && each.workflow_id === workflow && isRunning(each)) as EnrollmentRecord[];
}

/**
 * Lists the ids of the enrollments that run before this one: those that are due and came due before it, or that run at this moment. Of two that came
 * due at once, the earlier enrollment is the first. The index may show an enrollment as it was moments ago.
 */
export async function listDueBefore(enrollment: EnrollmentRecord): Promise<string[]> {
  const now = Clock.now();
  const due: EnrollmentRecord[] = [];
  let count = 0;
  const reading = { order: "desc", after: undefined, chunk: MAX_LISTED, isUnverified: true } as const;
  for await (const row of queryPartitions(Enrollments, findPartitions(enrollment.record_id), reading)) {
    const other = Enrollments.fromRow(row);
    const isOther = other.id !== enrollment.id && other.workflow_id === enrollment.workflow_id && isRunning(other);
    if (isOther && other.step_due_at !== null && other.step_due_at <= now && compareDue(other, enrollment) < 0) due.push(other);
    if (++count === MAX_LISTED) break;
  }
  return due.sort(compareDue).map(({ id }) => id);
}

/** The order in which due enrollments run. The steps of one that is active have begun. */
function compareDue(a: EnrollmentRecord, b: EnrollmentRecord): number {
  const [first, second] = [a, b].map(({ status, step_due_at, id }) => [status === "ACTIVE" ? "" : step_due_at, id].join(" "));
  return (first ?? "") < (second ?? "") ? -1 : 1;
}
