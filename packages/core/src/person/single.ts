import { useTenant } from "../kernel/context.ts";
import { getAll } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";

/**
 * What a person has one of at most: their own customer, their contact at a customer. Each is an item under the id of the
 * person that the record names, and it names the record; it is written in the record's own transaction. A person that
 * others were merged into is asked under each of their ids, so what they brought along counts, and a merge rewrites nothing.
 */
export interface Single {
  what: What;
  /** What it is one of: nothing more, or the record that it is one of at. */
  at: readonly string[];
  locks: readonly { key: Key; person: string }[];
  /** Ids of the records that there are: none, one, or after a merge one for each person, the survivor's first. */
  ids: readonly string[];
}

type What = "PERSONCUSTOMER" | "CONTACT";

/** Somebody else took the place between reading and writing: read again. */
class SingleTaken extends Moved {
  override name = "SingleTaken";
}

const keyOf = (what: What, person: string, at: readonly string[]): Key => ({
  pk: tenantKey(useTenant(), what, person, ...at),
  sk: "record",
});

/** One strongly consistent read, of all ids that a person has been known by. */
export async function readSingle(what: What, persons: readonly string[], ...at: readonly string[]): Promise<Single> {
  const locks = persons.map((person) => ({ person, key: keyOf(what, person, at) }));
  const items = await getAll(locks.map(({ key }) => key));
  return { what, at, locks, ids: items.flatMap((item) => (item ? [String(item.record_id)] : [])) };
}

/** Takes the place for a record of `person`, as long as none of them is taken by somebody else meanwhile. */
export function takeSingle(tx: Transaction, { what, at, locks }: Single, person: string, record: string): void {
  const own = keyOf(what, person, at);
  const guarded = { condition: "attribute_not_exists(pk)", refused: () => new SingleTaken(`${person} has one by now`) };
  tx.put({ ...own, record_id: record }, guarded);
  for (const { key } of locks) if (key.pk !== own.pk) tx.absent(key, guarded.refused);
}

/** Gives back the place of a record of `person`, which holds it as long as it lives. */
export const releaseSingle = (tx: Transaction, what: What, person: string, ...at: readonly string[]): Transaction =>
  tx.delete(keyOf(what, person, at));
