import { createHash } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { readItem, readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { Definition } from "./definition.ts";

/**
 * The item that limits a record to one enrollment in a workflow: for ever, until the enrollment ends, or for as long as a field has the same value.
 */

const lockKey = (workflow: string, record: string): Key => ({ pk: tenantKey(useTenant(), "ENROLLED", workflow), sk: record });

/** The record is in the workflow already, or was. */
export class AlreadyEnrolled extends WriteConflict {
  override name = "AlreadyEnrolled";
}

interface Lock {
  readonly workflow: string;
  readonly record: string;
  readonly enrollment: string;
  /** The value of the field for which the record is enrolled once (`hashValue`). */
  readonly per?: string | undefined;
}

export function addLock(tx: Transaction, { workflow, record, enrollment, per }: Lock): Transaction {
  const item = { ...lockKey(workflow, record), enrollment_id: enrollment };
  const rejection = () => new AlreadyEnrolled(`${record} is already enrolled in ${workflow}`);
  if (per === undefined) return tx.put(item, { condition: "attribute_not_exists(pk)", rejection });
  const condition = "attribute_not_exists(pk) OR per <> :per";
  return tx.put({ ...item, per }, { condition, values: { ":per": per }, rejection });
}

/** Hashes the value of a field, because the value may be about a person. */
export const hashValue = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("base64url");

/** Returns the value for which an enrollment holds the lock of a record; undefined if it holds it for every value. */
export const readLockValue = (
  { enrollment: { per } }: Pick<Definition, "enrollment">,
  record: Readonly<Record<string, unknown>>,
): string | undefined => (per === undefined ? undefined : hashValue(record[per]));

/** Returns the ids of those records that cannot be enrolled, because they are or were in the workflow already. A lock of moments ago may be missing. */
export async function listLocked(workflow: string, definition: Definition, records: readonly BaseRecord[]): Promise<string[]> {
  if (definition.enrollment.repeat === "every_time") return [];
  const items = await readItems(
    records.map(({ id }) => lockKey(workflow, id)),
    { consistent: false },
  );
  const isLocked = (record: BaseRecord, index: number): boolean =>
    items[index] !== undefined && items[index]?.per === readLockValue(definition, { ...record });
  return records.filter(isLocked).map(({ id }) => id);
}

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
