import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { hasRole, useActorId } from "../kernel/context.ts";
import { notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { type BulkChangeRecord, BulkChanges, isOpen, Stored, statuses } from "./bulk-change.entity.ts";
import { Ledger } from "./ledger.ts";

/** Bulk changes as who asked for them follows them; what they do is in jobs/bulk-change. */

export const Info = Stored.omit({ attention_at: true, turn: true });
export const Row = rowOf(Stored, BulkChanges.definition.row);

const One = z.strictObject({ id: text(64) });

export const get = fn(One, async ({ id }) => live(await own(id)));

/** The caller's own; administrators see those of all. */
export const list = fn(
  listSchema(BulkChanges, { status: oneOf(statuses).optional(), kind: nameOf("bulk").optional() }),
  (input) => {
    const query = queryOf(BulkChanges, input);
    return listRecords(BulkChanges, hasRole("ADMIN") ? query : { ...query, filters: { ...query.filters, owner: useActorId() } });
  },
);

/** Ends it where it is: what was done stays, and can be undone. Its worker writes nothing more from then on. */
export const cancel = fn(One, async ({ id }) => {
  await own(id);
  const cancelled = async (current: BulkChangeRecord, tx: Transaction): Promise<BulkChangeRecord> => {
    if (current.status === "cancelled") return current;
    if (!isOpen(current)) throw ruleViolation(`A bulk change that is ${current.status} cannot be cancelled`);
    for (const step of Ledger.gatesSteps(id, "")) tx.step(step);
    return { ...current, ...(await Ledger.countsNow(id)), status: "cancelled", ...ended() };
  };
  return Records.change(BulkChanges, id, cancelled);
});

export const ended = (): Pick<BulkChangeRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: null,
});

/** For who asked, and administrators; to everybody else, whatever records they see, it does not exist. */
export async function own(id: string): Promise<BulkChangeRecord> {
  const record = await Records.read(BulkChanges, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return record;
}

/** With its progress while it runs, or as it stood where it was ended on the way. */
export const live = async (record: BulkChangeRecord): Promise<BulkChangeRecord> =>
  record.status === "queued" || record.status === "completed" ? record : { ...record, ...(await Ledger.countsNow(record.id)) };

export { actions, type BulkChangeRecord, BulkChanges, isOpen } from "./bulk-change.entity.ts";
export * as BulkChange from "./bulk-change.ts";
