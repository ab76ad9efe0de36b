import { expect } from "vitest";
import { requireEquations } from "../../../commerce/order/ledger-model.ts";
import { defineScenario, type Fixture } from "../harness.ts";

/** Orders: operations that write more than one record, and their follow-up work. */

const line = { name: "Hull", quantity: "1", unit_price: "100.00" };

async function createOrder({ crm }: Fixture, more: object = {}): Promise<string> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const order = { customer_id: customer.id, currency: "EUR", line_items: [line], status: "CONFIRMED", ...more };
  return (await crm.createOrder(order)).data.id;
}

async function requireSoundLedger({ crm }: Fixture, id: string, types: readonly string[]): Promise<void> {
  const { data: entries } = await crm.listOrderLedger({ id });
  requireEquations((await crm.getOrder({ id })).data, entries);
  expect(entries.map(({ entry_type }) => entry_type).reverse()).toEqual(types);
}

const create = defineScenario<string>({
  name: "createOrder",
  covers: { operations: ["createOrder"] },
  prepare: async ({ crm }) => (await crm.createCustomer({ name: "Struck" })).data.id,
  ask: ({ crm }, customer_id, options) =>
    crm.createOrder({ customer_id, currency: "EUR", line_items: [line], status: "CONFIRMED" }, options),
  async check(scene, customer) {
    const { data: orders } = await scene.crm.listOrders({ customer });
    expect(orders).toHaveLength(1);
    await requireSoundLedger(scene, String(orders[0]?.id), ["CONFIRMATION"]);
  },
});

const payment = defineScenario<string>({
  name: "createOrderPayment",
  covers: { operations: ["createOrderPayment"] },
  prepare: createOrder,
  ask: ({ crm }, id, options) => crm.createOrderPayment({ id, amount: "100", transaction_id: `t-${id}` }, options),
  async check(scene, id) {
    expect((await scene.crm.listOrderPayments({ id })).data).toHaveLength(1);
    expect((await scene.crm.getOrder({ id })).data).toMatchObject({ payment_state: "PAID", balance: "0.00" });
    await requireSoundLedger(scene, id, ["CONFIRMATION", "PAYMENT"]);
  },
});

const refund = defineScenario<string>({
  name: "createOrderRefund",
  covers: { operations: ["createOrderRefund"] },
  async prepare(scene) {
    const id = await createOrder(scene);
    await scene.crm.createOrderPayment({ id, amount: "100" });
    return id;
  },
  async ask({ crm }, id, options) {
    const payment_id = (await crm.listOrderPayments({ id })).data[0]?.id;
    return crm.createOrderRefund({ id, amount: "40", payment_id, credits: true }, options);
  },
  async check(scene, id) {
    expect((await scene.crm.listOrderPayments({ id })).data).toMatchObject([{ refunded_amount: "40.00" }]);
    expect((await scene.crm.getOrder({ id })).data).toMatchObject({ payment_state: "PARTLY_REFUNDED", due: "60.00" });
    await requireSoundLedger(scene, id, ["CONFIRMATION", "PAYMENT", "CREDIT", "REFUND"]);
  },
});

const delivery = defineScenario<{ id: string; fulfilment_id: string }>({
  name: "deliverOrderFulfilment",
  covers: { operations: ["deliverOrderFulfilment"] },
  async prepare(scene) {
    const id = await createOrder(scene);
    return { id, fulfilment_id: (await scene.crm.createOrderFulfilment({ id })).data.id };
  },
  ask: ({ crm }, input, options) => crm.deliverOrderFulfilment(input, options),
  async check({ crm }, { id }) {
    expect((await crm.listOrderFulfilments({ id })).data).toMatchObject([{ status: "DELIVERED" }]);
    expect((await crm.getOrder({ id })).data.line_items).toMatchObject([{ fulfilled_quantity: "1", delivered_quantity: "1" }]);
  },
});

const DAY_SECONDS = 24 * 60 * 60;

const overdue = defineScenario<string>({
  name: "an instalment that is late",
  covers: { subscribers: ["order-instalments"], due: ["order"] },
  async prepare(scene) {
    const id = await createOrder(scene);
    const { data: order } = await scene.crm.getOrder({ id });
    await scene.crm.replaceOrderInstalments({ id, instalments: [{ due_date: order.order_date, amount: "100" }] });
    return id;
  },
  proceed: ({ system }) => system.advance(DAY_SECONDS),
  countsWrite: (name) => name === "order-instalments",
  async check({ crm }, id) {
    // Created, got its instalments, and was reminded of once.
    expect((await crm.getOrder({ id })).data).toMatchObject({ status: "CONFIRMED", version: 3 });
  },
});

const ofLead = defineScenario<{ lead_id: string; customer_id: string }>({
  name: "an order of a lead",
  covers: { subscribers: ["order-leads"] },
  prepare: async ({ crm }) => ({
    lead_id: (await crm.createLead({ first_name: "Ada", last_name: "Struck" })).data.id,
    customer_id: (await crm.createCustomer({ name: "Struck" })).data.id,
  }),
  ask: ({ crm }, input, options) => crm.createOrder({ ...input, line_items: [line] }, options),
  countsWrite: (name) => name === "order-leads",
  async check({ crm }, { lead_id, customer_id }) {
    const { data: orders } = await crm.listOrders({ customer: customer_id });
    expect((await crm.getLead({ id: lead_id })).data.order_id).toBe(orders[0]?.id);
  },
});

const wonLater = defineScenario<{ opportunity: string; order: string }>({
  name: "an opportunity that is won after its order",
  covers: { subscribers: ["order-sales"] },
  async prepare({ crm, system }) {
    const { data: customer } = await crm.createCustomer({ name: "Struck" });
    const sold = { name: "Struck", customer_id: customer.id, currency: "EUR", amount: "100.00" };
    const { data: opportunity } = await crm.createOpportunity(sold);
    const input = { opportunity_id: opportunity.id, currency: "EUR", line_items: [line], status: "CONFIRMED" };
    const { data: order } = await crm.createOrder(input);
    await system.advance(DAY_SECONDS);
    return { opportunity: opportunity.id, order: order.id };
  },
  ask: ({ crm }, { opportunity }, options) => crm.winOpportunity({ id: opportunity }, options),
  countsWrite: (name) => name === "order-sales",
  async check({ crm }, { opportunity, order }) {
    const { closed_date } = (await crm.getOpportunity({ id: opportunity })).data;
    expect((await crm.getOrder({ id: order })).data).toMatchObject({ sale_day: closed_date });
  },
});

export const scenarios = [create, payment, refund, delivery, overdue, ofLead, wonLater];
