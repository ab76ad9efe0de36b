import { limitConcurrency } from "../../kernel/concurrency.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/**
 * Denormalised fields of customers, refreshed by the change handlers of the stream consumer. Changes may arrive twice, late or out of
 * order, so each refresh computes the present values. After a write the customer is computed again: a handler that read before a change and
 * wrote after a later handler would otherwise leave old values.
 */

const MAX_CONCURRENCY = 8;

/** Runs the work for each id, a few at a time. */
export async function runForEach(ids: ReadonlySet<string>, work: (id: string) => Promise<unknown>): Promise<void> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  await Promise.all([...ids].map((id) => limited(() => work(id))));
}

/** Returns the customer with its present denormalised fields. */
type CustomerRefresh = (current: CustomerRecord) => Promise<CustomerRecord>;

export async function refreshCustomer(id: string, refreshFields: CustomerRefresh): Promise<void> {
  for (let isOther = true; isOther; ) isOther = await refreshOnce(id, refreshFields);
}

/** Refreshes the customer, deleted or not. Returns whether it was written. */
const refreshOnce = (id: string, refresh: CustomerRefresh): Promise<boolean> =>
  retryOnConflict(async () => {
    const current = await Records.load(Customers, id);
    if (!current) return false;
    const next = await refresh(current);
    if (changedFields(current, next).length === 0) return false;
    await transaction().replace(Customers, current, Records.nextVersion(current, next)).commit(undefined);
    return true;
  });
