import { trackedFields } from "@crm/core/sales/opportunity/history.entity.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { moveToStage } from "./stages.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;
let customer: string;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
  customer = (await tenant.admin.createCustomer({ name: "Shipyard", owner_id: null })).data.id;
});
afterAll(() => app.stop());

const createOpportunity = async (more: Record<string, unknown> = {}, crm: Client = tenant.admin) =>
  (await crm.createOpportunity({ name: "Fleet", customer_id: customer, ...more })).data;
const listHistory = async (id: string, crm: Client = tenant.admin) =>
  (await crm.listOpportunityHistory({ id, limit: 100 })).data as HistoryEntry[];

interface HistoryEntry {
  move: string;
  reason: string | null;
  seconds_in_stage: number | null;
  from_stage_id: string | null;
  to_stage_id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
}

describe("the lifecycle of an opportunity", () => {
  it("moves forward with the required fields, moves back with a reason, and publishes each move", async () => {
    const { id } = await createOpportunity({ stage_id: "needs_analysis" });
    const proposal = { id, stage_id: "proposal" };
    await expect(tenant.admin.moveOpportunity(proposal)).rejects.toMatchObject({
      status: 422,
      details: [{ field: "amount" }, { field: "close_date" }],
    });
    app.setClock({ advance: 90_000 });
    const { data: movedOpportunity } = await tenant.admin.moveOpportunity({
      ...proposal,
      fields: { amount: "100", close_date: "2030-01-31" },
    });
    expect(movedOpportunity).toMatchObject({ probability: 60, amount: "100.00", expected_revenue: "60.00", version: 2 });
    await expect(tenant.admin.updateOpportunity({ id, amount: null })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "amount" }],
    });
    await expect(tenant.admin.moveOpportunity({ id, stage_id: "qualification" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "reason" }],
    });
    await tenant.admin.moveOpportunity({ id, stage_id: "qualification", reason: "They ask anew", probability: 33 });
    const history = await listHistory(id);
    expect(history.map(({ move, reason }) => [move, reason])).toEqual([
      ["BACK", "They ask anew"],
      ["FORWARD", null],
      ["CREATED", null],
    ]);
    expect(history[1]?.seconds_in_stage).toBeGreaterThanOrEqual(90);
    expect(history[1]?.seconds_in_stage).toBeLessThan(600);
    expect(history[0]).toMatchObject({ before: { probability: 60, amount: "100.00" }, after: { probability: 33 } });
    expect(history[2]).toMatchObject({ before: null, after: { amount: null, probability: 40 } });
  });

  it("closes once: a second close is rejected with the existing outcome", async () => {
    const { id } = await createOpportunity({ amount: "10" });
    await expect(tenant.admin.winOpportunity({ id, win_loss_reason_id: "no_budget" })).rejects.toMatchObject({
      details: [{ field: "win_loss_reason_id" }],
    });
    await expect(tenant.admin.winOpportunity({ id, closed_date: "2999-01-01" })).rejects.toMatchObject({
      details: [{ field: "closed_date" }],
    });
    await expect(tenant.admin.winOpportunity({ id, closed_date: "2001-01-01" })).rejects.toMatchObject({
      details: [{ field: "closed_date" }],
    });
    const outcomes = await Promise.allSettled([
      tenant.admin.winOpportunity({ id, win_loss_reason_id: "best_fit", notes: "Fits" }),
      tenant.admin.loseOpportunity({ id, win_loss_reason_id: "no_budget" }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejection = outcomes.find((outcome) => outcome.status === "rejected");
    expect(rejection?.reason).toMatchObject({ status: 409, message: expect.stringMatching(/already (won|lost) on \d{4}-/) });
    const ends = (await listHistory(id)).filter(({ move }) => move === "WON" || move === "LOST");
    expect(ends).toHaveLength(1);
    await expect(tenant.admin.updateOpportunity({ id, stage_id: "prospecting" })).rejects.toMatchObject({ status: 422 });
    await expect(tenant.admin.reopenOpportunity({ id, reason: " " })).rejects.toMatchObject({ details: [{ field: "reason" }] });
    const { data: open } = await tenant.admin.reopenOpportunity({ id, reason: "They called", stage_id: "qualification" });
    expect(open).toMatchObject({ is_closed: false, closed_date: null, win_loss_reason_id: null, win_loss_notes: null });
    await expect(tenant.admin.reopenOpportunity({ id, reason: "Again" })).rejects.toMatchObject({ status: 422 });
  });

  it("requires a reason for a loss, allows one of its own competitors, and requires details if the reason does", async () => {
    const { id } = await createOpportunity({ competitors: [{ competitor_name: "Nautilus", is_primary_competitor: true }] });
    await expect(allowAnyInput(tenant.admin).loseOpportunity({ id })).rejects.toMatchObject({
      details: [{ field: "win_loss_reason_id" }],
    });
    const lose = (more: object) => tenant.admin.loseOpportunity({ id, win_loss_reason_id: "lost_other", ...more });
    await expect(lose({})).rejects.toMatchObject({ status: 400, details: [{ field: "notes" }] });
    await expect(lose({ notes: "x", competitor_id: "ocm_none" })).rejects.toMatchObject({
      details: [{ field: "competitor_id" }],
    });
    const { data: rivals } = await tenant.admin.listCompetitors({ id });
    const { data } = await lose({ notes: "Cheaper", competitor_id: rivals[0]?.id });
    expect(data).toMatchObject({ is_won: false, win_loss_notes: "Cheaper", competitor_id: rivals[0]?.id, has_competition: true });
    const { data: bare } = await tenant.admin.removeCompetitor({ id, competitor_id: String(rivals[0]?.id) });
    expect(bare).toMatchObject({ competitors: [], competitor_id: null });
  });

  it("requires a customer for a win", async () => {
    const { id } = await createOpportunity({ customer_id: null, amount: "5" });
    await expect(tenant.admin.winOpportunity({ id })).rejects.toMatchObject({ status: 422, details: [{ field: "customer_id" }] });
    await tenant.admin.updateOpportunity({ id, customer_id: customer });
    expect((await tenant.admin.winOpportunity({ id })).data).toMatchObject({ is_won: true });
  });

  it("is closed to users who cannot see the opportunity", async () => {
    const { id } = await createOpportunity({ owner_id: rep.id, amount: "5" });
    for (const attempt of [
      () => otherRep.client.moveOpportunity({ id, stage_id: "qualification" }),
      () => otherRep.client.winOpportunity({ id }),
      () => otherRep.client.loseOpportunity({ id, win_loss_reason_id: "timing" }),
      () => otherRep.client.reopenOpportunity({ id, reason: "x" }),
      () => otherRep.client.listOpportunityHistory({ id }),
      () => otherRep.client.listOpportunityProducts({ id }),
      () => otherRep.client.addOpportunityProduct({ id, name: "Mast" }),
      () => otherRep.client.addCompetitor({ id, competitor_name: "Nautilus" }),
      () => otherRep.client.listOpportunityQuotes({ id }),
    ])
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    expect(await listHistory(id, rep.client)).toHaveLength(1);
  });

  it("enforces the exit checks of the tenant's stages", async () => {
    const freshTenant = await signUp(app);
    const stages = (await freshTenant.admin.listOpportunityStages({ limit: 100 })).data;
    const first = String(stages.find(({ code }) => code === "prospecting")?.id);
    await freshTenant.admin.updateMaster({
      kind: "opportunity-stages",
      id: first,
      exit_checks: ["HAS_PRODUCTS", "HAS_ACTIVITY"],
    });
    const { data } = await freshTenant.admin.createOpportunity({ name: "Checked", amount: "5" });
    const go = () => freshTenant.admin.moveOpportunity({ id: data.id, stage_id: "qualification" });
    await expect(go()).rejects.toMatchObject({ status: 422, details: [{ field: "products" }, { field: "last_activity_date" }] });
    await freshTenant.admin.addOpportunityProduct({ id: data.id, name: "Mast" });
    await freshTenant.admin.logOpportunityActivity({ id: data.id, subject: "Call", activity_type_id: "call" });
    expect((await go()).data.probability).toBe(20);
  });
});

describe("twenty users in one pipeline", () => {
  it("make one consistent history of each opportunity in concurrent requests", async () => {
    const chance = createTestRandom("moves of opportunities");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const opportunities = await Promise.all(Array.from({ length: 4 }, () => createOpportunity({ amount: "10", owner_id: null })));
    const crm = [tenant.admin, rep.client, otherRep.client];
    const act = (): Promise<unknown> => {
      const [as, { id }] = [pick(crm), pick(opportunities)];
      const stage_id = pick(["prospecting", "qualification", "needs_analysis", "proposal"]);
      return pick([
        () => as.moveOpportunity({ id, stage_id, reason: "So", fields: { amount: "20", close_date: "2030-01-31" } }),
        () => as.moveOpportunity({ id, stage_id, reason: "So" }),
        () => as.updateOpportunity({ id, amount: pick(["1.00", "2.00", "3.00"]) }),
        () => as.updateOpportunity({ id, probability: pick([5, 50, null]) }),
        () => as.updateOpportunity({ id, next_step: `Step ${chance()}` }),
        () => as.winOpportunity({ id }),
        () => as.loseOpportunity({ id, win_loss_reason_id: "timing" }),
        () => as.reopenOpportunity({ id, reason: "Again" }),
        () => tenant.admin.deleteOpportunity({ id }),
        () => tenant.admin.restoreOpportunity({ id }),
        () => as.addOpportunityProduct({ id, name: "Mast", unit_price: "7", quantity: "2" }),
      ])();
    };
    let done = 0;
    // Random actions may be rejected often at first.
    for (let burst = 0; burst < 12 || (done <= 40 && burst < 40); burst++) {
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, act));
      done += outcomes.filter(({ status }) => status === "fulfilled").length;
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect([400, 404, 409, 422]).toContain(outcome.reason.status);
    }
    expect(done).toBeGreaterThan(40);
    for (const { id } of opportunities) {
      await tenant.admin.restoreOpportunity({ id }).catch(() => undefined);
      const { data: now } = await tenant.admin.getOpportunity({ id });
      const history = (await listHistory(id)).toReversed();
      expect(history[0]).toMatchObject({ move: "CREATED", before: null });
      for (const [index, entry] of history.entries()) if (index > 0) expect(entry.before).toEqual(history[index - 1]?.after);
      const currentValues = Object.fromEntries(Object.keys(trackedFields).map((name) => [name, now[name as "amount"]]));
      expect(history.at(-1)?.after).toEqual(currentValues);
    }
  });
});

describe("products of an opportunity", () => {
  it("determine its amount until it is set manually", async () => {
    const { id } = await createOpportunity({ currency: "KWD", amount: "9" });
    const readAmount = async () =>
      (({ amount, amount_is_manual }) => [amount, amount_is_manual])((await tenant.admin.getOpportunity({ id })).data);
    expect(await readAmount()).toEqual(["9.000", false]);
    const { data: mast, status } = await tenant.admin.addOpportunityProduct({
      ...{ id, name: "Mast", quantity: "1.5", unit_price: "3.333", discount_percent: "10" },
    });
    expect([status, mast]).toMatchObject([201, { total_price: "4.500", unit_price: "3.333", quantity: "1.5" }]);
    expect(await readAmount()).toEqual(["4.500", false]);
    await tenant.admin.addOpportunityProduct({ id, name: "Advice" });
    expect(await readAmount()).toEqual(["4.500", false]);
    await tenant.admin.updateOpportunity({ id, amount: "100" });
    expect(await readAmount()).toEqual(["100.000", true]);
    await tenant.admin.replaceOpportunityProduct({ id, line_id: mast.id, name: "Mast", unit_price: "1" });
    expect(await readAmount()).toEqual(["100.000", true]);
    await tenant.admin.updateOpportunity({ id, name: "Renamed", amount: "100.000" });
    await tenant.admin.updateOpportunity({ id, amount: null });
    expect(await readAmount()).toEqual(["1.000", false]);
    await tenant.admin.removeOpportunityProduct({ id, line_id: mast.id });
    expect((await tenant.admin.listOpportunityProducts({ id })).data).toMatchObject([{ name: "Advice", total_price: null }]);
    await expect(tenant.admin.removeOpportunityProduct({ id, line_id: mast.id })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [{ name: "Mast", quantity: "0" }, "quantity"],
    [{ name: "Mast", discount_percent: "101" }, "discount_percent"],
    [{ name: "Mast", unit_price: "1.005" }, "products[0].unit_price"],
    [{ quantity: "1" }, "name"],
  ])("are rejected with %o, and the error names the field", async (line, field) => {
    const { id } = await createOpportunity();
    await expect(tenant.admin.addOpportunityProduct({ id, ...line })).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it.each([
    [{ product_id: 7 }, ["name", "product_id"]],
    [{ product_id: "prd_000000000000000000" }, ["name", "product_id"]],
    [{ product_id: "lea_000000000000000000", quantity: "0" }, ["name", "product_id", "quantity"]],
    [{ product_id: "prd_000000000000000000", quantity: "0" }, ["name", "product_id", "quantity"]],
  ])("are rejected with %o, which has no name, and the error names all fields", async (line, fields) => {
    const { id } = await createOpportunity();
    const refusal = await allowAnyInput(tenant.admin)
      .addOpportunityProduct({ id, ...line })
      .catch((error) => error);
    expect(refusal.details.map(({ field }: { field: string }) => field).sort()).toEqual(fields);
  });

  it("take name and price from the product by default", async () => {
    const { data: mast } = await tenant.admin.createProduct({ name: "Mast", sku: "M-1", unit_price: "120.50" });
    const { id } = await createOpportunity({
      products: [
        { product_id: mast.id, quantity: "2" },
        { product_id: mast.id, unit_price: null },
      ],
    });
    await tenant.admin.addOpportunityProduct({ id, product_id: mast.id, name: "Second mast", unit_price: "9" });
    const lines = async () =>
      (await tenant.admin.listOpportunityProducts({ id })).data.map(({ name, unit_price, total_price }) => [
        name,
        unit_price,
        total_price,
      ]);
    expect(await lines()).toEqual([
      ["Mast", "120.50", "241.00"],
      ["Mast", null, null],
      ["Second mast", "9.00", "9.00"],
    ]);
    await tenant.admin.deleteProduct({ id: mast.id });
    await expect(tenant.admin.addOpportunityProduct({ id, product_id: mast.id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "product_id" }],
    });
    const [first] = (await tenant.admin.listOpportunityProducts({ id })).data;
    await tenant.admin.replaceOpportunityProduct({
      id,
      line_id: String(first?.id),
      product_id: mast.id,
      quantity: "1",
      unit_price: "1",
    });
    expect((await lines())[0]).toEqual(["Mast", "1.00", "1.00"]);
  });

  it("are all stored in concurrent requests", async () => {
    const { id } = await createOpportunity();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        tenant.admin.addOpportunityProduct({ id, name: `Part ${index}`, unit_price: "1.10" }),
      ),
    );
    const { data } = await tenant.admin.getOpportunity({ id });
    expect([data.products.length, data.amount]).toEqual([8, "8.80"]);
  });

  it("have no cents in yen", async () => {
    expect(await createOpportunity({ currency: "JPY", amount: "1200.00" })).toMatchObject({
      amount: "1200",
      expected_revenue: "120",
    });
    await expect(createOpportunity({ currency: "JPY", amount: "1200.50" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "amount" }],
    });
  });
});

describe("an opportunity of a lead", () => {
  it("has no customer until the lead is converted, which continues with it and moves the others", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ budget: "500" }));
    const leadFields = { customer_id: null, lead_id: lead.id };
    const [first, second] = [
      await createOpportunity({ ...leadFields, name: "First", amount: "1" }),
      await createOpportunity({ ...leadFields, name: "Second", amount: "2" }),
    ];
    const lostOpportunity = await createOpportunity({ ...leadFields, name: "Lost" });
    await tenant.admin.loseOpportunity({ id: lostOpportunity.id, win_loss_reason_id: "timing" });
    expect(second).toMatchObject({ lead_id: lead.id, customer_id: null, personal_key_id: lead.personal_key_id });
    await app.settle();
    const listed = await tenant.admin.listOpportunities({ lead: lead.id });
    expect([listed.data.map(({ name }) => name), listed.meta.total]).toEqual([["Lost", "Second", "First"], 3]);
    const { data } = await tenant.admin.convertLead({ id: lead.id, override_reason: "Signed" });
    expect(data.opportunity).toMatchObject({ id: second.id, name: "Second", amount: "2.00", customer_id: data.customer.id });
    await app.settle();
    for (const { id } of [first, lostOpportunity])
      expect((await tenant.admin.getOpportunity({ id })).data).toMatchObject({
        customer_id: data.customer.id,
        contact_id: data.contact.id,
      });
    await expect(createOpportunity(leadFields)).rejects.toMatchObject({ status: 400, details: [{ field: "lead_id" }] });
  });

  it("requires a lead that the caller can see", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: rep.id }));
    await expect(createOpportunity({ customer_id: null, lead_id: lead.id }, otherRep.client)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "lead_id" }],
    });
  });

  it("starts in an open stage, and is closed from there", async () => {
    await expect(createOpportunity({ stage_id: "closed_won", amount: "1" })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "stage_id" }],
    });
    const { id } = await createOpportunity({ amount: "1" });
    expect(await moveToStage(tenant.admin, id, "closed_won")).toMatchObject({ is_won: true, probability: 100 });
  });
});
