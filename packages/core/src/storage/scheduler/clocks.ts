import type { DomainEvent } from "../../kernel/ports.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { ignoreLeaseLoss } from "../write/job.ts";
import { type Edit, Records } from "../write/records.ts";
import { retryOnConflict, transaction } from "../write/transaction.ts";

/**
 * Handles clocks that are due. storage/scheduler/sweep.ts finds them and publishes `<kind>.<clock>_due`. Events come late and at least
 * once, so a handler acts only if the record's clock still has the instant of the event.
 */

/**
 * Loads the record if its clock still has this instant; undefined if the clock was changed or cleared, or the record is deleted or gone.
 */
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
 * Handles a clock that is due. `edit` must change or clear the clock. The write is conditional on the record's version, so it happens once
 * for each instant, however often this is called.
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
    // The sweep would publish it again for ever.
    if (collection.clockInstants(edited)[clock] === due_at)
      throw new Error(`${id}: the clock ${clock} is still set to ${due_at}`);
    await tx.replace(collection, current, Records.nextVersion(current, edited)).commit(undefined);
  });

/** Seconds of one slice of a job that continues itself. The rest is due again, and the next sweep finds it. */
export const SLICE_SECONDS = 20;

/** Creates a listener for due clocks. `act` receives the instant of the event. */
export const createClockListener =
  (act: (id: string, due_at: string) => Promise<void>) =>
  async ({ id, record_id, due_at }: DomainEvent): Promise<void> => {
    if (due_at === undefined) throw new Error(`${id} is not a clock event`);
    await ignoreLeaseLoss(() => act(record_id, due_at));
  };

export * as Clocks from "./clocks.ts";
