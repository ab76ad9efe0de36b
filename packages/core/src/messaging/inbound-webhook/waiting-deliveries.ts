import { useTenant } from "../../kernel/context.ts";
import { query } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { toReceived } from "./delivery-state.ts";

/** Deliveries that wait for a record: one item for each, under the key for which it waits. */

const partitionKey = (key: string): string => tenantKey(useTenant(), "HOOKHELD", hashTexts("held", key));
const itemKey = (key: string, delivery: string): Key => ({ pk: partitionKey(key), sk: delivery });

export const add = (tx: Transaction, key: string, delivery: string): Transaction => tx.put({ ...itemKey(key, delivery) });

export const release = (tx: Transaction, { held_for, id }: Pick<DeliveryRecord, "held_for" | "id">): Transaction =>
  held_for === null ? tx : tx.delete(itemKey(held_for, id));

/** Maximum number resumed at a time. The clock finds further ones. */
const MAX_RESUMED = 100;

/**
 * Resumes the deliveries that wait for the key. Called at least once after the transaction that wrote its record. A delivery that
 * arrives at the same moment checks again by itself once it waits.
 */
export async function resumeWaiting(key: string): Promise<void> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partitionKey(key) },
    ConsistentRead: true,
    Limit: MAX_RESUMED,
  });
  for (const { sk } of Items) await resumeDelivery(String(sk), key);
}

const resumeDelivery = (id: string, key: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Deliveries, id, { live: true });
    const tx = transaction().delete(itemKey(key, id));
    if (current?.status === "held" && current.held_for === key)
      tx.replace(Deliveries, current, Records.nextVersion(current, toReceived(current)));
    await tx.commit(undefined);
  });

export * as WaitingDeliveries from "./waiting-deliveries.ts";
