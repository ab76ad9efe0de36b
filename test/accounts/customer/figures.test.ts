import { onSaleChanges } from "@crm/core/accounts/customer/figures.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { CustomerTotals } from "@crm/core/sales/opportunity/customer-totals.rules.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moveToStage } from "../../sales/opportunity/stages.ts";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createCustomer = async (name = "Harbour") => (await tenant.admin.createCustomer({ name })).data.id;
const createOpportunity = async (customer_id: string, more: object = {}) =>
  (await tenant.admin.createOpportunity({ name: "Fleet", customer_id, ...more })).data;
const readCustomer = async (id: string) => (await tenant.admin.getCustomer({ id })).data;

type OpportunityView = Awaited<ReturnType<Tenant["admin"]["listOpportunities"]>>["data"][number];

/** Computes the figures of a customer from its live opportunities. */
function computeFigures(all: readonly OpportunityView[], customer_id: string) {
  const customerOpportunities = all.filter((opportunity) => !opportunity.deleted_at && opportunity.customer_id === customer_id);
  const wonOpportunities = customerOpportunities.filter(({ is_won }) => is_won);
  const open = customerOpportunities.filter(({ is_closed }) => !is_closed);
  const sum = (opportunities: readonly OpportunityView[], currency: string) =>
    Money.sum(
      opportunities.flatMap((opportunity) =>
        opportunity.amount && opportunity.currency === currency ? [opportunity.amount] : [],
      ),
    );
  const day = wonOpportunities
    .map(({ closed_date }) => closed_date ?? "")
    .sort()
    .at(-1);
  return {
    total_opportunities: customerOpportunities.length,
    open_opportunities: open.length,
    won_opportunities: wonOpportunities.length,
    won_amount: sum(wonOpportunities, "USD"),
    lifetime_value: sum(wonOpportunities, "USD"),
    paid_orders_count: wonOpportunities.length,
    pipeline_value: sum(open, "USD"),
    last_won_at: day ? `${day}T00:00:00.000Z` : null,
    last_order_at: day ? `${day}T00:00:00.000Z` : null,
    amounts: ["EUR", "USD"]
      .map((currency) => ({ currency, won_amount: sum(wonOpportunities, currency), pipeline_value: sum(open, currency) }))
      .filter((currencyFigures) =>
        [currencyFigures.won_amount, currencyFigures.pipeline_value].some((amount) => !Money.isZero(amount)),
      ),
  };
}

describe("the figures of a customer", () => {
  it("filter and sort lists, such as active customers by largest pipeline", async () => {
    const freshTenant = await signUp(app);
    const make = async (name: string, status: string, amounts: readonly string[]) => {
      const { data } = await freshTenant.admin.createCustomer({ name, status });
      for (const amount of amounts) await freshTenant.admin.createOpportunity({ name, customer_id: data.id, amount });
    };
    await make("Small", "ACTIVE", ["9.00"]);
    await make("Large", "ACTIVE", ["100.00", "20.00"]);
    await make("Waiting", "PROSPECT", ["500.00"]);
    await make("Idle", "ACTIVE", []);
    await app.settle();
    const query = { status: "ACTIVE", "total_opportunities[gte]": 1, sort: "-pipeline_value" };
    const { data } = await freshTenant.admin.listCustomers(query);
    expect(data.map(({ name, pipeline_value, total_opportunities }) => [name, pipeline_value, total_opportunities])).toEqual([
      ["Large", "120.00", 2],
      ["Small", "9.00", 1],
    ]);
  });

  it("are correct although one writer read stale counters", async () => {
    const id = await createCustomer();
    await createOpportunity(id, { amount: "100.00" });
    await app.settle();
    const { version } = await readCustomer(id);
    const { database } = app.ports;
    const send = database.send.bind(database);
    let stale = true;
    database.send = async (command, scope) => {
      const answer = await send(command, scope);
      const items = Object.values((answer as { Responses?: Record<string, Record<string, unknown>[]> }).Responses ?? {}).flat();
      const counter = items.find(({ sk }) => sk === CustomerTotals.customerScope(id));
      if (stale && counter) Object.assign(counter, { "open.USD.l": 777 });
      if (counter) stale = false;
      return answer;
    };
    const change = { before: undefined, after: { customer_id: id } };
    await runIn(systemContext(app.ports, tenant.id, "stream"), () => onSaleChanges([change, change]));
    database.send = send;
    expect(stale).toBe(false);
    expect(await readCustomer(id)).toMatchObject({ pipeline_value: "100.00", version: version + 2 });
  });

  it("move with an opportunity to another customer", async () => {
    const [from, to] = [await createCustomer(), await createCustomer()];
    const { id } = await createOpportunity(from, { amount: "100.00" });
    await app.settle();
    await tenant.admin.updateOpportunity({ id, customer_id: to });
    await app.settle();
    expect([(await readCustomer(from)).pipeline_value, (await readCustomer(to)).pipeline_value]).toEqual(["0.00", "100.00"]);
  });

  it("are in the customer's currency, and follow a change of it", async () => {
    const id = await createCustomer();
    await createOpportunity(id, { amount: "100.00", currency: "EUR" });
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({
      pipeline_value: "0.00",
      amounts: [{ currency: "EUR", pipeline_value: "100.00" }],
    });
    const { data } = await tenant.admin.updateCustomer({ id, currency: "EUR" });
    expect(data.pipeline_value).toBe("100.00");
  });
});

describe("the status and the stage of a customer", () => {
  it("become ACTIVE and CUSTOMER with the first won opportunity, CHAMPION with the third", async () => {
    const id = await createCustomer();
    const { id: sold } = await createOpportunity(id);
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({ status: "PROSPECT", lifecycle_stage: "OPPORTUNITY", customer_since: null });
    await moveToStage(tenant.admin, sold, "closed_won");
    await app.settle();
    expect(await readCustomer(id)).toMatchObject({
      status: "ACTIVE",
      lifecycle_stage: "CUSTOMER",
      customer_since: expect.stringMatching(/^\d{4}-/),
    });
    for (const _ of [2, 3]) await moveToStage(tenant.admin, (await createOpportunity(id)).id, "closed_won");
    await app.settle();
    expect((await readCustomer(id)).lifecycle_stage).toBe("CHAMPION");
  });

  it("are independent of the lists of contracts and tickets, which are empty", async () => {
    const id = await createCustomer();
    for (const list of [tenant.admin.listCustomerContracts, tenant.admin.listCustomerTickets])
      expect(await list({ id })).toMatchObject({ data: [], meta: { total: 0 } });
    await expect(tenant.admin.listCustomerContracts({ id: "cus_none" })).rejects.toMatchObject({ status: 404 });
  });
});

// The clock advances by days here and ends the sessions of other tests.
describe("many opportunities", () => {
  it("match a plain computation after concurrent changes of opportunities", async () => {
    const chance = createTestRandom("Figures of customers");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const freshTenant = await signUp(app);
    // An API key remains valid while the clock advances; a session does not.
    const { data: key } = await freshTenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const customers = await Promise.all(["A", "B", "C"].map(async (name) => (await crm.createCustomer({ name })).data.id));
    const ids: string[] = [];
    const amount = () => pick([null, "0.10", "1200.00", "9999999999999.99"]);
    const stage = () => pick(["prospecting", "proposal", "closed_won", "closed_won", "closed_lost"] as const);
    const more = () => ({ amount: amount(), currency: pick(["USD", "USD", "EUR"]) });
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(ids), chance()];
      const opportunityInput = { name: "Fleet", customer_id: pick(customers), ...more() };
      const changes = pick([more(), { customer_id: pick(customers) }, undefined]);
      if (turn < 0.3 || !id) ids.push((await crm.createOpportunity(opportunityInput)).data.id);
      else if (turn < 0.5) await crm.deleteOpportunity({ id });
      else if (turn < 0.65) await crm.restoreOpportunity({ id });
      else if (changes) await crm.updateOpportunity({ id, ...changes });
      else await moveToStage(crm, id, stage());
    };
    // Random choices may create too few opportunities at first.
    for (let burst = 0; burst < 8 || (ids.length <= 5 && burst < 30); burst++) {
      await Promise.allSettled(Array.from({ length: 6 }, act));
      if (chance() < 0.5) app.setClock({ advance: (24 * 60 * 60_000) / 2 });
      const described = customers.map((id) => crm.updateCustomer({ id, description: `Burst ${burst}` }));
      await Promise.all([app.settle(), ...described]);
      const pages = [{}, { deleted: true }].map((filter) => crm.listOpportunities({ limit: 100, ...filter }));
      const all = (await Promise.all(pages)).flatMap(({ data }) => data);
      for (const id of customers) expect((await crm.getCustomer({ id })).data).toMatchObject(computeFigures(all, id));
    }
    expect(ids.length).toBeGreaterThan(5);
  });
});
