import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { callWebhook, signStripe } from "../messaging/inbound-webhook/provider-requests.ts";
import { signUp } from "../support/app.ts";

/** Payments that a provider reports, payment links and the reconciliation, for the test of the functions' permissions. */
export async function runPayments(app: App): Promise<void> {
  const { admin } = await signUp(app);
  const secret = "whsec_0123456789abcdef";
  const { data: webhook } = await admin.createInboundWebhook({ provider: "stripe", secret });
  const credentials = await app.providers.doubles.get("stripe")?.double.credentials();
  const { data: account } = await admin.createPaymentAccount({
    ...{ mode: "test", is_default: true, webhook_id: webhook.id, ...credentials },
  });
  const { data: customer } = await admin.createCustomer({ name: "Quay" });
  const createOrder = async (order_number: string) =>
    (
      await admin.createOrder({
        ...{ customer_id: customer.id, currency: "EUR", status: "CONFIRMED", order_number },
        line_items: [{ name: "Kayak", unit_price: "100" }],
      })
    ).data;
  const createObject = (id: string, object: string, more: object) => ({
    ...{ id, object, amount: 5000, currency: "eur", status: "succeeded", created: Math.floor(Clock.ms() / 1000) - 60, ...more },
  });
  const deliver = async (type: string, object: object): Promise<void> => {
    const body = JSON.stringify({ id: `evt_${type}`, object: "event", type, livemode: false, data: { object } });
    await callWebhook(app, webhook.id, signStripe(secret, body));
    await app.settle();
  };
  const charge = createObject("ch_stacks1", "charge", { metadata: { order_id: "STACKS-1" } });
  await deliver("charge.succeeded", charge);
  const { id } = await createOrder("STACKS-1");
  await app.settle();
  await deliver("refund.created", createObject("re_stacks1", "refund", { charge: charge.id, amount: 1000 }));
  await deliver("charge.dispute.funds_withdrawn", createObject("dp_stacks1", "dispute", { charge: charge.id, amount: 4000 }));
  await deliver("charge.dispute.funds_reinstated", createObject("dp_stacks1", "dispute", { charge: charge.id, amount: 4000 }));
  await admin.createOrderPaymentLink({ id });
  await admin.createOrderPayment({ id, amount: "10" });
  await app.settle();
  const { id: missed } = await createOrder("STACKS-2");
  const objects = [
    createObject("ch_stacks2", "charge", { metadata: { order_id: missed }, payment_method_details: { type: "card" } }),
    createObject("re_stacks2", "refund", { charge: "ch_stacks2", amount: 1000 }),
    createObject("dp_stacks2", "dispute", { charge: "ch_stacks2", balance_transactions: [{ amount: -4000 }] }),
  ];
  for (const object of objects) {
    const body = Buffer.from(JSON.stringify({ object }));
    await runControl(app, "POST", new URL("http://localhost/_local/providers/stripe"), body);
  }
  await admin.reconcilePaymentAccount({ id: account.id });
  await app.scheduler.run("due");
  await app.settle();
}
