import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { ApiError } from "@crm/functions/derive/client.ts";
import type { ProviderState } from "@crm/local/providers/double.ts";
import { expect } from "vitest";
import { signStripe } from "../../../messaging/inbound-webhook/provider-requests.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Payments that Stripe reports, and payment links. */

const SECRET = "whsec_0123456789abcdef";

function readStripe({ system }: Fixture): ProviderState {
  const { providerState: kept } = system.app.providers.doubles.get("stripe") ?? {};
  return kept ?? expect.fail("No double of Stripe");
}

/** Creates the webhook and the account of the tenant. */
async function openAccount({ system, crm }: Fixture): Promise<void> {
  const { data: webhook } = await crm.createInboundWebhook({ name: "Stripe", provider: "stripe", secret: SECRET });
  const credentials = await system.app.providers.doubles.get("stripe")?.double.credentials();
  await crm.createPaymentAccount({ mode: "test", is_default: true, webhook_id: webhook.id, ...credentials });
}

const buildOrder = async ({ crm }: Fixture) => ({
  ...{ customer_id: (await crm.createCustomer({ name: "Struck" })).data.id, currency: "EUR", status: "CONFIRMED" },
  line_items: [{ name: "Hull", unit_price: "100" }],
});
const createOrder = async (scene: Fixture): Promise<string> => (await scene.crm.createOrder(await buildOrder(scene))).data.id;

const buildCharge = (order_id: string) => ({
  ...{ id: `ch_${randomUUID().replaceAll("-", "")}`, object: "charge", amount: 10_000, currency: "eur", status: "succeeded" },
  ...{ created: Math.floor(Clock.ms() / 1000) - 60, metadata: { order_id } },
});

/** The order is paid by one entry. */
async function expectPaidOnce({ crm }: Fixture, id: string): Promise<void> {
  const { data: entries } = await crm.listOrderLedger({ id });
  expect(entries.map(({ entry_type }) => entry_type)).toEqual(["PAYMENT", "CONFIRMATION"]);
  expect((await crm.listOrderPayments({ id })).data).toMatchObject([{ status: "SUCCEEDED", amount: "100.00" }]);
  expect((await crm.getOrder({ id })).data).toMatchObject({ payment_state: "PAID", needs_review: false });
}

const listLinks = (scene: Fixture, id: string) =>
  readStripe(scene)
    .list<{ active: boolean; metadata: { order_id: string } }>("payment_link")
    .filter(({ metadata }) => metadata.order_id === id);

const paymentLink = defineScenario<string>({
  name: "createOrderPaymentLink",
  covers: { operations: ["createOrderPaymentLink"] },
  open: openAccount,
  prepare: createOrder,
  ask: ({ crm }, id, options) => crm.createOrderPaymentLink({ id }, options),
  async check(scene, id) {
    expect((await scene.crm.getOrder({ id })).data.payment_link).toMatchObject({ status: "ACTIVE", amount: "100.00" });
    expect(listLinks(scene, id)).toMatchObject([{ active: true }]);
  },
});

const linkExpiry = defineScenario<string>({
  name: "a payment link whose balance changes",
  covers: { subscribers: ["payment-links"] },
  open: openAccount,
  async prepare(scene) {
    const id = await createOrder(scene);
    await scene.crm.createOrderPaymentLink({ id });
    return id;
  },
  ask: ({ crm }, id, options) => crm.createOrderPayment({ id, amount: "10" }, options),
  proceed: ({ system }) => system.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "payment-links",
  async check(scene, id) {
    expect((await scene.crm.getOrder({ id })).data.payment_link).toBeNull();
    expect(listLinks(scene, id)).toMatchObject([{ active: false }]);
  },
});

/** A charge that is reported before its order is posted once the order exists. */
const waitingCharge = defineScenario<object>({
  name: "a charge that waits for its order",
  covers: { subscribers: ["payment-webhooks", "inbound-deliveries"] },
  open: openAccount,
  async prepare(scene) {
    const { system, crm } = scene;
    const number = `STRUCK-${randomUUID().slice(0, 8)}`;
    const [webhook] = (await crm.listInboundWebhooks({})).data;
    const event = { id: `evt_${randomUUID()}`, object: "event", type: "charge.succeeded", livemode: false };
    const { body, headers } = signStripe(SECRET, JSON.stringify({ ...event, data: { object: buildCharge(number) } }));
    const answer = await system.transport()({ method: "POST", path: `/hooks/${webhook?.id}`, query: "", headers, body });
    if (answer.status >= 400) throw new ApiError(answer);
    await system.drain();
    return { ...(await buildOrder(scene)), order_number: number };
  },
  ask: ({ crm }, order, options) => crm.createOrder(order, options),
  proceed: ({ system }) => system.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "payment-webhooks" || name === "inbound-deliveries",
  check: async (scene, _order, answer) => expectPaidOnce(scene, (answer as { id: string }).id),
});

const reconciliation = defineScenario<string>({
  name: "the reconciliation of a payment account",
  covers: { subscribers: ["payment-reconciliation"], due: ["payment_account"] },
  open: openAccount,
  async prepare(scene) {
    const id = await createOrder(scene);
    const charge = buildCharge(id);
    readStripe(scene).put("charge", charge.id, charge);
    const [account] = (await scene.crm.listPaymentAccounts({})).data;
    await scene.crm.reconcilePaymentAccount({ id: String(account?.id) });
    return id;
  },
  proceed: ({ system }) => system.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "payment-reconciliation",
  check: expectPaidOnce,
});

export const scenarios = [paymentLink, linkExpiry, waitingCharge, reconciliation];
