import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";

/** The item that limits a record to one enrollment in a workflow: for ever, or until the enrollment ends. */

const lockKey = (workflow: string, record: string): Key => ({ pk: tenantKey(useTenant(), "ENROLLED", workflow), sk: record });

/** The record is in the workflow already, or was. */
export class AlreadyEnrolled extends WriteConflict {
  override name = "AlreadyEnrolled";
}

export const addLock = (tx: Transaction, workflow: string, record: string, enrollment: string): Transaction =>
  tx.put(
    { ...lockKey(workflow, record), enrollment_id: enrollment },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => new AlreadyEnrolled(`${record} is already enrolled in ${workflow}`),
    },
  );

export const releaseLock = (tx: Transaction, workflow: string, record: string): Transaction =>
  tx.delete(lockKey(workflow, record));

/** For so long a trigger that was refused may be delivered again. */
const REFUSAL_DAYS = 14;

const refusalKey = (workflow: string, record: string, enrollment: string): Key => ({
  pk: tenantKey(useTenant(), "ENROLLED", workflow),
  sk: `${record}#refused#${enrollment}`,
});

/** Remembers that a trigger was refused: when it is delivered again, the record may have left the workflow. */
export const rememberRefusal = (workflow: string, record: string, enrollment: string): Promise<unknown> =>
  transaction()
    .put({
      ...refusalKey(workflow, record, enrollment),
      ttl: Clock.toEpochSeconds(Clock.addSeconds(REFUSAL_DAYS * 24 * 60 * 60)),
    })
    .commit(undefined);

/** Adds the condition that the trigger was not refused before. */
export const requireUnrefused = (tx: Transaction, workflow: string, record: string, enrollment: string): Transaction =>
  tx.requireAbsent(
    refusalKey(workflow, record, enrollment),
    () => new AlreadyEnrolled(`${record} was in ${workflow} already at this trigger`),
  );

/** Returns the enrollment that holds the lock of a record. */
export async function findLockHolder(workflow: string, record: string): Promise<string | undefined> {
  const item = await readItem(lockKey(workflow, record));
  return item && String(item.enrollment_id);
}
