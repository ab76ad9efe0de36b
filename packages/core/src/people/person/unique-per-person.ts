import { useTenant } from "../../kernel/context.ts";
import { readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * Locks that limit a person to one record: one individual customer, and one contact at each customer or lead. Each lock is an item
 * under the person's id that contains the record's id, and is written in the record's transaction. For a merged person the locks of
 * all ids are read, so that those of merged persons count and a merge rewrites nothing.
 */
export interface UniqueLock {
  kind: UniqueKind;
  /** Empty, or the id of the customer or lead at which the person has at most one contact. */
  scope: readonly string[];
  locks: readonly { key: Key; person: string }[];
  /** The ids of existing records. More than one only after a merge: the survivor's first. */
  ids: readonly string[];
}

type UniqueKind = "PERSONCUSTOMER" | "CONTACT";

/** Another request acquired the lock between the read and the write: read again. */
class UniqueConflict extends WriteConflict {
  override name = "SingleTaken";
}

const lockKey = (kind: UniqueKind, person: string, keyParts: readonly string[]): Key => ({
  pk: tenantKey(useTenant(), kind, person, ...keyParts),
  sk: "record",
});

/** Reads the locks of all ids of a person, strongly consistent. */
export async function readUnique(
  uniqueKind: UniqueKind,
  persons: readonly string[],
  ...lockScope: readonly string[]
): Promise<UniqueLock> {
  const locks = persons.map((person) => ({ person, key: lockKey(uniqueKind, person, lockScope) }));
  const items = await readItems(locks.map(({ key }) => key));
  return { kind: uniqueKind, scope: lockScope, locks, ids: items.flatMap((item) => (item ? [String(item.record_id)] : [])) };
}

/** Acquires the lock for a record of `person`, if none of the locks is acquired meanwhile. */
export function acquireUnique(tx: Transaction, { kind, scope, locks }: UniqueLock, person: string, record: string): void {
  const ownKey = lockKey(kind, person, scope);
  const guarded = { condition: "attribute_not_exists(pk)", rejection: () => new UniqueConflict(`${person} already has one`) };
  tx.put({ ...ownKey, record_id: record }, guarded);
  for (const { key } of locks) if (key.pk !== ownKey.pk) tx.requireAbsent(key, guarded.rejection);
}

/** Releases the lock of a record of `person`. */
export const releaseUnique = (
  tx: Transaction,
  uniqueKind: UniqueKind,
  person: string,
  ...lockScope: readonly string[]
): Transaction => tx.delete(lockKey(uniqueKind, person, lockScope));
