import { computePrice } from "@crm/core/commerce/after-sales/after-sales.rules.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, faultKinds, SteppedSystem } from "../../invariants/faults/stepped-system.ts";
import { signUp } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { sample } from "../../support/sample.ts";
import { requireEquations } from "../order/ledger-model.ts";

/** Random writers of the cases of one order, one of whom fails or dies in each round. A recount from the cases gives what the order states. */

const ROUNDS = sample === "all" ? 60 : 16;
const WRITERS = 3;

let system: SteppedSystem;
let crm: Client;
let customer_id: string;
beforeAll(async () => {
  system = await SteppedSystem.start();
  const tenant = await signUp(system.app);
  const { data: key } = await tenant.admin.createApiKey({ name: "Writers", role: "ADMIN" });
  crm = system.client((key as { key: string }).key);
  customer_id = (await crm.createCustomer({ name: "Returns" })).data.id;
});
afterAll(() => system.stop());

const pick = <T>(random: Random, from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

const readCases = async (id: string) => {
  const { data: rows } = await crm.listOrderAfterSalesCases({ id, limit: 100 });
  return Promise.all(rows.map(async (row) => (await crm.getAfterSalesCase({ id: row.id })).data));
};

/** One random request. Most are valid; those that are refused change nothing. */
async function act(id: string, random: Random): Promise<unknown> {
  const { line_items } = (await crm.getOrder({ id })).data;
  const line = pick(random, line_items);
  const chosen = Math.floor(random() * 14);
  if (chosen === 0)
    return allowAnyInput(crm).createOrderFulfilment({
      id,
      items: [{ line_id: line?.id, quantity: String(1 + Math.floor(random() * 3)) }],
    });
  if (chosen === 1) {
    const parcel = pick(random, (await crm.listOrderFulfilments({ id })).data);
    const input = { id, fulfilment_id: parcel?.id };
    return random() < 0.85 ? allowAnyInput(crm).deliverOrderFulfilment(input) : allowAnyInput(crm).cancelOrderFulfilment(input);
  }
  if (chosen <= 4)
    return allowAnyInput(crm).createOrderAfterSalesCase({
      id,
      case_type: pick(random, ["RETURN", "EXCHANGE", "REPAIR", "REFUND", "COMPLAINT"]),
      items: [{ line_id: line?.id, quantity: String(1 + Math.floor(random() * 2)) }],
    });
  const openCases = (await readCases(id)).filter(({ status }) => !["RESOLVED", "REJECTED", "CANCELLED"].includes(status));
  const record = pick(random, openCases);
  const input = { id: record?.id } as { id: string };
  switch (record?.status) {
    case "REQUESTED":
      return random() < 0.85 ? crm.approveAfterSalesCase(input) : crm.cancelAfterSalesCase(input);
    case "APPROVED":
      return random() < 0.8 && ["RETURN", "EXCHANGE", "REPAIR"].includes(record.case_type)
        ? crm.receiveAfterSalesCase(input)
        : resolve(input.id, random);
    case "RECEIVED": {
      const [item] = record.items;
      const items = [{ line_id: item?.line_id, accepted_quantity: random() < 0.7 ? item?.quantity : "1" }];
      return random() < 0.6 ? allowAnyInput(crm).inspectAfterSalesCase({ ...input, items }) : resolve(input.id, random);
    }
    default:
      return random() < 0.85 ? resolve(input.id, random) : crm.rejectAfterSalesCase({ ...input, reason: "No" });
  }
}

const resolve = (id: string, random: Random): Promise<unknown> =>
  allowAnyInput(crm).resolveAfterSalesCase({
    id,
    resolution: pick(random, ["REFUND", "REFUND", "CREDIT", "EXCHANGE", "REPAIR", "NONE"]),
  });

/** Requires that order, cases, refunds and ledger agree. */
async function requireRecount(id: string): Promise<void> {
  const order = (await crm.getOrder({ id })).data;
  const cases = await readCases(id);
  const entries = (await crm.listOrderLedger({ id, limit: 100 })).data;
  requireEquations(order, entries);
  for (const line of order.line_items) {
    const items = cases.flatMap((record) =>
      record.items.filter(({ line_id }) => line_id === line.id).map((item) => ({ ...item, record })),
    );
    const sum = (count: (item: (typeof items)[number]) => number): number =>
      items.reduce((total, item) => total + count(item), 0);
    const settled = ({ quantity, received_quantity, accepted_quantity }: (typeof items)[number]): number =>
      Number(accepted_quantity ?? received_quantity ?? quantity);
    const hasEnded = ({ status }: { status: string }): boolean => status === "REJECTED" || status === "CANCELLED";
    const takes = ({ case_type }: { case_type: string }): boolean => ["RETURN", "EXCHANGE", "REPAIR"].includes(case_type);
    const pays = ({ resolution }: { resolution: string | null }): boolean =>
      ["REFUND", "CREDIT", "EXCHANGE"].includes(resolution ?? "");
    const returned = sum(({ record, ...item }) => {
      if (hasEnded(record)) return 0;
      if (record.status !== "RESOLVED") return Number(item.received_quantity ?? 0);
      return takes(record) && record.resolution !== "REPAIR" ? settled({ ...item, record }) : 0;
    });
    const paidFor = sum(({ record, ...item }) =>
      record.status === "RESOLVED" && pays(record) ? settled({ ...item, record }) : 0,
    );
    expect([Number(line.returned_quantity), Number(line.settled_quantity)]).toEqual([returned, paidFor]);
    const claimed = Number(line.claimed_quantity);
    expect(claimed).toBeLessThanOrEqual(Number(line.delivered_quantity));
    expect(Math.max(returned, paidFor)).toBeLessThanOrEqual(claimed);
  }
  const refunds = (await crm.listOrderRefunds({ id, limit: 100 })).data;
  const resolved = cases.filter(({ status }) => status === "RESOLVED");
  const byRefund = resolved.flatMap(({ refund_id }) => refund_id ?? []);
  expect(byRefund.sort()).toEqual(refunds.map((refund) => refund.id).sort());
  const sumOf = (amounts: readonly (string | null | undefined)[]): number =>
    amounts.reduce((total, amount) => total + Math.round(Number(amount) * 100), 0);
  const money = resolved.filter(({ resolution }) => resolution === "REFUND" || resolution === "CREDIT");
  expect(sumOf(money.map(({ amount }) => amount))).toBe(Math.round(Number(order.credited) * 100));
  expect(sumOf(refunds.map(({ amount }) => amount))).toBe(Math.round(Number(order.refunded) * 100));
  const { data: orders } = await crm.listOrders({ customer: customer_id, limit: 100 });
  const exchanges = resolved.flatMap(({ exchange_order_id }) => exchange_order_id ?? []);
  expect(orders.flatMap((other) => (other.id === id ? [] : [other.id])).sort()).toEqual(exchanges.sort());
}

describe("the cases of an order", () => {
  it("never take back or pay more than was delivered, whichever writer fails", async () => {
    const random = createTestRandom("after-sales");
    const line_items = [
      { name: "Kayak", quantity: "20", unit_price: "99.99", tax_percent: "19" },
      { name: "Paddle", quantity: "15", unit_price: "33.33", discount_percent: "10", tax_percent: "7" },
    ];
    const order = { customer_id, currency: "EUR", status: "CONFIRMED", line_items };
    const { id, total, line_items: placed } = (await crm.createOrder(order)).data;
    await crm.createOrderPayment({ id, amount: total });
    const items = line_items.map((_, index) => ({ line_id: placed[index]?.id, quantity: "8" }));
    await allowAnyInput(crm).createOrderFulfilment({ id, items });
    const parcel = (await crm.listOrderFulfilments({ id })).data[0];
    await allowAnyInput(crm).deliverOrderFulfilment({ id, fulfilment_id: parcel?.id });
    for (let round = 0; round < ROUNDS; round++) {
      const kind = faultKinds[Math.floor(random() * faultKinds.length)] as FaultKind;
      system.arm((source) => source === "request", { kind, nth: 1 + Math.floor(random() * WRITERS) });
      await Promise.allSettled(Array.from({ length: WRITERS }, () => act(id, random)));
      system.disarm();
      await requireRecount(id);
    }
    expect((await readCases(id)).filter(({ status }) => status === "RESOLVED").length).toBeGreaterThan(0);
  });
});

describe("the worth of items", () => {
  it("adds up to the price of the line, in whichever parts they come back", () => {
    const line = { quantity: "7", line_total: "99.98", tax_amount: "19.00" };
    const parts = ["1", "2", "0.5", "3.5"];
    let settled = 0;
    let sum = 0;
    for (const part of parts) {
      sum += Math.round(Number(computePrice(line, String(settled), part)) * 100);
      settled += Number(part);
    }
    expect(sum).toBe(11_898);
  });
});
