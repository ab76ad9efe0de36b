import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { OutgoingEvent } from "@crm/local/providers/double.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callWebhook, signStripe } from "../../messaging/inbound-webhook/provider-requests.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let webhookId: string;
let accountId: string;
let apiKey: string;
const SECRET = "whsec_0123456789abcdef0123456789abcdef";

beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  const signedUp = await signUp(app);
  // An API key stays valid when the clock moves.
  const { data: key } = await signedUp.admin.createApiKey({ name: "Payments", role: "ADMIN" });
  tenant = { ...signedUp, admin: createClient(inProcessTransport(app, key.key)) };
  const { data: webhook } = await tenant.admin.createInboundWebhook({ provider: "stripe", secret: SECRET });
  webhookId = webhook.id;
  apiKey = (await callStripe<{ account: { api_key: string } }>("")).account.api_key;
  const { data: account } = await tenant.admin.createPaymentAccount(buildAccountInput({ webhook_id: webhookId }));
  accountId = account.id;
  await callStripe("", { hook: { url: webhook.url, secrets: [SECRET] } });
});
beforeEach(async () => {
  await callStripe("", { answer: "ok" });
  clearOutgoing();
});
afterAll(() => app.stop());

async function callStripe<T>(path: string, body?: object): Promise<T> {
  const url = new URL(`http://localhost/_local/providers/stripe${path}`);
  const bytes = Buffer.from(JSON.stringify(body ?? {}));
  const { status, data } = (await runControl(app, body ? "POST" : "GET", url, bytes)) as { status: number; data: T };
  expect(status, JSON.stringify(data)).toBe(200);
  return data;
}

const stripeState = () => {
  const { providerState: kept } = app.providers.doubles.get("stripe") ?? {};
  if (!kept) throw new Error("No double of Stripe");
  return kept;
};
const listOutgoing = () => stripeState().list<OutgoingEvent>("waiting");
const clearOutgoing = (): void => {
  for (const { id } of listOutgoing()) stripeState().remove("waiting", id);
};
const act = (id: string, action: string, reason?: number) =>
  callStripe<{ event: string }[]>(`/payments/${id}`, { do: action, emit: false, ...(reason ? { reason: String(reason) } : {}) });
/** Delivers what Stripe has yet to send. */
async function emit(body: object = {}): Promise<void> {
  await callStripe("/emit", body);
  await app.settle();
}

const buildAccountInput = (more: object = {}) => ({
  provider: "stripe",
  name: "Ours",
  mode: "test",
  api_key: apiKey,
  is_default: true,
  ...more,
});

let count = 0;
const nextId = (prefix: string): string => `${prefix}_${String(++count).padStart(6, "0")}`;
const createOrder = async (more: object = {}) => {
  const { data: customer } = await tenant.admin.createCustomer({ name: `Quay ${++count}` });
  const { data } = await tenant.admin.createOrder({
    ...{ customer_id: customer.id, currency: "EUR", status: "CONFIRMED", ...more },
    line_items: [{ name: "Kayak", unit_price: "100" }],
  });
  return data;
};
const readOrder = async (id: string) => (await tenant.admin.getOrder({ id })).data;
const listEntries = async (id: string) =>
  (await tenant.admin.listOrderLedger({ id })).data
    .map(({ entry_type, amount, reason, provider_reference }) => [entry_type, amount, reason, provider_reference])
    .reverse()
    .slice(1);

const now = (): number => Math.floor(Clock.ms() / 1000);
const charge = (order: string | undefined, more: object = {}) => ({
  ...{ id: nextId("ch"), object: "charge", amount: 10_000, amount_captured: 10_000, captured: true, currency: "eur" },
  ...{ status: "succeeded", created: now(), metadata: order === undefined ? {} : { order_id: order } },
  ...{ payment_method_details: { type: "card" }, ...more },
});
const refund = (ofCharge: string, amount: number, more: object = {}) => ({
  ...{ id: nextId("re"), object: "refund", amount, currency: "eur", status: "succeeded", created: now(), charge: ofCharge },
  ...{ metadata: {}, ...more },
});
const event = (type: string, object: object, more: object = {}) =>
  JSON.stringify({ id: nextId("evt"), object: "event", type, livemode: false, data: { object }, ...more });
const deliver = (body: string, secret = SECRET, time?: number) =>
  callWebhook(app, webhookId, signStripe(secret, body, time ?? now()));
const listDeliveries = async () =>
  (await tenant.admin.listInboundDeliveries({ id: webhookId })).data as {
    id: string;
    status: string;
    reason: string | null;
    outcome: string | null;
    held_for: string | null;
  }[];
const lastDelivery = async () => (await listDeliveries())[0];

describe("a payment account", () => {
  it("keeps its key, which no answer contains", async () => {
    const { data: account } = await tenant.admin.getPaymentAccount({ id: accountId });
    expect(account).toMatchObject({ mode: "test", is_default: true, webhook_id: webhookId, api_version: "2026-10-28.endive" });
    expect((await tenant.admin.checkPaymentAccount({ id: accountId })).data).toMatchObject({ works: true, problems: [] });
    const seen = [account, (await tenant.admin.listPaymentAccounts({})).data, (await tenant.admin.listAuditEntries({})).data];
    expect(JSON.stringify(seen)).not.toContain(apiKey);
    expect(Object.keys(account)).not.toContain("sealed");
    const other = await signUp(app);
    await expect(other.admin.getPaymentAccount({ id: accountId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const colleague = await addUser(app, tenant, "SALES_REP");
    await expect(colleague.client.getPaymentAccount({ id: accountId })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    ["a secret key", { api_key: "sk_test_0123456789abcdef" }, "api_key"],
    ["a key of the other mode", { api_key: "rk_live_0123456789abcdef" }, "api_key"],
    ["no key", { api_key: undefined }, "api_key"],
    ["a version that is none", { api_version: "latest" }, "api_version"],
    ["an account that is none", { external_account: "ours" }, "external_account"],
  ] as const)("with %s is rejected", async (_, more, field) => {
    await expect(tenant.admin.createPaymentAccount(buildAccountInput(more))).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field }],
    });
  });

  it("has a webhook of its own, of the same provider, and keeps its mode", async () => {
    await expect(tenant.admin.createPaymentAccount(buildAccountInput({ webhook_id: webhookId }))).rejects.toMatchObject({
      code: "CONFLICT",
      details: [{ field: "webhook_id" }],
    });
    const { data: twilio } = await tenant.admin.createInboundWebhook({ provider: "twilio", secret: "token" });
    await expect(tenant.admin.updatePaymentAccount({ id: accountId, webhook_id: twilio.id })).rejects.toMatchObject({
      details: [{ field: "webhook_id" }],
    });
    await expect(tenant.admin.updatePaymentAccount({ id: accountId, mode: "live" })).rejects.toMatchObject({
      details: [{ field: "mode" }, { field: "api_key" }].slice(0, 1),
    });
  });
});

describe("an event of Stripe", () => {
  it("delivered fifty times at once makes one entry, and so do the other events about the same charge", async () => {
    const { id } = await createOrder();
    const paid = charge(id);
    const body = event("charge.succeeded", paid);
    const others = ["charge.updated", "charge.captured"].map((type) => event(type, paid));
    const sent = await Promise.all([...Array.from({ length: 50 }, () => body), ...others].map((text) => deliver(text)));
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    await app.settle();
    expect(await listEntries(id)).toEqual([["PAYMENT", "100.00", null, paid.id]]);
    const { data: payments } = await tenant.admin.listOrderPayments({ id });
    expect(payments).toMatchObject([{ provider: "stripe", transaction_id: paid.id, status: "SUCCEEDED", amount: "100.00" }]);
    expect(await readOrder(id)).toMatchObject({ payment_state: "PAID", needs_review: false });
  });

  it("is refused if it is forged or stale, and set aside if it is of the other mode or another account", async () => {
    const { id } = await createOrder();
    const body = event("charge.succeeded", charge(id));
    const statuses = [await deliver(body, "whsec_ffffffffffffffffffffffff"), await deliver(body, SECRET, now() - 301)];
    expect(statuses.map(({ status }) => status)).toEqual([401, 401]);
    for (const [more, reason] of [
      [{ livemode: true }, /live mode/],
      [{ account: "acct_other" }, /another account/],
    ] as const) {
      await deliver(event("charge.succeeded", charge(id), more));
      await app.settle();
      expect(await lastDelivery()).toMatchObject({ status: "quarantined", reason: expect.stringMatching(reason) });
    }
    const thin = { id: "evt_test_1", object: "v2.core.event", type: "v1.billing.meter.no_meter_found", livemode: false };
    await deliver(JSON.stringify({ ...thin, created: "2026-11-26T19:00:00.000Z" }));
    await app.settle();
    expect(await lastDelivery()).toMatchObject({ status: "done" });
    expect(await listEntries(id)).toEqual([]);
    const fresh = await deliver(body);
    await app.settle();
    // A recorded request that is sent again within the tolerance is a repeat.
    expect([fresh.status, (await deliver(body)).status]).toEqual([200, 200]);
    await app.settle();
    expect(await listEntries(id)).toHaveLength(1);
  });

  it("waits for its order, which it names by id or by number", async () => {
    const order_number = `WEB-${++count}`;
    await deliver(event("charge.succeeded", charge(order_number)));
    await app.settle();
    expect(await lastDelivery()).toMatchObject({ status: "held", held_for: `order:${order_number.toLowerCase()}` });
    const { id } = await createOrder({ order_number });
    await app.settle();
    expect(await lastDelivery()).toMatchObject({ status: "done" });
    expect(await readOrder(id)).toMatchObject({ payment_state: "PAID" });
    await deliver(event("charge.succeeded", charge(undefined)));
    await app.settle();
    expect(await lastDelivery()).toMatchObject({ status: "done", outcome: "The charge names no order" });
  });

  it("about a failed or pending charge records it, and success comes once", async () => {
    const { id } = await createOrder();
    await deliver(event("charge.failed", charge(id, { status: "failed", failure_message: "Your card was declined." })));
    const pending = charge(id, { status: "pending", payment_method_details: { type: "sepa_debit" } });
    await deliver(event("charge.pending", pending));
    await app.settle();
    expect(await readOrder(id)).toMatchObject({ payment_state: "UNPAID", paid: "0.00" });
    await deliver(event("charge.succeeded", { ...pending, status: "succeeded" }));
    await app.settle();
    // The event that says pending comes again, late, as another event.
    await deliver(event("charge.updated", pending));
    await app.settle();
    const { data: payments } = await tenant.admin.listOrderPayments({ id });
    expect(payments.map(({ status }) => status).sort()).toEqual(["FAILED", "SUCCEEDED"]);
    expect(await listEntries(id)).toEqual([["PAYMENT", "100.00", null, pending.id]]);
  });

  it("about a refund fetches its charge, counts at the payment, and is undone if the refund fails", async () => {
    const { id } = await createOrder();
    const paid = charge(id);
    await callStripe("", { object: paid });
    await act(paid.id, "refund", 3000);
    await emit();
    expect(await listEntries(id)).toEqual([
      ["PAYMENT", "100.00", null, paid.id],
      ["REFUND", "30.00", null, expect.stringMatching(/^re_/)],
    ]);
    await act(paid.id, "refund", 2000);
    await emit();
    const { data: refunds } = await tenant.admin.listOrderRefunds({ id });
    expect(refunds).toHaveLength(2);
    const [payment] = (await tenant.admin.listOrderPayments({ id })).data;
    expect(payment).toMatchObject({ refunded_amount: "50.00" });
    const failing = refunds.find(({ amount }) => amount === "30.00");
    await act(String(failing?.transaction_id), "fail");
    await emit();
    expect(await readOrder(id)).toMatchObject({ refunded: "20.00", payment_state: "PARTLY_REFUNDED" });
    expect((await tenant.admin.getPayment({ id: String(payment?.id) })).data).toMatchObject({ refunded_amount: "20.00" });
  });

  it("about a refund that comes before a charge that the API does not know is posted and flagged until the charge comes", async () => {
    const { id } = await createOrder();
    const paid = charge(id);
    await deliver(event("refund.created", refund(paid.id, 1000, { metadata: { order_id: id } })));
    await app.settle();
    expect(await readOrder(id)).toMatchObject({ needs_review: true, review_reasons: ["REFUNDS_EXCEED_PAYMENTS"] });
    await deliver(event("refund.created", refund(paid.id, 500)));
    await app.settle();
    expect(await lastDelivery()).toMatchObject({ status: "held", held_for: `transaction:stripe:${paid.id}` });
    await deliver(event("charge.succeeded", paid));
    await app.settle();
    expect(await readOrder(id)).toMatchObject({ needs_review: false, refunded: "15.00", net_payment: "85.00" });
  });

  it("about a dispute after partial refunds reverses the payment once, and pays it again if it is won", async () => {
    for (const end of ["win", "lose"] as const) {
      const { id } = await createOrder();
      const paid = charge(id);
      await callStripe("", { object: paid });
      await deliver(event("charge.succeeded", paid));
      await act(paid.id, "refund", 4000);
      await emit();
      await act(paid.id, "dispute", 6000);
      const dispute = String(listOutgoing().at(-1)?.envelope_id);
      await emit({ order: "reversed" });
      expect(await readOrder(id)).toMatchObject({ paid: "40.00", refunded: "40.00", net_payment: "0.00" });
      await act(dispute, end);
      await emit({ order: "shuffled", times: 3 });
      expect(await readOrder(id)).toMatchObject(
        end === "win" ? { paid: "100.00", net_payment: "60.00" } : { paid: "40.00", net_payment: "0.00" },
      );
      expect((await listEntries(id)).slice(2)).toEqual([
        ["REVERSAL", "60.00", "DISPUTE", dispute],
        ...(end === "win" ? [["PAYMENT", "60.00", null, dispute]] : []),
      ]);
      // A second dispute of the charge is not posted.
      await act(paid.id, "dispute", 1000);
      await emit();
      expect(await readOrder(id)).toMatchObject({ review_reasons: ["REPEATED_DISPUTE"] });
      expect(await listEntries(id)).toHaveLength(end === "win" ? 4 : 3);
    }
  });

  it("in another currency than the order's is not posted and flags the order once", async () => {
    const { id } = await createOrder();
    const paid = charge(id, { currency: "usd" });
    await deliver(event("charge.succeeded", paid));
    await app.settle();
    expect(await readOrder(id)).toMatchObject({ paid: "0.00", review_reasons: ["OTHER_CURRENCY"] });
    await tenant.admin.acknowledgeOrderReview({ id });
    await deliver(event("charge.updated", paid));
    await app.settle();
    expect(await readOrder(id)).toMatchObject({ needs_review: false });
  });
});

describe("a payment link", () => {
  const requests = () => stripeState().list<{ method: string; url: string }>("outbox");

  it("is made once for a balance, is paid, and expires when the balance changes", async () => {
    const { id } = await createOrder();
    const made = await Promise.all([1, 2, 3].map(() => tenant.admin.createOrderPaymentLink({ id })));
    const links = new Set(made.map(({ data }) => data.payment_link?.external_id));
    expect(links.size).toBe(1);
    const first = made[0]?.data.payment_link;
    expect(first).toMatchObject({ status: "ACTIVE", amount: "100.00", url: expect.stringMatching(/^https:\/\/buy\.stripe/) });
    await tenant.admin.createOrderPayment({ id, amount: "40" });
    expect((await readOrder(id)).payment_link).toMatchObject({ status: "EXPIRED" });
    await app.settle();
    expect((await readOrder(id)).payment_link).toBeNull();
    expect(stripeState().get("payment_link", String(first?.external_id))).toMatchObject({ active: false });
    const { data: next } = await tenant.admin.createOrderPaymentLink({ id });
    expect(next.payment_link).toMatchObject({ amount: "60.00" });
    await act(String(next.payment_link?.external_id), "pay");
    await emit();
    expect(await readOrder(id)).toMatchObject({ payment_state: "PAID", payment_link: null });
    await expect(tenant.admin.createOrderPaymentLink({ id })).rejects.toMatchObject({ status: 422 });
    expect(requests().some(({ method, url }) => method === "POST" && url.endsWith("/payment_links"))).toBe(true);
  });

  it("of a cancelled order that is paid is posted and flagged", async () => {
    const { id } = await createOrder();
    const { data } = await tenant.admin.createOrderPaymentLink({ id });
    await act(String(data.payment_link?.external_id), "pay");
    await tenant.admin.cancelOrder({ id, reason: "Out of stock" });
    await emit();
    expect(await readOrder(id)).toMatchObject({
      paid: "100.00",
      review_reasons: ["PAID_AFTER_CANCELLATION"],
      payment_link: null,
    });
  });

  it("is refused for a draft, and says what the provider says", async () => {
    const { id } = await createOrder({ status: "DRAFT" });
    await expect(tenant.admin.createOrderPaymentLink({ id })).rejects.toMatchObject({ status: 409 });
    await tenant.admin.confirmOrder({ id });
    for (const [answer, status] of [
      ["refused", 422],
      ["rate_limited", 429],
      ["timeout", 409],
    ] as const) {
      await callStripe("", { answer, times: 1 });
      await expect(tenant.admin.createOrderPaymentLink({ id })).rejects.toMatchObject({ status });
    }
  });
});

describe("the reconciliation", () => {
  it("posts what no event has told, and reports what differs", async () => {
    const [paid, other] = [await createOrder(), await createOrder()];
    const [first, second] = [charge(paid.id), charge(other.id, { amount: 9000, amount_captured: 9000 })];
    await tenant.admin.createOrderPayment({
      ...{ id: other.id, amount: "80", provider: "stripe", transaction_id: second.id },
    });
    const lost = charge("ord_unknown");
    const given = refund(first.id, 2500);
    const disputed = {
      ...{ id: nextId("dp"), object: "dispute", amount: 7500, currency: "eur", status: "lost", created: now(), charge: first.id },
      balance_transactions: [{ amount: -7500 }],
    };
    for (const object of [first, second, lost, given, disputed, charge(undefined)])
      await callStripe("", { object: { ...object, created: now() - 60 } });
    await tenant.admin.reconcilePaymentAccount({ id: accountId });
    app.setClock({ advance: 60 * 60 * 1000 });
    await app.settle();
    expect(await readOrder(paid.id)).toMatchObject({ paid: "25.00", refunded: "25.00" });
    const { data: account } = await tenant.admin.getPaymentAccount({ id: accountId });
    expect(account).toMatchObject({ posted_count: 3, difference_count: 2, reconciliation_problem: null });
    expect(account.reconciled_until).not.toBeNull();
    expect(account.differences).toEqual(
      expect.arrayContaining([
        { object_id: second.id, order_id: other.id, field: "amount", recorded: "80.00", reported: "90.00" },
        expect.objectContaining({ object_id: lost.id, field: "order" }),
      ]),
    );
  });

  it("says why it stopped, and tries again", async () => {
    await callStripe("", { answer: "error", times: 1 });
    await tenant.admin.reconcilePaymentAccount({ id: accountId });
    app.setClock({ advance: 60 * 60 * 1000 });
    await app.settle();
    const { data: account } = await tenant.admin.getPaymentAccount({ id: accountId });
    expect(account.reconciliation_problem).toMatch(/Stripe/);
    app.setClock({ advance: 3 * 60 * 60 * 1000 });
    await app.settle();
    expect((await tenant.admin.getPaymentAccount({ id: accountId })).data).toMatchObject({ reconciliation_problem: null });
  });
});
