import type { Approvable, DecidedRecord } from "../../agreements/approval/approvable.ts";
import { Clock } from "../../kernel/clock.ts";
import { actAsSystem, runIn, useRequest } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { listChangedFields } from "./approval-state.ts";
import { type EnrollmentRecord, Enrollments, isRunning } from "./enrollment.entity.ts";

/** The enrollment as the subject of an approval (docs/agreements/approvals.md). */

const isWaiting = (enrollment: EnrollmentRecord, round: number): boolean =>
  isRunning(enrollment) && enrollment.waiting?.approval_round === round;

async function loadRecord({ record_id }: Pick<EnrollmentRecord, "record_id">): Promise<DecidedRecord | undefined> {
  const collection = await loadCollectionById(record_id);
  const record = collection && (await Records.load(collection, record_id, { live: true }));
  return record && { collection, record };
}

/** Returns the owner of the enrolled record, whose manager is asked. */
async function findOwnerId(enrollment: EnrollmentRecord): Promise<string | undefined> {
  const found = await loadRecord(enrollment);
  return found?.collection.ownerId(found.record);
}

/** Lets the step run that waits for the decision: it reads the decision, or asks again. A paused workflow does so when it is resumed. */
async function makeDue(id: string, round: number): Promise<boolean> {
  let isDue = false;
  await Records.change(Enrollments, id, (current) => {
    isDue = isWaiting(current, round) && current.step_due_at !== null && current.step_due_at > Clock.now();
    return isDue ? { ...current, step_due_at: Clock.now() } : current;
  });
  return isDue;
}

async function requireUnchanged(
  tx: Transaction,
  { id, waiting, approval_state, ...enrollment }: EnrollmentRecord,
): Promise<void> {
  const found = await loadRecord(enrollment);
  if (!found || approval_state === null) return;
  tx.requireUnchanged(found.record);
  const fields = listChangedFields(approval_state, { ...found.record });
  if (fields.length === 0) return;
  const { idempotency: _key, ...request } = useRequest();
  await runIn(actAsSystem("workflows", { request }), () => makeDue(id, waiting?.approval_round ?? 0));
  throw conflict(
    "The record was changed after you were asked to approve it: within a minute you are asked again, about the record as it is now",
    fields.map((field) => ({ field, message: "Changed since you were asked" })),
  );
}

export const approvable: Approvable = {
  isWaiting: (subject, round) => isWaiting(subject as EnrollmentRecord, round),
  findOwnerId: (subject) => findOwnerId(subject as EnrollmentRecord),
  loadDecided: (subject) => loadRecord(subject as EnrollmentRecord),
  requireUnchanged: (tx, subject) => requireUnchanged(tx, subject as EnrollmentRecord),
  conclude: makeDue,
};
