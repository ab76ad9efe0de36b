import { Money } from "../../kernel/money.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { ReviewReason } from "./ledger.rules.ts";
import type { OrderRecord } from "./order.entity.ts";

/** Notifications for the owners of orders. */

const describeAmount = ({ total, currency }: OrderRecord): string => Money.format(total, currency);

export const assigned: NotificationType<OrderRecord> = {
  recipientField: "owner_id",
  recipient: (order) => order.owner_id,
  title: (order) => `Order assigned to you: ${order.order_number}`,
  body: describeAmount,
};

export const paid: NotificationType<OrderRecord> = {
  recipient: (order) => (order.first_paid_at === null ? null : order.owner_id),
  title: (order) => `Order paid: ${order.order_number}`,
  body: describeAmount,
};

const reviewTexts: Readonly<Record<ReviewReason, string>> = {
  REFUNDS_EXCEED_PAYMENTS: "The refunds exceed the payments",
  PAID_AFTER_CANCELLATION: "The order was paid after it was cancelled",
  OTHER_CURRENCY: "A payment has another currency than the order",
  REPEATED_DISPUTE: "A payment was disputed again",
};

export const reviewNeeded: NotificationType<OrderRecord> = {
  recipient: (order) => (order.needs_review ? order.owner_id : null),
  includesActor: true,
  title: (order) => `Look at the payments of order ${order.order_number}`,
  body: ({ review_reasons }) => review_reasons.map((reason) => reviewTexts[reason]).join("\n"),
};

export const instalmentOverdue: NotificationType<OrderRecord> = {
  recipient: (order) => (order.reminded_for !== null && order.next_due_date === order.reminded_for ? order.owner_id : null),
  title: (order) => `Payment overdue: ${order.order_number}`,
  body: ({ next_due_date, balance, currency }) => `Due on ${next_due_date}. Balance: ${Money.format(balance, currency)}`,
};
