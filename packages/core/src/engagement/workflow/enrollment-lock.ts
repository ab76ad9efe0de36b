import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

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

/** Returns the enrollment that holds the lock of a record. */
export async function findLockHolder(workflow: string, record: string): Promise<string | undefined> {
  const item = await readItem(lockKey(workflow, record));
  return item && String(item.enrollment_id);
}
