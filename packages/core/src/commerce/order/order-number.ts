import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { readItem } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { OrderRecord } from "./order.entity.ts";

/**
 * The number of an order is unique for ever, without regard to letter case. Until an order has it, the item of the number lists the records that name
 * the order by it. Of an order and a reference that are written at the same time, one fails on this item and is tried again.
 */

/** Maximum records that wait for the order with one number. Further ones keep the number as a text. */
const MAX_WAITING = 10;

const toKey = (number: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", hashTexts("order_number", number.toLowerCase())),
  sk: "order",
});

export interface NumberItem {
  order_id?: string;
  /** Ids of the records that name the number. */
  waiting?: readonly string[];
}

export const load = async (number: string): Promise<NumberItem | undefined> =>
  (await readItem(toKey(number))) as NumberItem | undefined;

/** Reserves a leased number for the order. A number that another order has or that a reference names is replaced by the next one. */
export const takeLeased = (tx: Transaction, { id: order_id, order_number }: OrderRecord): unknown =>
  tx.put(
    { ...toKey(order_number), order_id },
    { condition: "attribute_not_exists(pk)", rejection: () => new WriteConflict(`${order_number} is taken`) },
  );

/** Reserves a number that the caller gives. `before` is the item that was read. */
export function takeGiven(tx: Transaction, { id: order_id, order_number }: OrderRecord, before: NumberItem | undefined): void {
  requireFree(before);
  putAfter(tx, { ...toKey(order_number), order_id }, before);
}

export function requireFree(before: NumberItem | undefined): void {
  if (before?.order_id !== undefined)
    throw conflict("Another order has this number", [{ field: "order_number", message: "Must be unique among all orders" }]);
}

/** Adds a record that names the order which will have the number. */
export function addWaiting(tx: Transaction, number: string, before: NumberItem | undefined, recordId: string): void {
  const { waiting = [], order_id } = before ?? {};
  if (order_id === undefined && !waiting.includes(recordId) && waiting.length < MAX_WAITING)
    putAfter(tx, { ...toKey(number), waiting: [...waiting, recordId] }, before);
}

/** Writes the item of a number if it is still as it was read. */
function putAfter(tx: Transaction, item: Item, before: NumberItem | undefined): void {
  const rejection = () => new WriteConflict("The number was taken or named at the same time");
  if (before === undefined) tx.put(item, { condition: "attribute_not_exists(pk)", rejection });
  else tx.put(item, { condition: "waiting = :read", values: { ":read": before.waiting ?? [] }, rejection });
}

export * as OrderNumber from "./order-number.ts";
