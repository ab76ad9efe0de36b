import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStandardSecret, callWebhook, signStandard } from "../../messaging/inbound-webhook/provider-requests.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let webhookId: string;
let customerId: string;
const SECRET = buildStandardSecret("payments");
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  webhookId = (await tenant.admin.createInboundWebhook({ provider: "standard", secret: SECRET })).data.id;
  customerId = (await tenant.admin.createCustomer({ name: "Pier" })).data.id;
});
afterAll(() => app.stop());

const createOrder = async () => {
  const order = {
    customer_id: customerId,
    currency: "JPY",
    status: "CONFIRMED",
    line_items: [{ name: "Oar", unit_price: "900" }],
  };
  return (await tenant.admin.createOrder(order)).data;
};
const deliver = async (type: string, data: object) => {
  const timestamp = "2026-11-20T23:30:00+01:00";
  await callWebhook(app, webhookId, signStandard(SECRET, JSON.stringify({ type, timestamp, data })));
  await app.settle();
  return (await tenant.admin.listInboundDeliveries({ id: webhookId })).data[0];
};
const readOrder = async (id: string) => (await tenant.admin.getOrder({ id })).data;

describe("a payment event of another provider", () => {
  const shared = { provider: "adyen", currency: "JPY" };

  it("posts payment, refund and dispute once, and waits for what does not exist yet", async () => {
    const { id, order_number } = await createOrder();
    const refund = { ...shared, transaction_id: "r1", amount: "100", payment_transaction_id: "p1" };
    expect(await deliver("refund.succeeded", refund)).toMatchObject({ status: "held", held_for: "transaction:adyen:p1" });
    const payment = { ...shared, transaction_id: "p1", amount: "900", order_id: order_number };
    for (const type of ["payment.pending", "payment.succeeded", "payment.succeeded"]) await deliver(type, payment);
    expect(await readOrder(id)).toMatchObject({ paid: "900", refunded: "100", payment_state: "PARTLY_REFUNDED" });
    const [recorded] = (await tenant.admin.listOrderPayments({ id })).data;
    expect(recorded).toMatchObject({ provider: "adyen", transaction_id: "p1", paid_date: "2026-11-20" });
    const dispute = { ...shared, transaction_id: "d1", amount: "800", payment_transaction_id: "p1" };
    await deliver("dispute.funds_withdrawn", dispute);
    expect(await readOrder(id)).toMatchObject({ paid: "100", net_payment: "0" });
    await deliver("dispute.funds_reinstated", dispute);
    expect(await readOrder(id)).toMatchObject({ paid: "900", net_payment: "800", needs_review: false });
  });

  it.each([
    ["order.paid", {}],
    ["payment.succeeded", { ...shared, transaction_id: "p2", amount: "900" }],
    ["payment.succeeded", { ...shared, transaction_id: "p2", amount: "9.5", order_id: "x" }],
    ["payment.succeeded", { ...shared, transaction_id: "p2", amount: "900", order_id: "x", provider: "stripe" }],
    ["refund.succeeded", { ...shared, transaction_id: "r2", amount: "900" }],
    ["dispute.succeeded", { ...shared, transaction_id: "d2", amount: "900", payment_transaction_id: "p1" }],
  ])("of type %s with %j is only stored", async (type, data) => {
    expect(await deliver(type, data)).toMatchObject({ status: "done", outcome: `Stored: ${type}`, record_id: null });
  });
});
