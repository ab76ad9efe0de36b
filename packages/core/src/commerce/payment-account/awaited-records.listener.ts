import type { DomainEvent } from "../../kernel/event.ts";
import { InboundWebhooks } from "../../messaging/inbound-webhook/inbound-webhooks.ts";
import { Records } from "../../storage/write/records.ts";
import { Orders } from "../order/order.entity.ts";
import { Payments } from "../payment/payment.entity.ts";
import { orderKey, transactionKey } from "./provider-fact.ts";

/** Resumes webhooks that wait for an order, by its id or number, or for the payment that they are about. */
export async function onRecordCreated({ record_id, type }: DomainEvent): Promise<void> {
  if (type.startsWith("payment.")) return resumeForPayment(record_id);
  const order = await Records.load(Orders, record_id, { live: true });
  if (!order) return;
  await InboundWebhooks.resumeWaiting(orderKey(order.id));
  await InboundWebhooks.resumeWaiting(orderKey(order.order_number));
}

async function resumeForPayment(paymentId: string): Promise<void> {
  const payment = await Records.load(Payments, paymentId, { live: true });
  if (payment?.provider && payment.transaction_id)
    await InboundWebhooks.resumeWaiting(transactionKey(payment.provider, payment.transaction_id));
}
