import { Clock } from "@crm/core/kernel/clock.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  colleague = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;

let customerCount = 0;
const createCustomer = async () => (await tenant.admin.createCustomer({ name: `Fjord ${++customerCount}` })).data.id;
const line = { name: "Kayak", quantity: "2", unit_price: "100.00", discount_percent: "10", tax_percent: "19" };
const createOrder = async (more: object = {}) =>
  (await tenant.admin.createOrder({ customer_id: await createCustomer(), currency: "EUR", line_items: [line], ...more })).data;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );
const readOrder = async (id: string) => (await tenant.admin.getOrder({ id })).data;

describe("an order", () => {
  it("has the totals of its lines, and changes freely while it is a draft", async () => {
    const order = await createOrder({ shipping_amount: "5" });
    expect(order).toMatchObject({
      status: "DRAFT",
      subtotal: "200.00",
      discount_amount: "20.00",
      net_amount: "180.00",
      tax_amount: "34.20",
      shipping_amount: "5.00",
      total: "219.20",
      due: "219.20",
      balance: "219.20",
      payment_state: "UNPAID",
      sale_id: order.id,
      line_items: [{ name: "Kayak", fulfilled_quantity: "0", properties: {} }],
    });
    expect(order.order_number).toMatch(/^O-\d{4}-\d{6}$/);
    expect(Object.keys(order)).not.toContain("entry_count");
    const { id } = order;
    const { data: longer } = await tenant.admin.addOrderLine({
      id,
      name: "Paddle",
      unit_price: "10",
      properties: { length: 220 },
    });
    expect(longer).toMatchObject({
      total: "229.20",
      line_items: [{ id: order.line_items[0]?.id }, { properties: { length: 220 } }],
    });
    const paddle = String(longer.line_items[1]?.id);
    await tenant.admin.replaceOrderLine({ id, line_id: paddle, name: "Paddle", unit_price: "12" });
    const { data: shorter } = await tenant.admin.removeOrderLine({ id, line_id: String(order.line_items[0]?.id) });
    expect(shorter).toMatchObject({ total: "17.00", line_items: [{ id: paddle, sequence: 1 }] });
    const { data: changed } = await tenant.admin.updateOrder({
      id,
      currency: "JPY",
      line_items: [{ ...line, unit_price: "900" }],
    });
    expect(changed).toMatchObject({ currency: "JPY", total: "1933", paid: "0", balance: "1933" });
    await tenant.admin.deleteOrder({ id });
    expect(await readRejection(readOrder(id))).toEqual([404, []]);
  });

  it("keeps what was agreed once it is confirmed, and is changed by revisions that stay readable", async () => {
    const { id, line_items } = await createOrder();
    expect(await readRejection(tenant.admin.reviseOrder({ id, reason: "Sooner" }))).toEqual([409, ["status"]]);
    const { data: confirmed } = await tenant.admin.confirmOrder({ id });
    expect(confirmed).toMatchObject({ status: "CONFIRMED", revision: 1, due: "214.20" });
    expect(confirmed.confirmed_at).not.toBeNull();
    expect(await readRejection(tenant.admin.updateOrder({ id, discount_percent: "5" }))).toEqual([
      409,
      ["discount_percent", "line_items"],
    ]);
    await tenant.admin.updateOrder({ id, notes: "Call before", tags: ["boats"] });
    const [first] = line_items;
    const revised = await tenant.admin.reviseOrder({
      ...{
        id,
        reason: "One more",
        line_items: [
          { ...line, id: first?.id, quantity: "3" },
          { name: "Rack", unit_price: "50" },
        ],
      },
    });
    expect(revised.data).toMatchObject({ revision: 2, total: "371.30", revision_reason: "One more" });
    expect(revised.data.line_items[0]?.id).toBe(first?.id);
    const { data: revisions } = await tenant.admin.listOrderRevisions({ id });
    expect(revisions.map(({ revision, total }) => [revision, total])).toEqual([
      [2, "371.30"],
      [1, "214.20"],
    ]);
    const { data: entries } = await tenant.admin.listOrderLedger({ id });
    expect(entries.map(({ sequence, entry_type, amount, due }) => [sequence, entry_type, amount, due])).toEqual([
      [2, "REVISION", "157.10", "371.30"],
      [1, "CONFIRMATION", "214.20", "214.20"],
    ]);
  });

  it("is delivered in parts, and completed when all has arrived", async () => {
    const preorder = { name: "Sail", unit_price: "80", is_preorder: true, preorder_release_at: "2030-05-01" };
    const { id, line_items } = await createOrder({
      status: "CONFIRMED",
      line_items: [line, preorder, { name: "Fee", unit_price: "5", requires_delivery: false }],
    });
    const [kayak, sail] = line_items.map((each) => each.id);
    expect(await readRejection(tenant.admin.completeOrder({ id }))).toEqual([409, ["line_items[0]", "line_items[1]"]]);
    const send = (items: object[]) =>
      allowAnyInput(tenant.admin).createOrderFulfilment({ id, carrier: "DHL", tracking_number: "JD0123", items });
    expect(await readRejection(send([{ line_id: kayak, quantity: "3" }]))).toEqual([400, ["items[0].quantity"]]);
    expect(await readRejection(send([{ line_id: sail, quantity: "1" }]))).toEqual([400, ["items[0].line_id"]]);
    const { data: part } = await send([{ line_id: kayak, quantity: "1.5" }]);
    expect(await readOrder(id)).toMatchObject({ status: "IN_FULFILLMENT", line_items: [{ fulfilled_quantity: "1.5" }, {}, {}] });
    expect(await readRejection(tenant.admin.cancelOrder({ id, reason: "Too late" }))).toEqual([409, ["status"]]);
    await tenant.admin.cancelOrderFulfilment({ id, fulfilment_id: part.id });
    expect(await readOrder(id)).toMatchObject({ status: "CONFIRMED", line_items: [{ fulfilled_quantity: "0" }, {}, {}] });
    const { data: rest } = await tenant.admin.createOrderFulfilment({ id });
    expect(rest).toMatchObject({ number: 2, items: [{ line_id: kayak, quantity: "2" }] });
    await tenant.admin.deliverOrderFulfilment({ id, fulfilment_id: rest.id });
    expect(await readRejection(tenant.admin.deliverOrderFulfilment({ id, fulfilment_id: rest.id }))).toEqual([409, ["status"]]);
    expect((await tenant.admin.listOrderFulfilments({ id })).data).toHaveLength(2);
    expect(await readRejection(tenant.admin.completeOrder({ id }))).toEqual([409, ["line_items[1]"]]);
    const revised = { id, reason: "Without the sail", line_items: [{ ...line, id: kayak }] };
    await tenant.admin.reviseOrder(revised);
    expect((await tenant.admin.completeOrder({ id })).data).toMatchObject({
      status: "COMPLETED",
      line_items: [{ delivered_quantity: "2" }],
    });
  });

  it("takes the number of another system once", async () => {
    const order_number = "SO/17 a";
    await createOrder({ order_number });
    expect(await readRejection(createOrder({ order_number: "so/17 A" }))).toEqual([409, ["order_number"]]);
    expect(await readRejection(createOrder({ order_number: " " }))).toEqual([400, ["order_number"]]);
  });

  it("takes the addresses of its customer as they are then", async () => {
    const { data: customer } = await tenant.admin.createCustomer({
      name: "Havn",
      billing_street: "Kai 1",
      billing_postal_code: "10115",
    });
    const order = await createOrder({ customer_id: customer.id, shipping_address: { address_line1: "Dock 2", country: "DE" } });
    expect(order).toMatchObject({
      billing_address: { recipient: "Havn", address_line1: "Kai 1" },
      shipping_address: { address_line1: "Dock 2" },
    });
    await tenant.admin.updateCustomer({ id: customer.id, billing_street: "Kai 9" });
    expect((await readOrder(order.id)).billing_address?.address_line1).toBe("Kai 1");
  });

  it("is found by a property of its lines, once the tenant has declared the path", async () => {
    const path = "line_items[].properties.color";
    await tenant.admin.createSearchPath({ entity: "order", path });
    const { id } = await createOrder({ line_items: [{ ...line, properties: { color: "Signal red" } }] });
    await createOrder({ line_items: [{ ...line, properties: { color: "white" } }] });
    app.setClock({ advance: 2 * 60_000 });
    await app.settle();
    const { data: found } = await tenant.admin.listOrders({ paths: { [path]: "signal RED" } });
    app.setClock({ reset: true });
    expect(found.map((each) => each.id)).toEqual([id]);
  });

  it("is seen by its owner and not by a colleague", async () => {
    const { id } = await createOrder({ status: "CONFIRMED" });
    await tenant.admin.createOrderPayment({ id, amount: "10" });
    expect(await readRejection(colleague.client.getOrder({ id }))).toEqual([404, []]);
    expect(await readRejection(colleague.client.createOrderPayment({ id, amount: "10" }))).toEqual([404, []]);
    expect((await colleague.client.listPayments({})).data).toEqual([]);
  });
});

describe("instalments", () => {
  it("add up to what is due, are settled in order, and the owner is told when one is late", async () => {
    const { id } = await createOrder({ status: "CONFIRMED", line_items: [{ name: "Boat", unit_price: "90" }] });
    const [today, tomorrow] = [0, 1].map((days) => new Date(Clock.ms() + days * DAY_MS).toISOString().slice(0, 10)) as [
      string,
      string,
    ];
    const plan = [
      { due_date: tomorrow, amount: "60" },
      { due_date: today, amount: "30" },
    ];
    const short = { id, instalments: [{ due_date: today, amount: "30" }] };
    expect(await readRejection(tenant.admin.replaceOrderInstalments(short))).toEqual([400, ["instalments"]]);
    await tenant.admin.replaceOrderInstalments({ id, instalments: plan });
    await tenant.admin.createOrderPayment({ id, amount: "40" });
    expect((await tenant.admin.listOrderInstalments({ id })).data).toEqual([
      { number: 1, due_date: today, amount: "30.00", paid_amount: "30.00", status: "PAID" },
      { number: 2, due_date: tomorrow, amount: "60.00", paid_amount: "10.00", status: "PARTLY_PAID" },
    ]);
    expect((await readOrder(id)).next_due_date).toBe(tomorrow);
    await tenant.admin.adjustOrder({ id, amount: "5", reason: "A scratch" });
    expect((await tenant.admin.listOrderInstalments({ id })).data[1]).toMatchObject({ amount: "55.00" });
    app.setClock({ advance: 2 * DAY_MS });
    await app.settle();
    app.setClock({ reset: true });
    const { data: told } = await tenant.admin.listNotifications({});
    expect(told.filter(({ title }) => title.startsWith("Payment overdue"))).toHaveLength(1);
  });
});
