import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type BulkChangeRecord, BulkChanges, isOpen, Stored, statuses } from "./bulk-change.entity.ts";
import { RowLog } from "./row-log.ts";

/** Bulk changes, as the user who started them sees them; worker.ts runs them. */

export const Info = Stored.omit({ attention_at: true, turn: true });
export const Row = rowSchema(Stored, BulkChanges.definition.row);

export const get = fn(IdInput, async ({ id }) => withProgress(await readOwn(id)));

/** Lists the caller's own bulk changes; administrators see those of all users. */
export const list = fn(
  listSchema(BulkChanges, { status: oneOf(statuses).optional(), kind: registryName("bulk").optional() }),
  (input) => {
    const query = buildListQuery(BulkChanges, input);
    return listRecords(BulkChanges, hasRole("ADMIN") ? query : { ...query, filters: { ...query.filters, owner: useActorId() } });
  },
);

/** Cancels a bulk change. Finished rows stay changed and can be undone. The worker writes nothing more from then on. */
export const cancel = fn(IdInput, async ({ id }) => {
  await readOwn(id);
  const cancelled = async (current: BulkChangeRecord, tx: Transaction): Promise<BulkChangeRecord> => {
    if (current.status === "cancelled") return current;
    if (!isOpen(current)) throw ruleViolation(`A bulk change that is ${current.status} cannot be cancelled`);
    for (const step of RowLog.buildLockSteps(id, "")) tx.addStep(step);
    return { ...current, ...(await RowLog.readCounts(id)), status: "cancelled", ...buildEndFields() };
  };
  return Records.change(BulkChanges, id, cancelled);
});

export const buildEndFields = (): Pick<BulkChangeRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: null,
});

/** Reads a bulk change that the caller started; administrators may read every one. For all other users it does not exist. */
export async function readOwn(id: string): Promise<BulkChangeRecord> {
  const record = await Records.read(BulkChanges, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return record;
}

/** Adds the current counts to a bulk change that is running or that was ended before it was complete. */
export const withProgress = async (record: BulkChangeRecord): Promise<BulkChangeRecord> =>
  record.status === "queued" || record.status === "completed" ? record : { ...record, ...(await RowLog.readCounts(record.id)) };

export { actions, type BulkChangeRecord, BulkChanges, isOpen } from "./bulk-change.entity.ts";
export * as BulkChange from "./bulk-change.ts";
