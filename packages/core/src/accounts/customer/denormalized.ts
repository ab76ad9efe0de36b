import { limitConcurrency } from "../../kernel/concurrency.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/**
 * What the stream keeps on the rows of customers. Whatever comes, twice, late or out of order, a customer is brought to what holds now:
 * it is read again behind the write, as who read before a change and writes after whoever followed it would leave what was before.
 */

const MAX_CONCURRENCY = 8;

/** Does work for each of some ids, a few at a time. */
export async function runForEach(ids: ReadonlySet<string>, work: (id: string) => Promise<unknown>): Promise<void> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  await Promise.all([...ids].map((id) => limited(() => work(id))));
}

/** What a customer is now, of what is kept. */
export type CustomerRefresh = (current: CustomerRecord) => Promise<CustomerRecord>;

export async function refreshCustomer(id: string, kept: CustomerRefresh): Promise<void> {
  for (let isOther = true; isOther; ) isOther = await refreshOnce(id, kept);
}

/** Whether the customer, deleted or not, was another. */
const refreshOnce = (id: string, kept: CustomerRefresh): Promise<boolean> =>
  retryOnConflict(async () => {
    const current = await Records.load(Customers, id);
    if (!current) return false;
    const next = await kept(current);
    if (changedFields(current, next).length === 0) return false;
    await transaction().replace(Customers, current, Records.nextVersion(current, next)).commit(undefined);
    return true;
  });
