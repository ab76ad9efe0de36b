import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { collectionOwner, idTime } from "../../kernel/id.ts";
import { get, tableName } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * That a user was told something, beside the user: written with the notification, and there also where they deleted it, or
 * wanted a mail alone. It says what is left to do when the event comes again.
 */
export interface DeliveryLog {
  mail: "none" | "due" | "sent";
}

/** Behind the records of the user's collection. */
const deliveryKey = (id: string): Key => ({ ...recordKey(useTenant(), collectionOwner(id)), sk: `~told#${id}` });

export async function find(id: string): Promise<DeliveryLog | undefined> {
  const item = await get(deliveryKey(id));
  return item && { mail: item.mail as DeliveryLog["mail"] };
}

/** Holds where nobody was faster; `Moved` otherwise. It goes when the event would tell nobody any more. */
export const add = (tx: Transaction, id: string, told: DeliveryLog, lifetime: number): Transaction =>
  tx.put(
    { ...deliveryKey(id), ...told, ttl: Clock.toEpochSeconds(Clock.addSeconds(lifetime, idTime(id))) },
    { condition: "attribute_not_exists(pk)", rejection: () => new WriteConflict("The user was told") },
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
