import type { DomainEvent } from "../../kernel/ports.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { ignoreLeaseLoss } from "../write/job.ts";
import { type Edit, Records } from "../write/records.ts";
import { retryOnConflict, transaction } from "../write/transaction.ts";

/**
 * What acts when a clock of a record is due (storage/scheduler/sweep.ts finds it and publishes `<kind>.<clock>_due`). Events come at
 * least once and late: so the act belongs to the instant that the event names, and is none once the clock stands elsewhere.
 */

/** The record while its clock stands at the instant; undefined when it has moved, was cleared, or the record is gone or deleted. */
export async function loadDue<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  clock: string,
  due_at: string,
): Promise<R | undefined> {
  const record = await Records.load(collection, id, { live: true });
  return record && collection.clockInstants(record)[clock] === due_at ? record : undefined;
}

/**
 * Acts on a clock that is due: `edit` says what comes after the record and moves the clock or clears it, in one write under the
 * record's version. So it happens once for each instant, however often it is called.
 */
export const runDue = <R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  clock: string,
  due_at: string,
  edit: Edit<R>,
): Promise<void> =>
  retryOnConflict(async () => {
    const current = await loadDue(collection, id, clock, due_at);
    if (!current) return;
    const tx = transaction();
    const edited = await edit(current, tx);
    // It would be handed out again for ever.
    if (collection.clockInstants(edited)[clock] === due_at)
      throw new Error(`${id}: the clock ${clock} still stands at ${due_at}`);
    await tx.replace(collection, current, Records.nextVersion(current, edited)).commit(undefined);
  });

/** Seconds of a turn of work that goes on by itself: the rest is due again, and found by the next sweep. */
export const SLICE_SECONDS = 20;

/** A listener to clocks that are due: acts on the instant that the event names. */
export const createClockListener =
  (act: (id: string, due_at: string) => Promise<void>) =>
  async ({ id, record_id, due_at }: DomainEvent): Promise<void> => {
    if (due_at === undefined) throw new Error(`${id} is no event of a clock`);
    await ignoreLeaseLoss(() => act(record_id, due_at));
  };

export * as Clocks from "./clocks.ts";
