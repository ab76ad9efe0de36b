import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
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
  (await tenant.admin.createCustomer({ name: `Buyer ${++customerCount}`, ...more } as never)).data.id;
const createContact = async (customer_id: string) =>
  (await tenant.admin.createContact({ ...newLead({ company: undefined }), customer_id } as never)).data;

const rep = (n: number): TestUser => reps[n] as TestUser;
const createOpportunity = async (more: Record<string, unknown> = {}) =>
  (await tenant.admin.createOpportunity({ name: "Fleet", customer_id: customer, ...more } as never)).data;
const findStageId = async (code: string): Promise<string> =>
  String((await tenant.admin.listOpportunityStages({ limit: 100 })).data.find((stage) => stage.code === code)?.id);

describe("an opportunity", () => {
  it("starts in the first open stage, with the values derived from it", async () => {
    const made = await createOpportunity({ amount: "1234.5" });
    expect(made).toMatchObject({
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
    expect(made.opportunity_number).toMatch(/^O-\d{4}-\d{6}$/);
    expect(made.links).toMatchObject({
      customer: `/api/v1/customers/${customer}`,
      activities: `/api/v1/opportunities/${made.id}/activities`,
    });
  });

  it("needs neither an amount nor a close date", async () => {
    expect(await createOpportunity()).toMatchObject({ amount: null, expected_revenue: null, close_date: null });
  });

  it("follows its stage until its probability is set manually", async () => {
    const { id } = await createOpportunity({ amount: "1000" });
    const patch = async (change: object) => (await tenant.admin.updateOpportunity({ id, ...change } as never)).data;
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
      const at = (await admin.createCustomer({ name: "Night shift" } as never)).data.id;
      const { data: made } = await admin.createOpportunity({
        name: "A",
        customer_id: at,
        amount: "50",
        probability: 30,
      } as never);
      const patch = async (change: object) => (await admin.updateOpportunity({ id: made.id, ...change } as never)).data;
      const won = await moveToStage(admin, made.id, "closed_won");
      expect(won).toMatchObject({
        is_closed: true,
        is_won: true,
        closed_date: "2027-01-01",
        probability: 100,
        probability_is_manual: false,
        expected_revenue: "50.00",
        forecast_category: "CLOSED",
      });
      await expect(patch({ probability: 50 })).rejects.toMatchObject({ status: 400, details: [{ field: "probability" }] });
      expect(await moveToStage(admin, made.id, "closed_lost")).toMatchObject({
        is_won: false,
        probability: 0,
        expected_revenue: "0.00",
        forecast_category: "OMITTED",
      });
      expect(await moveToStage(admin, made.id, "qualification")).toMatchObject({
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
    const made = await createOpportunity({
      amount: "10",
      probability: 45,
      description: "Long",
      type: "renewal",
      owner_id: rep(0).id,
    });
    const { data: same } = await tenant.admin.replaceOpportunity(made as never);
    expect(same).toEqual(made);
    const { data: replaced } = await tenant.admin.replaceOpportunity({
      id: made.id,
      name: "Bare",
      customer_id: customer,
    } as never);
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
    const named = (await tenant.admin.updateOpportunity({ id, name: "Other" } as never)).data;
    expect(named.stage_changed_at).toBe(stage_changed_at);
    const moved = (await tenant.admin.updateOpportunity({ id, stage_id: "qualification" } as never)).data;
    expect(moved.stage_changed_at > stage_changed_at).toBe(true);
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
    const wrong = { customer_id: "cus_000000000000000000", stage_id: "nowhere", territory_id: "nowhere" };
    await expect(createOpportunity(wrong)).rejects.toMatchObject({
      details: expect.arrayContaining(Object.keys(wrong).map((field) => expect.objectContaining({ field }))),
    });
  });

  it("can have a contact of its customer, and is created in the collection of that person", async () => {
    const ada = await createContact(customer);
    const made = await createOpportunity({ contact_id: ada.id });
    expect(made).toMatchObject({ contact_id: ada.id, personal_key_id: ada.personal_key_id });
    expect(made.id.slice(-19)).toBe(`p${ada.personal_key_id.slice(4)}`);
    const bob = await createContact(customer);
    const { data: changed } = await tenant.admin.updateOpportunity({ id: made.id, contact_id: bob.id });
    expect(changed).toMatchObject({ id: made.id, personal_key_id: bob.personal_key_id });
    const { data: none } = await tenant.admin.updateOpportunity({ id: made.id, contact_id: null });
    expect(none.personal_key_id).toBeNull();
  });

  it("rejects a contact of another customer, of a lead, or that is deleted", async () => {
    const elsewhere = await createCustomer();
    const [theirs, own] = [await createContact(elsewhere), await createContact(customer)];
    const lead = (await tenant.admin.createLead(newLead())).data.id;
    const ofLead = (await tenant.admin.createContact({ ...newLead({ company: undefined }), lead_id: lead } as never)).data;
    const refused = { status: 400, details: [{ field: "contact_id" }] };
    for (const { id } of [theirs, ofLead]) await expect(createOpportunity({ contact_id: id })).rejects.toMatchObject(refused);
    const { id } = await createOpportunity({ contact_id: own.id });
    await expect(tenant.admin.updateOpportunity({ id, customer_id: elsewhere })).rejects.toMatchObject(refused);
    const moved = await tenant.admin.updateOpportunity({ id, customer_id: elsewhere, contact_id: theirs.id });
    expect(moved.data.personal_key_id).toBe(theirs.personal_key_id);
    await tenant.admin.deleteContact({ id: own.id });
    await expect(createOpportunity({ contact_id: own.id })).rejects.toMatchObject(refused);
  });

  it.each(["customer", "contact"] as const)("is rejected if its %s is deleted concurrently", async (kind) => {
    const at = await createCustomer();
    const { id: contact_id } = await createContact(at);
    const remove = async () => {
      await tenant.admin.deleteContact({ id: contact_id });
      if (kind === "customer") await tenant.admin.deleteCustomer({ id: at });
    };
    const made = runWithInterference(app, tenant, "commit", remove, () =>
      Opportunity.create({ name: "Late", customer_id: at, contact_id }),
    );
    await expect(made).rejects.toMatchObject({ code: "VALIDATION_ERROR", details: [{ field: `${kind}_id` }] });
  });

  it("is rejected for a customer that the caller cannot see", async () => {
    const hidden = await createCustomer({ owner_id: rep(0).id });
    const input = { name: "Poached", customer_id: hidden } as never;
    await expect(rep(1).client.createOpportunity(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "customer_id" }],
    });
    const own = (await rep(0).client.createOpportunity(input)).data;
    expect(own.owner_id).toBe(rep(0).id);
    await expect(rep(1).client.getOpportunity({ id: own.id })).rejects.toMatchObject({ status: 404 });
  });

  it("can be given to others by authorized users, and taken by any user if it is unassigned", async () => {
    const anybody = await createCustomer({ owner_id: null });
    const { id } = await createOpportunity({ customer_id: anybody, owner_id: null });
    await expect(rep(0).client.updateOpportunity({ id, owner_id: rep(1).id })).rejects.toMatchObject({ status: 403 });
    expect((await rep(0).client.updateOpportunity({ id, owner_id: rep(0).id })).data.owner_id).toBe(rep(0).id);
    expect((await tenant.admin.updateOpportunity({ id, owner_id: rep(1).id })).data.owner_id).toBe(rep(1).id);
    const input = { name: "For you", customer_id: anybody, owner_id: rep(1).id } as never;
    await expect(rep(0).client.createOpportunity(input)).rejects.toMatchObject({ status: 403 });
  });
});

describe("stages", () => {
  it("are the seven initial ones of a tenant, and those that it creates", async () => {
    const own = await signUp(app);
    const { data } = await own.admin.listOpportunityStages({});
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
    const made = await own.admin.createOpportunityStage({ name: "Pilot", probability: 70, sequence: 1 } as never);
    expect(made).toMatchObject({ status: 201, data: { code: "pilot", probability: 70, forecast_category: "PIPELINE" } });
    const { id } = (await own.admin.createCustomer({ name: "Early" } as never)).data;
    const first = (await own.admin.createOpportunity({ name: "A", customer_id: id })).data;
    expect(first).toMatchObject({ stage_id: made.data.id, probability: 70 });
  });

  it("have the probability of their outcome if they are final, and stay final", async () => {
    const own = await signUp(app);
    const { data: signed } = await own.admin.createOpportunityStage({ name: "Signed", is_closed: true, is_won: true } as never);
    expect(signed).toMatchObject({ probability: 100, forecast_category: "CLOSED" });
    const open = { kind: "opportunity-stages", id: signed.id, is_closed: false } as never;
    await expect(own.admin.updateMaster(open)).rejects.toMatchObject({ status: 400, details: [{ field: "is_closed" }] });
    const odd = { name: "Odd", is_won: true } as never;
    await expect(own.admin.createOpportunityStage(odd)).rejects.toMatchObject({ status: 400, details: [{ field: "is_won" }] });
  });

  it("apply their changes to an opportunity with its next change", async () => {
    const own = await signUp(app);
    const { id } = (await own.admin.createCustomer({ name: "Late" } as never)).data;
    const made = (await own.admin.createOpportunity({ name: "A", customer_id: id, amount: "100" })).data;
    await own.admin.updateMaster({ kind: "opportunity-stages", id: made.stage_id, probability: 15 } as never);
    expect((await own.admin.getOpportunity({ id: made.id })).data.probability).toBe(10);
    const named = (await own.admin.updateOpportunity({ id: made.id, name: "B" })).data;
    expect(named).toMatchObject({ probability: 15, expected_revenue: "15.00" });
  });

  it("include at least one open stage in use", async () => {
    const own = await signUp(app);
    const { id } = (await own.admin.createCustomer({ name: "Nowhere" } as never)).data;
    const { data: stages } = await own.admin.listOpportunityStages({});
    for (const stage of stages.filter(({ is_closed }) => !is_closed))
      await own.admin.deleteMaster({ kind: "opportunity-stages", id: stage.id });
    const input = { name: "A", customer_id: id };
    await expect(own.admin.createOpportunity(input)).rejects.toMatchObject({ status: 400, details: [{ field: "stage_id" }] });
  });
});

describe("the list", () => {
  let own: Tenant;
  let buyer: string;
  let other: string;
  let seller: TestUser;
  let contact: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    own = await signUp(app);
    seller = await addUser(app, own, "SALES_REP");
    buyer = (await own.admin.createCustomer({ name: "One" } as never)).data.id;
    other = (await own.admin.createCustomer({ name: "Two", owner_id: null } as never)).data.id;
    const make = async (name: string, input: Record<string, unknown>) => {
      const { stage_id, ...first } = input;
      ids[name] = (await own.admin.createOpportunity({ name, ...first } as never)).data.id;
      if (stage_id) await moveToStage(own.admin, ids[name], stage_id as StageCode);
    };
    await make("small", { customer_id: buyer, amount: "9.99", close_date: "2027-03-01" });
    await make("large", { customer_id: buyer, amount: "1000000", close_date: "2027-01-01", stage_id: "proposal" });
    await make("won", { customer_id: buyer, amount: "50", stage_id: "closed_won" });
    await make("lost", { customer_id: buyer, stage_id: "closed_lost", owner_id: seller.id });
    const names = { ...newLead({ company: undefined }), customer_id: buyer };
    contact = (await own.admin.createContact(names as never)).data.id;
    await make("elsewhere", { customer_id: other, amount: "100.01", owner_id: seller.id, close_date: "2027-02-01" });
    await app.settle();
  });

  const namesOf = (rows: readonly { name?: unknown }[]) => rows.map(({ name }) => name);

  it.each<[string, object, string[]]>([
    ["all", {}, ["elsewhere", "lost", "won", "large", "small"]],
    ["what is open", { is_closed: "false" }, ["elsewhere", "large", "small"]],
    ["a stage", { stage: "closed_won" }, ["won"]],
    ["words", { search: "lar" }, ["large"]],
    ["amounts, the largest first", { sort: "amount" }, ["large", "elsewhere", "won", "small", "lost"]],
    ["close dates, the next first", { sort: "close_date", order: "asc" }, ["large", "elsewhere", "small", "won", "lost"]],
  ])("by %s", async (_, query, expected) => {
    const { data, meta } = await own.admin.listOpportunities(query as never);
    expect([namesOf(data), meta.total]).toEqual([expected, expected.length]);
  });

  it.each<[string, object, string[]]>([
    ["all", {}, ["lost", "won", "large", "small"]],
    ["what is open", { is_closed: false }, ["large", "small"]],
    ["what is closed", { is_closed: true }, ["lost", "won"]],
    ["what is open, the largest first", { is_closed: false, sort: "amount" }, ["large", "small"]],
    ["a stage", { stage: "proposal" }, ["large"]],
  ])("of a customer: %s", async (_, query, expected) => {
    for (const listed of [
      await own.admin.listOpportunities({ customer: buyer, ...query } as never),
      await own.admin.listCustomerOpportunities({ id: buyer, ...query } as never),
    ])
      expect([namesOf(listed.data), listed.meta.total]).toEqual([expected, expected.length]);
  });

  it("can be filtered by contact, within the visibility of the caller", async () => {
    for (const id of [ids.small, ids.lost]) await own.admin.updateOpportunity({ id: String(id), contact_id: contact });
    await app.settle();
    const listed = await own.admin.listContactOpportunities({ id: contact });
    expect([namesOf(listed.data), listed.meta.total]).toEqual([["lost", "small"], 2]);
    const open = await own.admin.listOpportunities({ contact, is_closed: "false" } as never);
    expect([namesOf(open.data), open.meta.total]).toEqual([["small"], 1]);
    const theirs = await seller.client.listOpportunities({ contact });
    expect([namesOf(theirs.data), theirs.meta.total]).toEqual([["lost"], 1]);
    for (const id of [ids.small, ids.lost]) await own.admin.updateOpportunity({ id: String(id), contact_id: null });
    await app.settle();
    expect((await own.admin.listContactOpportunities({ id: contact })).data).toEqual([]);
  });

  it("continues after a cursor if its index is split", async () => {
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await own.admin.listOpportunities({ customer: buyer, limit: 1, ...(cursor ? { cursor } : {}) });
      pages.push(...namesOf(page.data));
      cursor = page.meta.next_cursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual(["lost", "won", "large", "small"]);
  });

  it("shows callers their own and unassigned opportunities, also for a customer", async () => {
    const { data, meta } = await seller.client.listOpportunities({});
    expect([namesOf(data), meta.total]).toEqual([["elsewhere", "lost"], 2]);
    const mine = await seller.client.listOpportunities({ customer: other, is_closed: "false" } as never);
    expect([namesOf(mine.data), mine.meta.total]).toEqual([["elsewhere"], 1]);
    await expect(seller.client.listCustomerOpportunities({ id: buyer })).rejects.toMatchObject({ status: 404 });
    const theirs = await own.admin.listOpportunities({ owner: seller.id, customer: buyer });
    expect([namesOf(theirs.data), theirs.meta.total]).toEqual([["lost"], 1]);
  });

  it("follows closing, reassignment and deletion", async () => {
    const { id } = (await own.admin.createOpportunity({ name: "moving", customer_id: other, owner_id: seller.id } as never)).data;
    const open = async () => {
      await app.settle();
      const { data, meta } = await own.admin.listCustomerOpportunities({ id: other, is_closed: "false" } as never);
      return [namesOf(data), meta.total];
    };
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await moveToStage(own.admin, id, "closed_lost");
    expect(await open()).toEqual([["elsewhere"], 1]);
    await moveToStage(own.admin, id, "proposal", { customer_id: buyer });
    await own.admin.updateOpportunity({ id, customer_id: buyer });
    expect(await open()).toEqual([["elsewhere"], 1]);
    await own.admin.updateOpportunity({ id, customer_id: other });
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await own.admin.deleteOpportunity({ id });
    expect(await open()).toEqual([["elsewhere"], 1]);
    expect(namesOf((await own.admin.listOpportunities({ deleted: true })).data)).toEqual(["moving"]);
    await own.admin.restoreOpportunity({ id });
    expect(await open()).toEqual([["moving", "elsewhere"], 2]);
    await own.admin.deleteOpportunity({ id });
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
