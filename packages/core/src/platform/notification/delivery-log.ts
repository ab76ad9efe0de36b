import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { collectionOwner, idTime } from "../../kernel/id.ts";
import { readItem, tableName } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * Records that a user was notified, in an item beside the user. It is written with the notification, and also if the user wants mails only; it
 * remains if the user deletes the notification. It tells what is left to do when the event is delivered again.
 */
export interface DeliveryLog {
  mail: "none" | "due" | "sent";
}

/** The key of the item: after the records of the user's partition. */
const deliveryKey = (id: string): Key => ({ ...recordKey(useTenant(), collectionOwner(id)), sk: `~told#${id}` });

export async function find(id: string): Promise<DeliveryLog | undefined> {
  const item = await readItem(deliveryKey(id));
  return item && { mail: item.mail as DeliveryLog["mail"] };
}

/** Adds the entry; throws WriteConflict if another process was first. The entry expires when the event is too old to notify. */
export const add = (tx: Transaction, id: string, entry: DeliveryLog, lifetime: number): Transaction =>
  tx.put(
    { ...deliveryKey(id), ...entry, ttl: Clock.toEpochSeconds(Clock.addSeconds(lifetime, idTime(id))) },
    { condition: "attribute_not_exists(pk)", rejection: () => new WriteConflict("The user was already notified") },
  );

export const markSent = (id: string): Promise<void> =>
  transaction()
    .add({
      Update: {
        TableName: tableName(),
        Key: deliveryKey(id),
        UpdateExpression: "SET mail = :sent",
        ExpressionAttributeValues: { ":sent": "sent" },
      },
    })
    .commit(undefined);

export * as DeliveryLog from "./delivery-log.ts";
