import { Money } from "../../kernel/money.ts";
import { oneNumberedOf } from "../../kernel/schema.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { subtractQuantity } from "./quantity.rules.ts";

/** Pure rules: when a pre-order becomes ready, and how much of an allocation it gets (docs/commerce/pre-orders.md). */

export const preOrderStatuses = ["WAITING", "READY", "PROCESSED", "CANCELLED"] as const;
type PreOrderStatus = (typeof preOrderStatuses)[number];

export const readyReasons = ["RELEASE", "HOLD_ENDED", "ALLOCATION", "MANUAL"] as const;
export type ReadyReason = (typeof readyReasons)[number];

export const allocationMethods = ["FIRST_COME", "PRIORITY", "MANUAL"] as const;

/** Pre-order lines of one order. A transaction writes the order and its pre-orders. */
export const MAX_PRE_ORDERS = 50;
/** Pre-orders that one change of an order writes: those of former lines and those of new ones. */
export const MAX_CHANGED_PRE_ORDERS = 80;

export const MAX_PRIORITY = 100;

/** A status. On input also its position: 0 is WAITING. */
export const statusInput = () => oneNumberedOf(preOrderStatuses);

interface Dates {
  status: PreOrderStatus;
  hold_until: string | null;
  is_held: boolean;
  release_at: string | null;
}

/** Returns when a waiting item becomes ready by itself; null if it waits for an allocation or a user. */
export function computeDue({ status, hold_until, is_held, release_at }: Dates, timezone: string): string | null {
  if (status !== "WAITING") return null;
  if (hold_until !== null) return startOfDay(timezone, hold_until);
  return is_held ? null : release_at;
}

interface Quantities {
  quantity: string;
  allocated_quantity: string;
}

/** Returns the quantity that an item still needs. */
export const missingQuantity = ({ quantity, allocated_quantity }: Quantities): string =>
  Money.compare(allocated_quantity, quantity) >= 0 ? "0" : subtractQuantity(quantity, allocated_quantity);

export const smallerQuantity = (a: string, b: string): string => (Money.compare(a, b) <= 0 ? a : b);

export const isWhollyAllocated = ({ quantity, allocated_quantity }: Quantities): boolean =>
  allocated_quantity !== "0" && Money.compare(allocated_quantity, quantity) >= 0;

interface SentLine {
  quantity: string;
  fulfilled_quantity: string;
  preorder_released_at: string | null;
}

/** Returns the status of an item whose line goes on, from what of the line is in fulfilments. */
export function findStatus(item: Quantities & { status: PreOrderStatus }, line: SentLine): PreOrderStatus {
  if (Money.compare(line.fulfilled_quantity, line.quantity) >= 0) return "PROCESSED";
  if (item.status === "PROCESSED") return line.preorder_released_at === null ? "WAITING" : "READY";
  return item.status === "WAITING" && isWhollyAllocated(item) ? "READY" : item.status;
}
