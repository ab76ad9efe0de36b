import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { addReps, countShares, leastLoaded, roundRobin } from "./support.ts";

let app: App;
let tenant: Tenant;
let users: TestUser[];
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  tenant = await signUp(app);
  users = await addReps(app, tenant, 3);
});
const user = (n: number): TestUser => users[n] as TestUser;

async function publishRule(kind: string, definition: object) {
  const fullDefinition = { rules: [], otherwise: null, ...definition };
  const { data } = await tenant.admin.createRuleVersion({ kind, definition: fullDefinition });
  return (await tenant.admin.publishRuleVersion({ kind, id: data.id })).data;
}
const assignTo = (n: number) => ({ method: "USER", user_ids: [user(n).id] });
const createCustomer = async (more: object = {}) => (await tenant.admin.createCustomer({ name: "Navy", ...more })).data;
const createOpportunity = async (customer_id: string, more: object = {}) =>
  (await tenant.admin.createOpportunity({ name: "Fleet", customer_id, ...more })).data;
const updateSettings = (more: object) => tenant.admin.updateTenant({ settings: more });

describe("a new customer without a specified owner", () => {
  it("belongs to its creator, to no one or to the owner chosen by the rule, by the setting of the tenant", async () => {
    await tenant.admin.createMaster({ kind: "territories", name: "North", code: "north" });
    await publishRule("customer_assignment", {
      rules: [
        { name: "North", when: { territories: ["north"] }, to: assignTo(0) },
        { name: "Germans", when: { countries: ["de"], types: ["partner"] }, to: assignTo(1) },
        { name: "Referred", when: { sources: ["referral"] }, to: assignTo(2) },
      ],
    });
    expect((await createCustomer({ territory_id: "north" })).owner_id).toBe(tenant.userId);
    await updateSettings({ new_customer_owner: "unassigned" });
    expect((await createCustomer({ territory_id: "north" })).owner_id).toBeNull();
    await updateSettings({ new_customer_owner: "rule" });
    expect(await createCustomer({ territory_id: "north" })).toMatchObject({ owner_id: user(0).id, version: 1 });
    expect((await createCustomer({ billing_country_id: "de", customer_type_id: "partner" })).owner_id).toBe(user(1).id);
    expect((await createCustomer({ billing_country_id: "de" })).owner_id).toBeNull();
    expect((await createCustomer({ source: "referral" })).owner_id).toBe(user(2).id);
    expect((await createCustomer({ territory_id: "north", owner_id: user(1).id })).owner_id).toBe(user(1).id);
    expect((await createCustomer({ territory_id: "north", owner_id: null })).owner_id).toBeNull();
  });

  it("is assigned by the territory that the territory rule gave it", async () => {
    await tenant.admin.createMaster({ kind: "territories", name: "North", code: "north" });
    await publishRule("territory_assignment", { rules: [{ name: "N", territory: "north", when: { countries: ["no"] } }] });
    await publishRule("customer_assignment", { rules: [{ name: "North", when: { territories: ["north"] }, to: assignTo(0) }] });
    await updateSettings({ new_customer_owner: "rule" });
    expect((await createCustomer({ billing_country_id: "no" })).owner_id).toBe(user(0).id);
  });

  it("is distributed in turn, once each, in twelve concurrent requests", async () => {
    await publishRule("customer_assignment", { otherwise: roundRobin(users) });
    await updateSettings({ new_customer_owner: "rule" });
    const customers = await Promise.all(Array.from({ length: 12 }, () => createCustomer()));
    expect(
      countShares(
        users,
        customers.map(({ owner_id }) => owner_id),
      ),
    ).toEqual([4, 4, 4]);
  });
});

describe("several records in one request", () => {
  it("are assigned by the rule with a result for each, once for an idempotency key", async () => {
    const { number } = await publishRule("opportunity_assignment", {
      rules: [
        { name: "Large", when: { min_amount: "1000.00" }, to: assignTo(0) },
        { name: "Renewals", when: { types: ["RENEWAL"] }, to: assignTo(1) },
        { name: "Germans", when: { countries: ["de"] }, to: assignTo(2) },
      ],
    });
    const [plain, german] = [await createCustomer(), await createCustomer({ billing_country_id: "de" })];
    const deals = [
      await createOpportunity(plain.id, { amount: "1000.00", type: "RENEWAL" }),
      await createOpportunity(plain.id, { amount: "999.99", type: "RENEWAL" }),
      await createOpportunity(plain.id, { amount: "5000.00", currency: "EUR" }),
      await createOpportunity(german.id),
    ];
    const opportunity_ids = [...deals.map(({ id }) => id), (await createOpportunity(plain.id)).id];
    const input = { opportunity_ids, method: "RULE" } as const;
    const { data } = await tenant.admin.assignOpportunities(input, { idempotencyKey: "give" });
    expect(data.results.map(({ owner_id }) => owner_id)).toEqual([user(0).id, user(1).id, null, user(2).id, null]);
    expect([data.assigned, data.failed]).toEqual([3, 2]);
    expect((await tenant.admin.assignOpportunities(input, { idempotencyKey: "give" })).data).toEqual(data);
    const { data: assignedOpportunity } = await tenant.admin.getOpportunity({ id: opportunity_ids[0] as string });
    expect(assignedOpportunity).toMatchObject({ owner_id: user(0).id, version: 2 });
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: assignedOpportunity.id });
    const reasons = await Promise.all(trail.map(async ({ id }) => (await tenant.admin.getAuditEntry({ id })).data.change_reason));
    expect(reasons).toContain(`opportunity_assignment ${number}: Large`);
  });

  it("go to the user with the fewest records of that kind, regardless of other records", async () => {
    const { id } = await createCustomer();
    for (const owner_id of [user(0).id, user(0).id, user(1).id]) await createOpportunity(id, { owner_id });
    for (let n = 0; n < 3; n++) await createCustomer({ owner_id: user(2).id });
    await app.settle();
    await publishRule("opportunity_assignment", { otherwise: leastLoaded(users) });
    const opportunity_ids = [
      (await createOpportunity(id)).id,
      (await createOpportunity(id)).id,
      (await createOpportunity(id)).id,
    ];
    const { data } = await tenant.admin.assignOpportunities({ opportunity_ids, method: "RULE" });
    expect(
      countShares(
        users,
        data.results.map(({ owner_id }) => owner_id),
      ),
    ).toEqual([0, 1, 2]);
    const { data: listed } = await tenant.admin.assignOpportunities({ opportunity_ids, method: "LIST", owner_id: user(0).id });
    expect(listed.results.every(({ owner_id }) => owner_id === user(0).id)).toBe(true);
  });

  it("are limited to the tenant, to leaders and to active users as owners", async () => {
    const { id } = await createCustomer();
    const otherTenant = await signUp(app);
    const { data } = await otherTenant.admin.assignCustomers({
      customer_ids: [id],
      method: "LIST",
      owner_id: otherTenant.userId,
    });
    expect(data.results).toMatchObject([{ success: false, error: { code: "NOT_FOUND" } }]);
    await expect(user(0).client.assignCustomers({ customer_ids: [id], owner_id: user(0).id })).rejects.toMatchObject({
      status: 403,
    });
    await expect(tenant.admin.assignCustomers({ customer_ids: [id] })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "owner_id" }],
    });
    const foreign = await addUser(app, otherTenant, "SALES_REP");
    await expect(tenant.admin.assignCustomers({ customer_ids: [id], owner_id: foreign.id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "owner_id" }],
    });
    const { data: assignment } = await tenant.admin.assignCustomers({
      customer_ids: [id],
      method: "ROUND_ROBIN",
      user_ids: [user(1).id],
    });
    expect(assignment.results).toMatchObject([{ id, success: true, owner_id: user(1).id }]);
    expect((await tenant.admin.getCustomer({ id })).data.owner_id).toBe(user(1).id);
  });

  it.each([
    ["definition.rules[0].when.types[0]", "customer_assignment", { types: ["nothing"] }],
    ["definition.rules[0].when.min_score", "customer_assignment", { min_score: 1 }],
    ["definition.rules[0].when.types[0]", "opportunity_assignment", { types: ["GIFT"] }],
    ["definition.rules[0].when.min_amount", "opportunity_assignment", { min_amount: "much" }],
  ])("names the invalid field %s of a %s rule", async (field, kind, when) => {
    const request = publishRule(kind, { rules: [{ name: "Any", when, to: assignTo(0) }] });
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("a new opportunity without a specified owner", () => {
  it("is in the territory of its customer, and gets its owner by the setting of the tenant", async () => {
    const { data: north } = await tenant.admin.createMaster({ kind: "territories", name: "North", code: "north" });
    await tenant.admin.createMaster({ kind: "territories", name: "South", code: "south" });
    await publishRule("opportunity_assignment", {
      rules: [
        { name: "North", when: { territories: ["north"] }, to: assignTo(0) },
        { name: "Large", when: { min_amount: "1000" }, to: assignTo(1) },
      ],
    });
    const [placedCustomer, plain] = [await createCustomer({ territory_id: "north" }), await createCustomer()];
    expect(await createOpportunity(placedCustomer.id)).toMatchObject({ territory_id: north.id, owner_id: tenant.userId });
    await updateSettings({ new_opportunity_owner: "unassigned" });
    expect((await createOpportunity(placedCustomer.id)).owner_id).toBeNull();
    await updateSettings({ new_opportunity_owner: "rule" });
    expect(await createOpportunity(placedCustomer.id)).toMatchObject({
      territory_id: north.id,
      owner_id: user(0).id,
      version: 1,
    });
    expect((await createOpportunity(placedCustomer.id, { territory_id: "south" })).owner_id).toBeNull();
    expect(await createOpportunity(plain.id, { territory_id: "north" })).toMatchObject({ owner_id: user(0).id });
    expect(await createOpportunity(plain.id, { amount: "1000.00" })).toMatchObject({ territory_id: null, owner_id: user(1).id });
    expect((await createOpportunity(plain.id, { amount: "1000.00", currency: "EUR" })).owner_id).toBeNull();
    expect((await createOpportunity(placedCustomer.id, { owner_id: user(2).id })).owner_id).toBe(user(2).id);
    const request = createOpportunity(plain.id, { territory_id: "nowhere" });
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "territory_id" }] });
  });
});
