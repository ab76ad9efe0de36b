import { onSaleChanges } from "@crm/core/accounts/customer/figures.ts";
import { dailyFigures } from "@crm/core/commerce/order/daily-figures.ts";
import { orders as orderImport } from "@crm/core/commerce/order-import/order.import.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { moveToStage } from "../../sales/opportunity/stages.ts";
import {
  addUser,
  deliverToSubscriber,
  inProcessTransport,
  newLead,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  // An API key remains valid while the clock advances; a session does not.
  const { data } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
  crm = createClient(inProcessTransport(app, data.key));
});
afterAll(() => app.stop());

type Order = Awaited<ReturnType<Tenant["admin"]["getOrder"]>>["data"];
type Opportunity = Awaited<ReturnType<Tenant["admin"]["getOpportunity"]>>["data"];

const createCustomer = async (more: object = {}) => (await crm.createCustomer({ name: "Harbour", ...more })).data.id;
const createOpportunity = async (customer_id: string, more: object = {}) =>
  (await crm.createOpportunity({ name: "Fleet", customer_id, currency: "EUR", ...more })).data;
const createOrder = async (customer_id: string, unit_price: string, more: object = {}) => {
  const order = { customer_id, currency: "EUR", status: "CONFIRMED", line_items: [{ name: "Boat", unit_price }], ...more };
  return (await crm.createOrder(order)).data.id;
};
const pay = (id: string, amount: string) => crm.createOrderPayment({ id, amount });
const refund = (id: string, amount: string, credits = true) => crm.createOrderRefund({ id, amount, credits });
const readCustomer = async (id: string) => (await crm.getCustomer({ id })).data;

const toDay = (instant: string | null) => String(instant).slice(0, 10);

/** Computes the figures of a customer from its records, without counters. */
function computeSales(orders: readonly Order[], opportunities: readonly Opportunity[], customer_id: string) {
  const own = <R extends { customer_id: string | null; deleted_at?: string | null }>(records: readonly R[]) =>
    records.filter((record) => record.customer_id === customer_id && !record.deleted_at);
  const confirmed = own(orders).filter(({ confirmed_at }) => confirmed_at !== null);
  const ordered = new Set(orders.flatMap(({ confirmed_at, opportunity_id }) => (confirmed_at ? [opportunity_id] : [])));
  const won = own(opportunities).filter(({ id, is_won }) => is_won && !ordered.has(id));
  const paid = confirmed.filter(
    ({ first_paid_at, status, payment_state }) => first_paid_at && status !== "CANCELLED" && payment_state !== "REFUNDED",
  );
  const sum = (currency: string) =>
    Money.sum([
      Money.zero(2),
      ...confirmed.flatMap((order) => (order.currency === currency ? [order.net_payment] : [])),
      ...won.flatMap((opportunity) => (opportunity.currency === currency && opportunity.amount ? [opportunity.amount] : [])),
    ]);
  const days = [
    ...confirmed.flatMap(({ status, confirmed_at }) => (status === "CANCELLED" ? [] : [toDay(confirmed_at)])),
    ...won.map(({ closed_date }) => String(closed_date)),
  ].sort();
  return {
    figures: {
      lifetime_value: sum("EUR"),
      paid_orders_count: paid.length + won.length,
      last_order_at: days.length > 0 ? `${days.at(-1)}T00:00:00.000Z` : null,
      won_opportunities: own(opportunities).filter(({ is_won }) => is_won).length,
    },
    usd: sum("USD"),
    first_day: days[0] ?? null,
  };
}

/** Requires that segments by score have the members by a plain computation over all customers of the tenant. */
async function expectQuintiles(): Promise<void> {
  const { data: customers } = await crm.listCustomers({ limit: 100 });
  const buyers = customers.filter(({ paid_orders_count, last_order_at }) => Number(paid_orders_count) > 0 && last_order_at);
  const values = {
    recency_score: (buyer: (typeof buyers)[number]) => Date.parse(String(buyer.last_order_at)),
    frequency_score: ({ paid_orders_count }: (typeof buyers)[number]) => Number(paid_orders_count),
    monetary_score: ({ lifetime_value }: (typeof buyers)[number]) => Number(lifetime_value),
  };
  for (const [score, readValue] of Object.entries(values)) {
    const all = buyers.map(readValue);
    const toScore = (value: number) => Math.max(1, Math.ceil((5 * all.filter((other) => other <= value).length) / all.length));
    const expected = buyers.filter((buyer) => toScore(readValue(buyer)) === 5).map(({ id }) => id);
    const set = { name: score, membership: "DYNAMIC", filter: { [score]: 5 } };
    const { data: segment } = await crm.createSegment(set);
    await app.settle();
    const { data: members } = await crm.listSegmentMembers({ id: segment.id, limit: 100 });
    expect(members.map(({ id }) => id).sort()).toEqual(expected.sort());
  }
}

describe("the sales of a customer", () => {
  it("are what was paid for orders, and won opportunities without one", async () => {
    const id = await createCustomer({ currency: "EUR" });
    const { id: opportunity_id } = await createOpportunity(id, { amount: "500.00" });
    await app.settle();
    const draft = await createOrder(id, "480", { opportunity_id, status: "DRAFT" });
    await moveToStage(crm, opportunity_id, "closed_won");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ lifetime_value: "500.00", paid_orders_count: 1, status: "ACTIVE" });

    await crm.confirmOrder({ id: draft });
    await app.settle();
    const bookings = { won_amount: "500.00", won_opportunities: 1 };
    expect(await readCustomer(id)).toMatchObject({ ...bookings, lifetime_value: "0.00", paid_orders_count: 0 });
    expect((await crm.getOpportunity({ id: opportunity_id })).data.ordered_at).not.toBeNull();

    await pay(draft, "480");
    const second = await createOrder(id, "20", { opportunity_id });
    await pay(second, "20");
    await refund(second, "5");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ ...bookings, lifetime_value: "495.00", paid_orders_count: 2 });

    await refund(second, "15");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ lifetime_value: "480.00", paid_orders_count: 1 });
  });

  it("make a customer ACTIVE with the first order that is paid in full", async () => {
    const id = await createCustomer({ currency: "EUR" });
    const order = await createOrder(id, "30");
    await pay(order, "10");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ status: "PROSPECT", lifetime_value: "10.00", paid_orders_count: 0 });
    await pay(order, "20");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ status: "ACTIVE", lifecycle_stage: "CUSTOMER", customer_rank: "C" });
  });

  it("are dated by their opportunity, also if it is won after the order", async () => {
    const id = await createCustomer({ currency: "EUR" });
    const { id: opportunity_id } = await createOpportunity(id, { amount: "10.00" });
    const order = await createOrder(id, "10", { opportunity_id });
    const { data: before } = await crm.getOrder({ id: order });
    expect(before.sale_day).toBe(toDay(before.confirmed_at));
    app.setClock({ advance: 24 * 60 * 60_000 });
    const { data: won } = await crm.winOpportunity({ id: opportunity_id });
    await app.settle();
    expect((await crm.getOrder({ id: order })).data.sale_day).toBe(won.closed_date);
    expect(won.closed_date).not.toBe(before.sale_day);
  });

  it("equal a plain computation, after random changes", async () => {
    const chance = createTestRandom("Sales of customers");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const customers = [await createCustomer({ currency: "EUR" }), await createCustomer({ currency: "EUR" })];
    const opportunities: Opportunity[] = [];
    const orders: string[] = [];
    const currency = () => pick(["EUR", "EUR", "USD"]);
    const price = () => pick(["0", "0.10", "1200", "9999999999999"]);
    const act = async (): Promise<unknown> => {
      const [order, opportunity] = [pick(orders), pick(opportunities)];
      const amount = pick(["0.10", "600", "1200", "9999999999999"]);
      const choice = chance();
      if (choice < 0.15 || !opportunity)
        return opportunities.push(await createOpportunity(pick(customers), { amount: price(), currency: currency() }));
      if (choice < 0.35 || !order) {
        const source = chance() < 0.5 ? { customer_id: opportunity.customer_id, opportunity_id: opportunity.id } : {};
        const more = { currency: currency(), status: pick(["DRAFT", "CONFIRMED"]), ...source };
        return orders.push(await createOrder(pick(customers), price(), more));
      }
      if (choice < 0.45) return moveToStage(crm, opportunity.id, pick(["closed_won", "closed_won", "proposal"]));
      if (choice < 0.55) return crm.confirmOrder({ id: order });
      if (choice < 0.75) return pay(order, amount);
      if (choice < 0.9) return refund(order, amount, chance() < 0.5);
      return crm.cancelOrder({ id: order, reason: "Changed their mind" });
    };
    for (let burst = 0; burst < 10; burst++) {
      await Promise.allSettled(Array.from({ length: 8 }, act));
      await app.settle();
    }
    const full = await Promise.all(orders.map(async (id) => (await crm.getOrder({ id })).data));
    const sold = await Promise.all(opportunities.map(async ({ id }) => (await crm.getOpportunity({ id })).data));
    expect(new Set(full.map(({ payment_state }) => payment_state)).size).toBeGreaterThan(1);
    for (const id of customers) {
      const { figures, usd } = computeSales(full, sold, id);
      const customer = await readCustomer(id);
      expect(customer).toMatchObject(figures);
      expect(customer.amounts.find((amount) => amount.currency === "USD")?.lifetime_value ?? "0.00").toBe(usd);
    }
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);

    await expectQuintiles();

    const versions = async () => Promise.all(customers.map(async (id) => (await readCustomer(id)).version));
    const before = await versions();
    const changes = full.map((order) => ({ before: order, after: order })).sort(() => chance() - 0.5);
    await runIn(systemContext(app.ports, tenant.id, "stream"), () => onSaleChanges([...changes, ...changes]));
    expect(await versions()).toEqual(before);
  });

  it("are shown on the page of a customer with what is owed and overdue, and follow a merge and its undoing", async () => {
    const [id, other] = [await createCustomer({ currency: "EUR" }), await createCustomer({ currency: "EUR" })];
    const [order, foreign] = [await createOrder(id, "90"), await createOrder(id, "7", { currency: "USD" })];
    const day = (await crm.getOrder({ id: order })).data.confirmed_day as string;
    await crm.replaceOrderInstalments({
      id: order,
      instalments: [
        { due_date: addDays(day, -1), amount: "50" },
        { due_date: addDays(day, 30), amount: "40" },
      ],
    });
    await pay(order, "20");
    const paid = await createOrder(id, "100.01");
    await pay(paid, "100.01");
    await app.settle();
    const { data } = await crm.getCustomer360({ id });
    expect(data.lifetime_value_metrics).toEqual({
      ...{ total_revenue: "120.01", currency: "EUR", total_orders: 1, average_order_value: "120.01" },
      ...{ customer_since: day, last_order: day },
    });
    expect(data.financials.amounts).toEqual([
      { currency: "EUR", lifetime_value: "120.01", open_balance: "70.00", overdue_balance: "30.00" },
      { currency: "USD", lifetime_value: "0.00", open_balance: "7.00", overdue_balance: "0.00" },
    ]);
    expect(data.financials.last_orders.map(({ order_id, balance }) => [order_id, balance])).toEqual([
      [paid, "0.00"],
      [foreign, "7.00"],
      [order, "70.00"],
    ]);
    expect(data.financials.last_payments.map(({ order_id, amount }) => [order_id, amount])).toEqual([
      [paid, "100.01"],
      [order, "20.00"],
    ]);

    await crm.mergeCustomers({ id: other, merged_id: id });
    await app.settle();
    expect(await readCustomer(other)).toMatchObject({ lifetime_value: "120.01", paid_orders_count: 1 });
    expect((await crm.listPayments({ customer: other })).data).toHaveLength(2);
    await crm.unmergeCustomers({ id: other, merged_id: id });
    await app.settle();
    expect(await readCustomer(other)).toMatchObject({ lifetime_value: "0.00", paid_orders_count: 0 });
    expect(await readCustomer(id)).toMatchObject({ lifetime_value: "120.01", paid_orders_count: 1 });
    await expect(crm.deleteCustomer({ id })).rejects.toMatchObject({ status: 409 });
  });
});

describe("an imported order", () => {
  it("gives its opportunity the revenue back when the import is reverted, and takes it again when it is restored", async () => {
    const customer_id = await createCustomer({ currency: "EUR" });
    const { id: opportunity_id } = await createOpportunity(customer_id, { amount: "50.00" });
    await crm.winOpportunity({ id: opportunity_id });
    const id = await createOrder(customer_id, "40", { opportunity_id });
    await app.settle();
    const readValue = async () => (await readCustomer(customer_id)).lifetime_value;
    expect(await readValue()).toBe("0.00");
    await runIn(systemContext(app.ports, tenant.id, "test"), () => orderImport.remove(id));
    await app.settle();
    expect(await readValue()).toBe("50.00");
    await crm.restoreOrder({ id });
    await app.settle();
    expect(await readValue()).toBe("0.00");
  });
});

describe("the days of orders and the forecast", () => {
  it("have the revenue of sales beside bookings, each sale once, on its day", async () => {
    const fresh = await signUp(app, { currency: "EUR", visibility: "own" });
    const rep = await addUser(app, fresh, "SALES_REP");
    const { data: key } = await fresh.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const admin = createClient(inProcessTransport(app, key.key));
    const { data: customer } = await admin.createCustomer({ name: "Quay" });
    const open = async (amount: string, owner_id: string) => {
      const opportunity = { name: "Fleet", customer_id: customer.id, amount, currency: "EUR", owner_id };
      return (await admin.createOpportunity(opportunity)).data.id;
    };
    const order = async (unit_price: string, more: object) => {
      const input = {
        customer_id: customer.id,
        currency: "EUR",
        status: "CONFIRMED",
        line_items: [{ name: "Boat", unit_price }],
      };
      return (await admin.createOrder({ ...input, ...more })).data;
    };
    const [plain, ordered] = [await open("100.00", rep.id), await open("500.00", rep.id)];
    await admin.winOpportunity({ id: plain });
    const { data: won } = await admin.winOpportunity({ id: ordered });
    const day = String(won.closed_date);
    const small = await open("50.00", rep.id);
    await admin.winOpportunity({ id: small });
    const { id: paid } = await order("40", { opportunity_id: small, owner_id: rep.id });
    await admin.createOrderPayment({ id: paid, amount: "40" });
    await app.settle();
    const [month] = (await admin.getForecast({ months: 1 })).data.months;
    expect(month?.by_category.find(({ forecast_category }) => forecast_category === "CLOSED")?.value).toBe("650.00");
    expect(month?.revenue).toMatchObject({ value: "640.00", unconverted: [] });
    app.setClock({ advance: 24 * 60 * 60_000 });
    const later = addDays(day, 1);
    const first = await order("480", { opportunity_id: ordered, owner_id: rep.id });
    expect([first.confirmed_day, first.sale_day]).toEqual([later, day]);
    await admin.createOrderPayment({ id: first.id, amount: "480" });
    await admin.createOrderRefund({ id: first.id, amount: "80", credits: true });
    await order("7", { owner_id: fresh.userId, currency: "USD" });
    await app.settle();
    const amounts = (ordered_amount: string, revenue: string, refunded_amount: string | null) => [
      { currency: "EUR", ordered_amount, revenue, refunded_amount },
    ];
    const { data } = await admin.getOrderDays({ from: day, to: later });
    expect(data.days).toEqual([
      { day, confirmed: 1, amounts: amounts("40.00", "540.00", "0.00") },
      {
        ...{ day: later, confirmed: 2 },
        amounts: [
          ...amounts("480.00", "0.00", "80.00"),
          { currency: "USD", ordered_amount: "7.00", revenue: "0.00", refunded_amount: "0.00" },
        ],
      },
    ]);
    const { data: own } = await admin.getOrderDays({ from: day, to: later, owner: rep.id });
    expect(own.days.map(({ confirmed }) => confirmed)).toEqual([1, 1]);
    expect(own.days[0]?.amounts).toEqual(amounts("40.00", "540.00", null));
    expect((await recountTenant(app, fresh.id)).differences).toEqual([]);
    await runIn(systemContext(app.ports, fresh.id, "test"), async () => {
      expect(await dailyFigures.take(day, later)).toEqual([]);
    });
  });
});

describe("an order", () => {
  it("is noted on its lead and may be named by a step of a journey", async () => {
    const { data: lead } = await crm.createLead(newLead({ email: "sale@example.com" }));
    const customer_id = await createCustomer();
    const [first] = [
      await createOrder(customer_id, "1", { lead_id: lead.id }),
      await createOrder(customer_id, "2", { lead_id: lead.id }),
    ];
    await app.settle();
    expect((await crm.getLead({ id: lead.id })).data.order_id).toBe(first);
    const id = lead.personal_key_id;
    const { data: step } = await crm.createJourneyEntry({ id, stage: "Bought", related_order_id: first });
    await crm.updateJourneyEntry({ id: step.id, related_order_id: "SO-17" });
    const unknown = `${first.slice(0, -3)}zzz`;
    await expect(crm.updateJourneyEntry({ id: step.id, related_order_id: unknown })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "related_order_id" }],
    });
  });
});

describe("the conversion of a re-engagement", () => {
  it("is a sale, once, with what was paid for its orders less refunds", async () => {
    const events = recordPublishedEvents(app);
    const { data: batch } = await crm.createReengagementBatch({ batch_name: "Quiet", currency: "EUR" });
    await crm.activateReengagementBatch({ id: batch.id });
    const addMember = async () => {
      const input = { customer_type: "individual", first_name: "Ida", last_name: "Lund", currency: "EUR" };
      const { data: customer } = await crm.createCustomer(input);
      const { data: member } = await crm.addReengagementMember({ id: batch.id, person_id: String(customer.personal_key_id) });
      await crm.contactReengagementMember({ id: member.id, method: "PHONE" });
      return { customer_id: customer.id, id: member.id };
    };
    const [ida, ole] = [await addMember(), await addMember()];
    const readMember = async (id: string) => (await crm.getReengagementMember({ id })).data;
    const readRevenue = async () => (await crm.getReengagementBatch({ id: batch.id })).data.reactivated_revenue;

    const order = await createOrder(ida.customer_id, "100");
    await pay(order, "40");
    await app.settle();
    expect((await readMember(ida.id)).status).toBe("CONTACTED");
    await pay(order, "60");
    await refund(order, "30");
    await app.settle();
    const converted = { status: "CONVERTED", converted_order_id: order, converted_opportunity_id: null };
    expect(await readMember(ida.id)).toMatchObject({ ...converted, conversion_value: "70.00" });

    const { id: opportunity_id } = await createOpportunity(ole.customer_id, { amount: "500.00" });
    await crm.winOpportunity({ id: opportunity_id });
    await app.settle();
    const won = { status: "CONVERTED", converted_opportunity_id: opportunity_id };
    expect(await readMember(ole.id)).toMatchObject({ ...won, converted_order_id: null, conversion_value: "500.00" });
    const [first, second] = [
      await createOrder(ole.customer_id, "300", { opportunity_id }),
      await createOrder(ole.customer_id, "50", { opportunity_id }),
    ];
    await pay(first, "300");
    await pay(second, "50");
    await app.settle();
    expect(await readMember(ole.id)).toMatchObject({ ...won, converted_order_id: first, conversion_value: "350.00" });
    expect(await readRevenue()).toBe("420.00");

    for (const event of [...events].reverse())
      if (/^(opportunity|order)\.(created|stage_changed|revenue_changed)$/.test(event.type))
        await deliverToSubscriber(app, "reengagement-told", event);
    await app.settle();
    expect(await readMember(ole.id)).toMatchObject({ converted_order_id: first, conversion_value: "350.00" });
    expect(await readRevenue()).toBe("420.00");
  });
});
