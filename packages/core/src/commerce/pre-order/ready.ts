import { Clock } from "../../kernel/clock.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { readReleases } from "../../sales/product/product-release.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { type PreOrderRecord, PreOrders } from "../order/pre-order.entity.ts";
import { completePreOrder, withLineOf, withReady, withStatus } from "../order/pre-order-changes.ts";

/** The clock of pre-orders: an item whose date has come becomes READY, and its line can be sent. */

export const onReadyDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() => Clocks.runDue(PreOrders, id, "ready", due_at, releaseDue)),
);

/** The release date of the product decides as it is now: the item follows it moments later. */
async function releaseDue(item: PreOrderRecord, tx: Transaction): Promise<PreOrderRecord> {
  const current = completePreOrder(await withCurrentRelease(item));
  if (current.due_at === null || current.due_at > Clock.now()) return current;
  const order = await Records.load(Orders, item.order_id, { live: true });
  if (!order) return completePreOrder(withStatus(current, "CANCELLED"));
  const ready = completePreOrder(withReady(current, order, current.hold_until === null ? "RELEASE" : "HOLD_ENDED"));
  replaceOrder(tx, order, withLineOf(order, ready));
  return ready;
}

/** Returns the item with the release date that its product has now. */
export async function withCurrentRelease(item: PreOrderRecord): Promise<PreOrderRecord> {
  if (!item.is_product_release || item.product_id === null) return item;
  const releases = await readReleases([item.product_id]);
  return { ...item, release_at: releases.get(item.product_id) ?? null };
}

/** Adds the next version of the order to the transaction. */
export const replaceOrder = (tx: Transaction, before: OrderRecord, after: OrderRecord): OrderRecord => {
  const next = Records.nextVersion(before, after);
  tx.replace(Orders, before, next);
  return next;
};
