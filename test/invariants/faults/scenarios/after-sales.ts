import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { defineScenario, type Fixture, isScenarioSource } from "../harness.ts";

/** After-sales cases: their claims, what they post, and what customers and users are told. */

interface Returned {
  id: string;
  order_id: string;
  to: string;
}

/** A case that has arrived, of an order that is paid and delivered. */
async function createReceived({ crm }: Fixture): Promise<Returned> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const to = `${customer.id}@mail.example`;
  const contact = { first_name: "Cora", last_name: "Contact", email: to, customer_id: customer.id };
  const { data: buyer } = await crm.createContact(contact);
  const line = { name: "Hull", quantity: "2", unit_price: "50.00" };
  const input = { customer_id: customer.id, contact_id: buyer.id, currency: "EUR", line_items: [line], status: "CONFIRMED" };
  const { data: order } = await crm.createOrder(input);
  const { data: parcel } = await crm.createOrderFulfilment({ id: order.id });
  await crm.deliverOrderFulfilment({ id: order.id, fulfilment_id: parcel.id });
  await crm.createOrderPayment({ id: order.id, amount: "100" });
  const items = [{ line_id: order.line_items[0]?.id, quantity: "1" }];
  const { data } = await allowAnyInput(crm).createAfterSalesCase({ order_id: order.id, case_type: "RETURN", items });
  await crm.approveAfterSalesCase({ id: data.id });
  await crm.receiveAfterSalesCase({ id: data.id });
  return { id: data.id, order_id: order.id, to };
}

const refund = defineScenario<Returned>({
  name: "a case that is resolved by a refund",
  covers: { operations: ["resolveAfterSalesCase"], subscribers: ["after-sales-mails"] },
  prepare: createReceived,
  ask: ({ crm }, { id }, options) => crm.resolveAfterSalesCase({ id, resolution: "REFUND" }, options),
  async check({ crm, system }, { id, order_id, to }) {
    const { data } = await crm.getAfterSalesCase({ id });
    expect(data).toMatchObject({ status: "RESOLVED", amount: "50.00" });
    const { data: refunds } = await crm.listOrderRefunds({ id: order_id });
    expect(refunds.map((each) => each.id)).toEqual([data.refund_id]);
    expect((await crm.getOrder({ id: order_id })).data).toMatchObject({ refunded: "50.00", credited: "50.00", balance: "0.00" });
    const mails = system.app.mail.sent(to).filter(({ text }) => text.includes("You get"));
    expect(mails).toHaveLength(1);
  },
});

const exchange = defineScenario<Returned>({
  name: "a case that is resolved by an exchange",
  covers: {},
  prepare: createReceived,
  ask: ({ crm }, { id }, options) => crm.resolveAfterSalesCase({ id, resolution: "EXCHANGE" }, options),
  async check({ crm }, { id, order_id }) {
    const { data } = await crm.getAfterSalesCase({ id });
    const { data: order } = await crm.getOrder({ id: order_id });
    const { data: orders } = await crm.listOrders({ customer: order.customer_id });
    const others = orders.filter((each) => each.id !== order_id).map((each) => each.id);
    expect(others).toEqual([data.exchange_order_id]);
  },
});

const overdue = defineScenario<{ id: string }>({
  name: "the service level of a case",
  covers: { subscribers: ["after-sales-clocks"], due: ["after_sales_case"] },
  async open({ crm }) {
    const policy = { name: "Returns", first_response_minutes: 1, resolution_minutes: 10 };
    const { data } = await crm.createSlaPolicy(policy);
    const definition = { sends_mails: false, customers_open_cases: false, sla_policy_id: data.id };
    const { data: rule } = await crm.createRuleVersion({ kind: "after_sales", definition });
    await crm.publishRuleVersion({ kind: "after_sales", id: rule.id });
  },
  async prepare({ crm, system }) {
    await system.advance(60);
    const { data: customer } = await crm.createCustomer({ name: "Struck" });
    const order = { customer_id: customer.id, line_items: [{ name: "Hull", unit_price: "50.00" }], status: "CONFIRMED" };
    const { data } = await crm.createOrder(order);
    const { id } = (await crm.createAfterSalesCase({ order_id: data.id, case_type: "COMPLAINT" })).data;
    return { id };
  },
  proceed: ({ system }) => system.advance(3600),
  countsWrite: (name, target) => name === "after-sales-clocks" && isScenarioSource(name) && target !== "objects",
  async check({ crm }, { id }) {
    expect((await crm.getAfterSalesCase({ id })).data.overdue.toSorted()).toEqual(["RESOLUTION", "RESPONSE"]);
  },
});

export const scenarios = [refund, exchange, overdue];
