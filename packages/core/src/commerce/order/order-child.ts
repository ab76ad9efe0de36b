import { notFound } from "../../kernel/error.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";

/** Records below an order: its fulfilments, invoices, payments and refunds. What changes one of them changes its order too. */

interface ChildChange<R> {
  order: OrderRecord;
  child: R;
  /** What the caller gets in place of the child. */
  answer?: R;
}

interface ChildOptions {
  /** The order that the request names. Default: the order of the child. */
  order_id?: string;
}

/**
 * Changes a child and its order in one transaction, and returns the child. Throws NOT_FOUND if the order has no such child, and VERSION_CONFLICT
 * if the request expects another version of the child.
 */
export async function changeOrderChild<R extends BaseRecord & { order_id: string }>(
  collection: Collection<R>,
  id: string,
  edit: (order: OrderRecord, child: R, tx: Transaction) => ChildChange<R> | Promise<ChildChange<R>>,
  options: ChildOptions = {},
): Promise<R> {
  const orderId = options.order_id ?? (await Records.read(collection, id)).order_id;
  let answer: R | undefined;
  return Records.change(
    Orders,
    orderId,
    async (current, tx) => {
      const child = await Records.read(collection, id);
      if (child.order_id !== current.id) throw notFound();
      Records.requireVersion(child);
      const next = await edit(current, child, tx);
      const written = Records.nextVersion(child, next.child);
      tx.replace(collection, child, written);
      answer = next.answer ?? written;
      return next.order;
    },
    { answer: () => answer as R },
  );
}
