import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { moveToStage, type StageCode } from "./stages.ts";
import { runWithInterference } from "./support.ts";

let app: App;
let tenant: Tenant;
let reps: TestUser[];
let customer: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  reps = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
  customer = await createCustomer();
});
afterAll(() => app.stop());

let customerCount = 0;
const createCustomer = async (more: Record<string, unknown> = {}): Promise<string> =>
  (await tenant.admin.createCustomer({ name: `Buyer ${++customerCount}`, ...more })).data.id;
const createContact = async (customer_id: string) =>
  (await tenant.admin.createContact({ ...newLead({ company: undefined }), customer_id })).data;

const rep = (n: number): TestUser => reps[n] as TestUser;
const createOpportunity = async (more: Record<string, unknown> = {}) =>
  (await tenant.admin.createOpportunity({ name: "Fleet", customer_id: customer, ...more })).data;
const findStageId = async (code: string): Promise<string> =>
  String((await tenant.admin.listOpportunityStages({ limit: 100 })).data.find((stage) => stage.code === code)?.id);

describe("an opportunity", () => {
  it("starts in the first open stage, with the values derived from it", async () => {
    const opportunity = await createOpportunity({ amount: "1234.5" });
    expect(opportunity).toMatchObject({
      name: "Fleet",
      customer_id: customer,
      contact_id: null,
      personal_key_id: null,
      lead_id: null,
      owner_id: tenant.userId,
      stage_id: await findStageId("prospecting"),
      probability: 10,
      probability_is_manual: false,
      amount: "1234.50",
      currency: "USD",
      expected_revenue: "123.45",
      forecast_category: "PIPELINE",
      is_closed: false,
      is_won: null,
      closed_date: null,
      has_competition: false,
      last_activity_date: null,
    });
    expect(opportunity.opportunity_number).toMatch(/^O-\d{4}-\d{6}$/);
    expect(opportunity.links).toMatchObject({
      customer: `/api/v1/customers/${customer}`,
      activities: `/api/v1/opportunities/${opportunity.id}/activities`,
    });
  });

  it("needs neither an amount nor a close date", async () => {
    expect(await createOpportunity()).toMatchObject({ amount: null, expected_revenue: null, close_date: null });
  });

  it("follows its stage until its probability is set manually", async () => {
    const { id } = await createOpportunity({ amount: "1000" });
    const patch = async (change: object) => (await tenant.admin.updateOpportunity({ id, ...change })).data;
    expect(await moveToStage(tenant.admin, id, "proposal")).toMatchObject({
      probability: 60,
      forecast_category: "BEST_CASE",
      expected_revenue: "600.00",
    });
    expect(await patch({ probability: 35 })).toMatchObject({ probability_is_manual: true, expected_revenue: "350.00" });
    expect(await patch({ stage_id: "negotiation", amount: "10.10" })).toMatchObject({
      probability: 35,
      forecast_category: "COMMIT",
      expected_revenue: "3.54",
    });
    expect(await patch({ probability: null })).toMatchObject({ probability: 80, probability_is_manual: false });
  });

  it("is closed by its stage, on the day of the tenant, and reopened", async () => {
    app.setClock({ now: "2026-12-31T20:00:00Z" });
    try {
      const { admin } = await signUp(app, { timezone: "Asia/Tokyo" });
      const customerId = (await admin.createCustomer({ name: "Night shift" })).data.id;
      const { data: opportunity } = await admin.createOpportunity({
        name: "A",
        customer_id: customerId,
        amount: "50",
        probability: 30,
      });
      const patch = async (change: object) => (await admin.updateOpportunity({ id: opportunity.id, ...change })).data;
      const wonOpportunity = await moveToStage(admin, opportunity.id, "closed_won");
      expect(wonOpportunity).toMatchObject({
        is_closed: true,
        is_won: true,
        closed_date: "2027-01-01",
        probability: 100,
        probability_is_manual: false,
        expected_revenue: "50.00",
        forecast_category: "CLOSED",
      });
      await expect(patch({ probability: 50 })).rejects.toMatchObject({ status: 400, details: [{ field: "probability" }] });
      expect(await moveToStage(admin, opportunity.id, "closed_lost")).toMatchObject({
        is_won: false,
        probability: 0,
        expected_revenue: "0.00",
        forecast_category: "OMITTED",
      });
      expect(await moveToStage(admin, opportunity.id, "qualification")).toMatchObject({
        is_closed: false,
        is_won: null,
        closed_date: null,
        probability: 20,
      });
    } finally {
      app.setClock({ reset: true });
    }
  });

  it("accepts its own GET response, and can be replaced", async () => {
    const opportunity = await createOpportunity({
      amount: "10",
      probability: 45,
      description: "Long",
      type: "renewal",
      owner_id: rep(0).id,
    });
    const { data: unchangedOpportunity } = await tenant.admin.replaceOpportunity(opportunity);
    expect(unchangedOpportunity).toEqual(opportunity);
    const { data: replaced } = await tenant.admin.replaceOpportunity({
      id: opportunity.id,
      name: "Bare",
      customer_id: customer,
    });
    expect(replaced).toMatchObject({
      name: "Bare",
      amount: null,
      description: null,
      type: null,
      probability: 10,
      owner_id: rep(0).id,
    });
    expect(replaced.probability_is_manual).toBe(false);
  });

  it("records when its stage changed", async () => {
    const { id, stage_changed_at } = await createOpportunity();
    const renamedOpportunity = (await tenant.admin.updateOpportunity({ id, name: "Other" })).data;
    expect(renamedOpportunity.stage_changed_at).toBe(stage_changed_at);
    const movedOpportunity = (await tenant.admin.updateOpportunity({ id, stage_id: "qualification" })).data;
    expect(movedOpportunity.stage_changed_at > stage_changed_at).toBe(true);
  });

  it.each([
    [{ name: " " }, "name"],
    [{ customer_id: "cus_000000000000000000" }, "customer_id"],
    [{ contact_id: "ctc_000000000000000000" }, "contact_id"],
    [{ stage_id: "nowhere" }, "stage_id"],
    [{ probability: 101 }, "probability"],
    [{ stage_id: "closed_won", probability: 50 }, "probability"],
    [{ amount: "12,5" }, "amount"],
    [{ close_date: "2026-02-30" }, "close_date"],
    [{ owner_id: "usr_000000000000000000" }, "owner_id"],
    [{ type: "GIFT" }, "type"],
  ])("rejects %o, and names the field", async (more, field) => {
    await expect(createOpportunity(more)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("reports all invalid references at once", async () => {
    const invalidReferences = { customer_id: "cus_000000000000000000", stage_id: "nowhere", territory_id: "nowhere" };
    await expect(createOpportunity(invalidReferences)).rejects.toMatchObject({
      details: expect.arrayContaining(Object.keys(invalidReferences).map((field) => expect.objectContaining({ field }))),
    });
  });

  it("can have a contact of its customer, and is created in the collection of that person", async () => {
    const ada = await createContact(customer);
    const opportunity = await createOpportunity({ contact_id: ada.id });
    expect(opportunity).toMatchObject({ contact_id: ada.id, personal_key_id: ada.personal_key_id });
    expect(opportunity.id.slice(-19)).toBe(`p${ada.personal_key_id.slice(4)}`);
    const bob = await createContact(customer);
    const { data: updatedOpportunity } = await tenant.admin.updateOpportunity({ id: opportunity.id, contact_id: bob.id });
    expect(updatedOpportunity).toMatchObject({ id: opportunity.id, personal_key_id: bob.personal_key_id });
    const { data: clearedOpportunity } = await tenant.admin.updateOpportunity({ id: opportunity.id, contact_id: null });
    expect(clearedOpportunity.personal_key_id).toBeNull();
  });

  it("rejects a contact of another customer, of a lead, or that is deleted", async () => {
    const elsewhere = await createCustomer();
    const [otherContact, ownContact] = [await createContact(elsewhere), await createContact(customer)];
    const lead = (await tenant.admin.createLead(newLead())).data.id;
    const ofLead = (await tenant.admin.createContact({ ...newLead({ company: undefined }), lead_id: lead })).data;
    const rejection = { status: 400, details: [{ field: "contact_id" }] };
    for (const { id } of [otherContact, ofLead])
      await expect(createOpportunity({ contact_id: id })).rejects.toMatchObject(rejection);
    const { id } = await createOpportunity({ contact_id: ownContact.id });
    await expect(tenant.admin.updateOpportunity({ id, customer_id: elsewhere })).rejects.toMatchObject(rejection);
    const updateResponse = await tenant.admin.updateOpportunity({ id, customer_id: elsewhere, contact_id: otherContact.id });
    expect(updateResponse.data.personal_key_id).toBe(otherContact.personal_key_id);
    await tenant.admin.deleteContact({ id: ownContact.id });
    await expect(createOpportunity({ contact_id: ownContact.id })).rejects.toMatchObject(rejection);
  });

  it.each(["customer", "contact"] as const)("is rejected if its %s is deleted concurrently", async (kind) => {
    const customerId = await createCustomer();
    const { id: contact_id } = await createContact(customerId);
    const remove = async () => {
      await tenant.admin.deleteContact({ id: contact_id });
      if (kind === "customer") await tenant.admin.deleteCustomer({ id: customerId });
    };
    const creation = runWithInterference(app, tenant, "commit", remove, () =>
      Opportunity.create({ name: "Late", customer_id: customerId, contact_id }),
    );
    await expect(creation).rejects.toMatchObject({ code: "VALIDATION_ERROR", details: [{ field: `${kind}_id` }] });
  });

  it("is rejected for a customer that the caller cannot see", async () => {
    const hidden = await createCustomer({ owner_id: rep(0).id });
    const input = { name: "Poached", customer_id: hidden };
    await expect(rep(1).client.createOpportunity(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "customer_id" }],
    });
    const ownOpportunity = (await rep(0).client.createOpportunity(input)).data;
    expect(ownOpportunity.owner_id).toBe(rep(0).id);
    await expect(rep(1).client.getOpportunity({ id: ownOpportunity.id })).rejects.toMatchObject({ status: 404 });
  });

  it("can be given to others by authorized users, and taken by any user if it is unassigned", async () => {
    const customerId = await createCustomer({ owner_id: null });
    const { id } = await createOpportunity({ customer_id: customerId, owner_id: null });
    await expect(rep(0).client.updateOpportunity({ id, owner_id: rep(1).id })).rejects.toMatchObject({ status: 403 });
    expect((await rep(0).client.updateOpportunity({ id, owner_id: rep(0).id })).data.owner_id).toBe(rep(0).id);
    expect((await tenant.admin.updateOpportunity({ id, owner_id: rep(1).id })).data.owner_id).toBe(rep(1).id);
    const input = { name: "For you", customer_id: customerId, owner_id: rep(1).id };
    await expect(rep(0).client.createOpportunity(input)).rejects.toMatchObject({ status: 403 });
  });
});

describe("stages", () => {
  it("are the seven initial ones of a tenant, and those that it creates", async () => {
    const freshTenant = await signUp(app);
    const { data } = await freshTenant.admin.listOpportunityStages({});
    expect(
      data.map(({ code, probability, forecast_category, is_closed, is_won }) => [
        code,
        probability,
        forecast_category,
        is_closed,
        is_won,
      ]),
    ).toEqual([
      ["prospecting", 10, "PIPELINE", false, false],
      ["qualification", 20, "PIPELINE", false, false],
      ["needs_analysis", 40, "PIPELINE", false, false],
      ["proposal", 60, "BEST_CASE", false, false],
      ["negotiation", 80, "COMMIT", false, false],
      ["closed_won", 100, "CLOSED", true, true],
      ["closed_lost", 0, "OMITTED", true, false],
    ]);
    const stageResponse = await freshTenant.admin.createOpportunityStage({
      name: "Pilot",
      probability: 70,
      sequence: 1,
    });
    expect(stageResponse).toMatchObject({ status: 201, data: { code: "pilot", probability: 70, forecast_category: "PIPELINE" } });
    const { id } = (await freshTenant.admin.createCustomer({ name: "Early" })).data;
    const first = (await freshTenant.admin.createOpportunity({ name: "A", customer_id: id })).data;
    expect(first).toMatchObject({ stage_id: stageResponse.data.id, probability: 70 });
  });

  it("have the probability of their outcome if they are final, and stay final", async () => {
    const freshTenant = await signUp(app);
    const { data: signed } = await freshTenant.admin.createOpportunityStage({
      name: "Signed",
      is_closed: true,
      is_won: true,
    });
    expect(signed).toMatchObject({ probability: 100, forecast_category: "CLOSED" });
    const open = { kind: "opportunity-stages", id: signed.id, is_closed: false };
    await expect(freshTenant.admin.updateMaster(open)).rejects.toMatchObject({ status: 400, details: [{ field: "is_closed" }] });
    const odd = { name: "Odd", is_won: true };
    await expect(freshTenant.admin.createOpportunityStage(odd)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "is_won" }],
    });
  });

  it("apply their changes to an opportunity with its next change", async () => {
    const freshTenant = await signUp(app);
    const { id } = (await freshTenant.admin.createCustomer({ name: "Late" })).data;
    const opportunity = (await freshTenant.admin.createOpportunity({ name: "A", customer_id: id, amount: "100" })).data;
    await freshTenant.admin.updateMaster({ kind: "opportunity-stages", id: opportunity.stage_id, probability: 15 });
    expect((await freshTenant.admin.getOpportunity({ id: opportunity.id })).data.probability).toBe(10);
    const renamedOpportunity = (await freshTenant.admin.updateOpportunity({ id: opportunity.id, name: "B" })).data;
    expect(renamedOpportunity).toMatchObject({ probability: 15, expected_revenue: "15.00" });
  });

  it("include at least one open stage in use", async () => {
    const freshTenant = await signUp(app);
    const { id } = (await freshTenant.admin.createCustomer({ name: "Nowhere" })).data;
    const { data: stages } = await freshTenant.admin.listOpportunityStages({});
    for (const stage of stages.filter(({ is_closed }) => !is_closed))
      await freshTenant.admin.deleteMaster({ kind: "opportunity-stages", id: stage.id });
    const input = { name: "A", customer_id: id };
    await expect(freshTenant.admin.createOpportunity(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "stage_id" }],
    });
  });
});

describe("the list", () => {
  let freshTenant: Tenant;
  let buyer: string;
  let otherBuyer: string;
  let seller: TestUser;
  let contact: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    freshTenant = await signUp(app);
    seller = await addUser(app, freshTenant, "SALES_REP");
    buyer = (await freshTenant.admin.createCustomer({ name: "One" })).data.id;
    otherBuyer = (await freshTenant.admin.createCustomer({ name: "Two", owner_id: null })).data.id;
    const make = async (name: string, input: Record<string, unknown>) => {
      const { stage_id, ...first } = input;
      ids[name] = (await freshTenant.admin.createOpportunity({ name, ...first })).data.id;
      if (stage_id) await moveToStage(freshTenant.admin, ids[name], stage_id as StageCode);
    };
    await make("small", { customer_id: buyer, amount: "9.99", close_date: "2027-03-01", has_competition: true });
    await make("large", { customer_id: buyer, amount: "1000000", close_date: "2027-01-01", stage_id: "proposal" });
    await make("won", { customer_id: buyer, amount: "50", stage_id: "closed_won" });
    await make("lost", { customer_id: buyer, stage_id: "closed_lost", owner_id: seller.id });
    const names = { ...newLead({ company: undefined }), customer_id: buyer };
    contact = (await freshTenant.admin.createContact(names)).data.id;
    await make("elsewhere", { customer_id: otherBuyer, amount: "100.01", owner_id: seller.id, close_date: "2027-02-01" });
    await app.settle();
  });

  const listNames = (rows: readonly { name?: unknown }[]) => rows.map(({ name }) => name);

  it.each<[string, object, string[]]>([
    ["all", {}, ["elsewhere", "lost", "won", "large", "small"]],
    ["what is open", { is_closed: "false" }, ["elsewhere", "large", "small"]],
    ["a stage", { stage: "closed_won" }, ["won"]],
    ["what has competition", { has_competition: "true" }, ["small"]],
    ["what has none, the largest first", { "has_competition[eq]": false, sort: "amount" }, ["large", "elsewhere", "won", "lost"]],
    ["words", { search: "lar" }, ["large"]],
    ["amounts, the largest first", { sort: "amount" }, ["large", "elsewhere", "won", "small", "lost"]],
    ["close dates, the next first", { sort: "close_date", order: "asc" }, ["large", "elsewhere", "small", "won", "lost"]],
  ])("by %s", async (_, query, expected) => {
    const { data, meta } = await allowAnyInput(freshTenant.admin).listOpportunities(query);
    expect([listNames(data), meta.total]).toEqual([expected, expected.length]);
  });

  it.each<[string, object, string[]]>([
    ["all", {}, ["lost", "won", "large", "small"]],
    ["what is open", { is_closed: false }, ["large", "small"]],
    ["what is closed", { is_closed: true }, ["lost", "won"]],
    ["what is open, the largest first", { is_closed: false, sort: "amount" }, ["large", "small"]],
    ["a stage", { stage: "proposal" }, ["large"]],
    ["what has no competition", { has_competition: false }, ["lost", "won", "large"]],
  ])("of a customer: %s", async (_, query, expected) => {
    for (const listed of [
      await freshTenant.admin.listOpportunities({ customer: buyer, ...query }),
      await freshTenant.admin.listCustomerOpportunities({ id: buyer, ...query }),
    ])
      expect([listNames(listed.data), listed.meta.total]).toEqual([expected, expected.length]);
  });

  it("can be filtered by contact, within the visibility of the caller", async () => {
    for (const id of [ids.small, ids.lost]) await freshTenant.admin.updateOpportunity({ id: String(id), contact_id: contact });
    await app.settle();
    const listed = await freshTenant.admin.listContactOpportunities({ id: contact });
    expect([listNames(listed.data), listed.meta.total]).toEqual([["lost", "small"], 2]);
    const open = await freshTenant.admin.listOpportunities({ contact, is_closed: "false" });
    expect([listNames(open.data), open.meta.total]).toEqual([["small"], 1]);
    const sellerList = await seller.client.listOpportunities({ contact });
    expect([listNames(sellerList.data), sellerList.meta.total]).toEqual([["lost"], 1]);
    for (const id of [ids.small, ids.lost]) await freshTenant.admin.updateOpportunity({ id: String(id), contact_id: null });
    await app.settle();
    expect((await freshTenant.admin.listContactOpportunities({ id: contact })).data).toEqual([]);
  });

  it("continues after a cursor if its index is split", async () => {
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await freshTenant.admin.listOpportunities({ customer: buyer, limit: 1, ...(cursor ? { cursor } : {}) });
      pages.push(...listNames(page.data));
      cursor = page.meta.next_cursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual(["lost", "won", "large", "small"]);
  });

  it("shows callers their own and unassigned opportunities, also for a customer", async () => {
    const { data, meta } = await seller.client.listOpportunities({});
    expect([listNames(data), meta.total]).toEqual([["elsewhere", "lost"], 2]);
    const sellerList = await seller.client.listOpportunities({ customer: otherBuyer, is_closed: "false" });
    expect([listNames(sellerList.data), sellerList.meta.total]).toEqual([["elsewhere"], 1]);
    await expect(seller.client.listCustomerOpportunities({ id: buyer })).rejects.toMatchObject({ status: 404 });
    const ownerList = await freshTenant.admin.listOpportunities({ owner: seller.id, customer: buyer });
    expect([listNames(ownerList.data), ownerList.meta.total]).toEqual([["lost"], 1]);
  });

  it("follows closing, reassignment and deletion", async () => {
    const { id } = (await freshTenant.admin.createOpportunity({ name: "moving", customer_id: otherBuyer, owner_id: seller.id }))
      .data;
    const open = async () => {
      await app.settle();
      const { data, meta } = await freshTenant.admin.listCustomerOpportunities({ id: otherBuyer, is_closed: "false" });
      return [listNames(data), meta.total];
    };
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await moveToStage(freshTenant.admin, id, "closed_lost");
    expect(await open()).toEqual([["elsewhere"], 1]);
    await moveToStage(freshTenant.admin, id, "proposal", { customer_id: buyer });
    await freshTenant.admin.updateOpportunity({ id, customer_id: buyer });
    expect(await open()).toEqual([["elsewhere"], 1]);
    await freshTenant.admin.updateOpportunity({ id, customer_id: otherBuyer });
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await freshTenant.admin.deleteOpportunity({ id });
    expect(await open()).toEqual([["elsewhere"], 1]);
    expect(listNames((await freshTenant.admin.listOpportunities({ deleted: true })).data)).toEqual(["moving"]);
    await freshTenant.admin.restoreOpportunity({ id });
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await freshTenant.admin.deleteOpportunity({ id });
  });
});

describe("the audit trail", () => {
  it("marks opportunities as confidential, with their customer", async () => {
    const { id } = await createOpportunity();
    await app.settle();
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id: id });
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(entries[0]?.id) });
    expect(entry).toMatchObject({ data_sensitivity: "confidential", customer_id: customer, operation: "INSERT" });
  });
});
