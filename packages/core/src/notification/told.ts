import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { ownerOf, timeOf } from "../kernel/id.ts";
import { get, tableName } from "../storage/table/database.ts";
import { type Key, recordKey } from "../storage/table/key.ts";
import { Moved, type Transaction, transaction } from "../storage/write/transaction.ts";

/**
 * That a user was told something, beside the user: written with the notification, and there also where they deleted it, or
 * wanted a mail alone. It says what is left to do when the event comes again.
 */
export interface Told {
  mail: "none" | "due" | "sent";
}

/** Behind the records of the user's collection. */
const keyOf = (id: string): Key => ({ ...recordKey(useTenant(), ownerOf(id)), sk: `~told#${id}` });

export async function find(id: string): Promise<Told | undefined> {
  const item = await get(keyOf(id));
  return item && { mail: item.mail as Told["mail"] };
}

/** Holds where nobody was faster; `Moved` otherwise. It goes when the event would tell nobody any more. */
export const add = (tx: Transaction, id: string, told: Told, lifetime: number): Transaction =>
  tx.put(
    { ...keyOf(id), ...told, ttl: Clock.epoch(Clock.after(lifetime, timeOf(id))) },
    { condition: "attribute_not_exists(pk)", refused: () => new Moved("The user was told") },
  );

export const sent = (id: string): Promise<void> =>
  transaction()
    .add({
      Update: {
        TableName: tableName(),
        Key: keyOf(id),
        UpdateExpression: "SET mail = :sent",
        ExpressionAttributeValues: { ":sent": "sent" },
      },
    })
    .commit(undefined);

export * as Told from "./told.ts";
