import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { defineScenario, type Fixture, isScenarioSource } from "../harness.ts";

/** Pre-orders: release, move of dates, allocation and notices. */

const DAY_SECONDS = 24 * 60 * 60;
let count = 0;

interface Waiting {
  order: string;
  product: string;
  address: string;
}

async function createWaiting({ crm }: Fixture, release: string | null): Promise<Waiting> {
  const address = `struck-${++count}@mail.example`;
  const { data: customer } = await crm.createCustomer({ name: "Struck", email: address, customer_type: "INDIVIDUAL" });
  const product = { name: "Sail", unit_price: "80.00", currency: "EUR", release_at: release };
  const { data: sail } = await crm.createProduct(product);
  const line = { product_id: sail.id, quantity: "2", is_preorder: true };
  const input = { customer_id: customer.id, currency: "EUR", line_items: [line, line], status: "CONFIRMED" };
  const { data: order } = await crm.createOrder(input);
  return { order: order.id, product: sail.id, address };
}

const listItems = async ({ crm }: Fixture, id: string) => (await crm.listOrderPreOrders({ id })).data;

/** The lines and the pre-orders of an order agree. */
async function requireAgreement(scene: Fixture, id: string): Promise<void> {
  const { data: order } = await scene.crm.getOrder({ id });
  const released = new Map(order.line_items.map((line) => [line.pre_order_id, line.preorder_released_at !== null]));
  for (const item of await listItems(scene, id)) expect(released.get(item.id)).toBe(item.status === "READY");
}

const create = defineScenario<string>({
  name: "createOrderPreOrder",
  covers: { operations: ["createOrderPreOrder"] },
  async prepare({ crm }) {
    const { data: customer } = await crm.createCustomer({ name: "Struck" });
    const line = { name: "Hull", quantity: "1", unit_price: "100.00" };
    const input = { customer_id: customer.id, currency: "EUR", line_items: [line], status: "CONFIRMED" };
    return (await crm.createOrder(input)).data.id;
  },
  async ask({ crm }, id, options) {
    const line_id = (await crm.getOrder({ id })).data.line_items[0]?.id;
    return allowAnyInput(crm).createOrderPreOrder({ id, line_id }, options);
  },
  async check(scene, id) {
    expect(await listItems(scene, id)).toHaveLength(1);
    await requireAgreement(scene, id);
  },
});

const release = defineScenario<Waiting>({
  name: "a release of pre-orders",
  covers: {
    subscribers: ["pre-orders", "pre-order-releases", "pre-order-mails"],
    due: ["pre_order", "pre_order_rescheduling"],
  },
  async prepare(scene) {
    const waiting = await createWaiting(scene, "2099-01-01T00:00:00.000Z");
    await scene.crm.updateProduct({ id: waiting.product, release_at: "2001-01-01T00:00:00.000Z" });
    return waiting;
  },
  proceed: ({ system }) => system.advance(DAY_SECONDS),
  countsWrite: (name, target) => name.startsWith("pre-order") && isScenarioSource(name) && target !== "objects",
  async check(scene, { order, address }) {
    expect((await listItems(scene, order)).map(({ status }) => status)).toEqual(["READY", "READY"]);
    await requireAgreement(scene, order);
    expect(scene.system.app.mail.sent(address)).toHaveLength(2);
  },
});

const allocation = defineScenario<Waiting>({
  name: "createPreOrderAllocation",
  covers: {
    operations: ["createPreOrderAllocation"],
    subscribers: ["pre-order-allocations"],
    due: ["pre_order_allocation"],
  },
  prepare: (scene) => createWaiting(scene, null),
  ask: ({ crm }, { product }, options) =>
    crm.createPreOrderAllocation({ product_id: product, quantity: "3", method: "FIRST_COME" }, options),
  async check(scene, { order, product }) {
    const { data: allocations } = await scene.crm.listPreOrderAllocations({ product });
    expect(allocations).toMatchObject([{ status: "COMPLETED", remaining_quantity: "0", ready_count: 1 }]);
    const items = (await listItems(scene, order)).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(items.map(({ allocated_quantity, status }) => [allocated_quantity, status])).toEqual([
      ["2", "READY"],
      ["1", "WAITING"],
    ]);
    await requireAgreement(scene, order);
  },
});

export const scenarios = [create, release, allocation];
