import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { WriteConflict } from "../table/conflict.ts";
import { Records } from "./records.ts";
import { retryOnConflict, type Transaction, transaction } from "./transaction.ts";

/** Records with derived ids: of each there is at most one, such as the settings of a user. They are created when they are first written. */

type Fields<R extends BaseRecord> = Omit<R, keyof BaseRecord>;

/** Adds such a record to a transaction. The transaction fails with WriteConflict if another process writes the record first. */
export function putDerived<R extends BaseRecord>(
  tx: Transaction,
  collection: Collection<R>,
  before: R | undefined,
  id: string,
  fields: Fields<R>,
): R {
  if (before) {
    const after = Records.nextVersion(before, { ...before, ...fields, deleted_at: null });
    tx.replace(collection, before, after);
    return after;
  }
  // The id contains another instant than that of the creation, from which `init` takes it.
  const now = Clock.now();
  const first = { ...Records.init(collection, fields, { id }), created_at: now, updated_at: now };
  tx.create(collection, first, () => new WriteConflict(`${id} already exists`));
  return first;
}

/**
 * Like `Records.change`, for such a record: `edit` gets the stored record, and returns its next fields; undefined deletes it. A record that was
 * never written has version 0 for If-Match. `present` builds the answer, also of a record that does not exist.
 */
export async function changeDerived<R extends BaseRecord, A extends object>(
  collection: Collection<R>,
  id: string,
  edit: (before: R | undefined, tx: Transaction) => Promise<Fields<R> | undefined>,
  present: (record: R | undefined) => Promise<A>,
): Promise<A> {
  return retryOnConflict(async () => {
    const stored = await Records.load(collection, id);
    const before = stored?.deleted_at ? undefined : stored;
    if (useRequest().precondition) {
      const answer = await present(stored);
      Records.requireVersion({ ...answer, id, version: stored?.version ?? 0 }, answer);
    }
    const tx = transaction();
    const fields = await edit(before, tx);
    const isSame = fields === undefined ? !before : before && isDeepStrictEqual({ ...before, ...fields }, before);
    if (isSame && tx.size === 0) return present(stored);
    const after =
      fields !== undefined || !before
        ? fields && putDerived(tx, collection, stored, id, fields)
        : removeDerived(tx, collection, before);
    return tx.commit(await present(after ?? stored));
  });
}

function removeDerived<R extends BaseRecord>(tx: Transaction, collection: Collection<R>, before: R): R {
  const after = Records.nextVersion(before, { ...before, deleted_at: Clock.now() });
  tx.replace(collection, before, after);
  return after;
}
