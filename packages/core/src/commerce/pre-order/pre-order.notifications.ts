import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { PreOrderRecord } from "../order/pre-order.entity.ts";

/** Notifications for the owners of orders. */

export const ready: NotificationType<PreOrderRecord> = {
  recipient: ({ status, order_owner_id }) => (status === "READY" || status === "PROCESSED" ? order_owner_id : null),
  title: ({ name }) => `Pre-order is ready to be sent: ${name}`,
  body: ({ quantity }) => `Quantity: ${quantity}`,
};
