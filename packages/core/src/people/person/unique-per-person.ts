import { useTenant } from "../../kernel/context.ts";
import { getAll } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * What a person has one of at most: their own customer, their contact at a customer. Each is an item under the id of the
 * person that the record names, and it names the record; it is written in the record's own transaction. A person that
 * others were merged into is asked under each of their ids, so what they brought along counts, and a merge rewrites nothing.
 */
export interface UniqueLock {
  kind: UniqueKind;
  /** What it is one of: nothing more, or the record that it is one of at. */
  scope: readonly string[];
  locks: readonly { key: Key; person: string }[];
  /** Ids of the records that there are: none, one, or after a merge one for each person, the survivor's first. */
  ids: readonly string[];
}

type UniqueKind = "PERSONCUSTOMER" | "CONTACT";

/** Somebody else took the place between reading and writing: read again. */
class UniqueConflict extends WriteConflict {
  override name = "SingleTaken";
}

const lockKey = (what: UniqueKind, person: string, at: readonly string[]): Key => ({
  pk: tenantKey(useTenant(), what, person, ...at),
  sk: "record",
});

/** One strongly consistent read, of all ids that a person has been known by. */
export async function readUnique(what: UniqueKind, persons: readonly string[], ...at: readonly string[]): Promise<UniqueLock> {
  const locks = persons.map((person) => ({ person, key: lockKey(what, person, at) }));
  const items = await getAll(locks.map(({ key }) => key));
  return { kind: what, scope: at, locks, ids: items.flatMap((item) => (item ? [String(item.record_id)] : [])) };
}

/** Takes the place for a record of `person`, as long as none of them is taken by somebody else meanwhile. */
export function acquireUnique(
  tx: Transaction,
  { kind: what, scope: at, locks }: UniqueLock,
  person: string,
  record: string,
): void {
  const own = lockKey(what, person, at);
  const guarded = { condition: "attribute_not_exists(pk)", rejection: () => new UniqueConflict(`${person} has one by now`) };
  tx.put({ ...own, record_id: record }, guarded);
  for (const { key } of locks) if (key.pk !== own.pk) tx.requireAbsent(key, guarded.rejection);
}

/** Gives back the place of a record of `person`, which holds it as long as it lives. */
export const releaseUnique = (tx: Transaction, what: UniqueKind, person: string, ...at: readonly string[]): Transaction =>
  tx.delete(lockKey(what, person, at));
