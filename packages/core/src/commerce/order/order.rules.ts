/** Pure rules: the statuses of orders (docs/commerce/orders.md). */

export const orderStatuses = ["DRAFT", "CONFIRMED", "IN_FULFILLMENT", "COMPLETED", "CANCELLED"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Allowed transitions. An order goes back to CONFIRMED if its only fulfilment is cancelled. */
export const transitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  DRAFT: ["CONFIRMED", "CANCELLED"],
  CONFIRMED: ["IN_FULFILLMENT", "COMPLETED", "CANCELLED"],
  IN_FULFILLMENT: ["CONFIRMED", "COMPLETED", "CANCELLED"],
  COMPLETED: [],
  CANCELLED: [],
};

/** Whether the customer has agreed to the order and it goes on. */
export const isInForce = (status: OrderStatus): boolean => status === "CONFIRMED" || status === "IN_FULFILLMENT";

/** Whether a line is a pre-order that is not released. It cannot be sent. */
export const isWaiting = (line: { is_preorder: boolean; preorder_released_at: string | null }): boolean =>
  line.is_preorder && line.preorder_released_at === null;

export const isEnd = (status: OrderStatus): boolean => status === "COMPLETED" || status === "CANCELLED";
