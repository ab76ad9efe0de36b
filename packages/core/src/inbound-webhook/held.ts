import { useTenant } from "../kernel/context.ts";
import { query } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { resumed } from "./state.ts";

/** Deliveries that wait for a record: an item for each, under the key for which it waits. */

const partition = (key: string): string => tenantKey(useTenant(), "HOOKHELD", hashed("held", key));
const keyOf = (key: string, delivery: string): Key => ({ pk: partition(key), sk: delivery });

export const hold = (tx: Transaction, key: string, delivery: string): Transaction => tx.put({ ...keyOf(key, delivery) });

export const release = (tx: Transaction, { held_for, id }: Pick<DeliveryRecord, "held_for" | "id">): Transaction =>
  held_for === null ? tx : tx.delete(keyOf(held_for, id));

/** So many at a time; of a record with more, the clock finds the rest. */
const AT_ONCE = 100;

/**
 * What waits for the key goes on: called once its record is there, at least once, and behind the transaction that wrote it. What comes
 * in at this very moment looks again by itself, once it waits.
 */
export async function arrived(key: string): Promise<void> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partition(key) },
    ConsistentRead: true,
    Limit: AT_ONCE,
  });
  for (const { sk } of Items) await goOn(String(sk), key);
}

const goOn = (id: string, key: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Deliveries, id, { live: true });
    const tx = transaction().delete(keyOf(key, id));
    if (current?.status === "held" && current.held_for === key)
      tx.replace(Deliveries, current, Records.nextVersion(current, resumed(current)));
    await tx.commit(undefined);
  });

export * as Held from "./held.ts";
