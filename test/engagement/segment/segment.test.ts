import { memoize } from "@crm/core/kernel/memoize.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const createCustomer = async (name: string, more: object = {}) => (await tenant.admin.createCustomer({ name, ...more })).data.id;
const listMemberNames = async (id: string, as = tenant.admin) => {
  const { data, meta } = await as.listSegmentMembers({ id, limit: 100, order: "asc" });
  return { names: data.map(({ name }) => name), total: meta.total };
};
const createDynamicSegment = async (name: string, filter: object) => {
  const { data } = await allowAnyInput(tenant.admin).createSegment({ name, membership: "DYNAMIC", filter });
  await app.settle();
  return data.id;
};

const addAddress = (id: string, city: string, country: string, type = "BILLING") =>
  tenant.admin.addCustomerAddress({ id, type, city, country });

const createPlaces = memoize(async () => {
  const two = await createCustomer("Two places");
  await addAddress(two, "Hamburg", "DE");
  await addAddress(two, "Kiel", "DE", "SHIPPING");
  await addAddress(await createCustomer("Kiel Ltd"), "Kiel", "DE");
  await addAddress(await createCustomer("Wien Ltd"), "Wien", "AT");
  await createCustomer("Nowhere Ltd", { tags: ["placeless"] });
});

describe("a dynamic segment", () => {
  it("includes existing records, follows changes within moments and gives the reasons", async () => {
    const vip = await createCustomer("Vip Ltd", { tags: ["vip"], annual_revenue: "5000000" });
    const otherId = await createCustomer("Other Ltd");
    const id = await createDynamicSegment("Vips", { tags: { has: "VIP" } });
    expect(await listMemberNames(id)).toEqual({ names: ["Vip Ltd"], total: 1 });
    expect((await tenant.admin.getSegment({ id })).data).toMatchObject({ member_count: 1, state: "ready" });
    await tenant.admin.updateCustomer({ id: otherId, tags: ["vip"] });
    await tenant.admin.deleteCustomer({ id: vip });
    await app.settle();
    expect(await listMemberNames(id)).toEqual({ names: ["Other Ltd"], total: 1 });
    await tenant.admin.restoreCustomer({ id: vip });
    await app.settle();
    expect(await listMemberNames(id)).toEqual({ names: ["Vip Ltd", "Other Ltd"], total: 2 });
    expect((await tenant.admin.listSegmentsOf({ id: otherId })).data.sets).toEqual([
      {
        id,
        name: "Vips",
        added_date: expect.any(String),
        is_manual: false,
        reasons: [{ field: "tags", operator: "has", asked: "vip", value: ["vip"] }],
      },
    ]);
    expect((await tenant.admin.getCustomer360({ id: otherId })).data.customer_profile.segments).toEqual(["Vips"]);
  });

  it.each<[string, object, string[]]>([
    ["in any letter case", { "address.city": "hamburg" }, ["Two places"]],
    ["by a beginning", { "address.city": { prefix: "KI" } }, ["Two places", "Kiel Ltd"]],
    ["by the country", { "address.country": { in: ["DE", "AT"] } }, ["Two places", "Kiel Ltd", "Wien Ltd"]],
    ["in none of the addresses", { name: "Two places", "address.city": { ne: "Kiel" } }, []],
    ["without one", { "address.city": { is_null: true }, tags: { has: "placeless" } }, ["Nowhere Ltd"]],
  ])("finds customers by their addresses: %s", async (_, filter, names) => {
    await createPlaces();
    expect((await listMemberNames(await createDynamicSegment("Places", filter))).names).toEqual(names);
  });

  it("follows a new address", async () => {
    const id = await createCustomer("Moving Ltd");
    const segment = await createDynamicSegment("Bremen", { "address.city": "Bremen" });
    expect((await listMemberNames(segment)).names).toEqual([]);
    await addAddress(id, "Bremen", "DE", "HEADQUARTERS");
    await app.settle();
    expect((await listMemberNames(segment)).names).toEqual(["Moving Ltd"]);
  });

  it("evaluates all records again when its filter changes, and leaves no members when it is deleted", async () => {
    const id = await createCustomer("Acme", { status: "ACTIVE" });
    const segment = await createDynamicSegment("Acmes", { name: { prefix: "acme" } });
    const { data } = await tenant.admin.updateSegment({ id: segment, filter: { status: "INACTIVE" } });
    expect(data.state).toBe("building");
    await app.settle();
    expect(await listMemberNames(segment)).toEqual({ names: [], total: 0 });
    await tenant.admin.updateSegment({ id: segment, filter: { or: [{ name: "Acme" }, { status: "LEAD" }] } });
    await app.settle();
    expect(await listMemberNames(segment)).toEqual({ names: ["Acme"], total: 1 });
    await tenant.admin.deleteSegment({ id: segment });
    await app.settle();
    expect((await tenant.admin.listSegmentsOf({ id })).data.sets).toEqual([]);
    await expect(tenant.admin.listSegmentMembers({ id: segment })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [{ membership: "DYNAMIC" }, "filter"],
    [{ membership: "STATIC", filter: { name: "Acme" } }, "filter"],
    [{ membership: "DYNAMIC", filter: {} }, "filter"],
    [{ membership: "DYNAMIC", filter: { or: [{ name: "x" }, { shoe_size: 44 }] } }, "filter.or[1].shoe_size"],
    [{ membership: "DYNAMIC", filter: { industry_id: "no such" } }, "filter.industry_id"],
    [{ membership: "DYNAMIC", filter: { "interactions.sending.30d": { gte: 1 } } }, "filter.interactions.sending.30d.gte"],
    [{ membership: "DYNAMIC", filter: { "interactions.400d": { gte: 1 } } }, "filter.interactions.400d.gte"],
    [{ membership: "DYNAMIC", filter: { "days_since.name": { gte: 1 } } }, "filter.days_since.name.gte"],
    [{ membership: "DYNAMIC", filter: { recency_score: { gte: "often" } } }, "filter.recency_score.gte"],
    [{ membership: "DYNAMIC", filter: { "address.street": "Kai 1" } }, "filter.address.street"],
    [{ membership: "DYNAMIC", filter: { "address.city": { gte: "B" } } }, "filter.address.city.gte"],
  ])("refuses %j", async (input, field) => {
    const refusal = allowAnyInput(tenant.admin).createSegment({ name: "Wrong", ...input });
    await expect(refusal).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("asks for a condition in the words of the page", async () => {
    const refusal = tenant.admin.createSegment({ name: "Wrong", membership: "DYNAMIC" });
    await expect(refusal).rejects.toMatchObject({ details: [{ message: "Add at least one condition" }] });
  });
});

describe("members added by hand", () => {
  it("belong to static segments, and to dynamic ones beside those that the filter finds", async () => {
    const [firstId, two] = [await createCustomer("Hand one"), await createCustomer("Hand two", { tier: "GOLD" })];
    const { data: staticSegment } = await tenant.admin.createSegment({ name: "Chosen" });
    const gold = await createDynamicSegment("Gold", { tier: "GOLD" });
    const unknown = `${firstId.slice(0, -1)}${firstId.endsWith("0") ? "1" : "0"}`;
    const { data } = await tenant.admin.changeSegmentMembers({ id: staticSegment.id, add: [firstId, unknown] });
    expect(data).toMatchObject({ changed: 1, failed: 1, results: [{ success: true }, { error: { code: "NOT_FOUND" } }] });
    await tenant.admin.changeSegmentMembers({ id: gold, add: [firstId] });
    expect(await listMemberNames(staticSegment.id)).toEqual({ names: ["Hand one"], total: 1 });
    expect(await listMemberNames(gold)).toEqual({ names: ["Hand one", "Hand two"], total: 2 });
    const { data: out } = await tenant.admin.changeSegmentMembers({ id: gold, remove: [firstId, two] });
    expect(out.results.map(({ error }) => error?.code)).toEqual([undefined, "RULE_VIOLATION"]);
    expect(await listMemberNames(gold)).toEqual({ names: ["Hand two"], total: 1 });
  });

  it("follow a merge of their record, and stay with the survivor after an unmerge", async () => {
    const [id, merged_id] = [await createCustomer("Survives"), await createCustomer("Is joined")];
    const { data: set } = await tenant.admin.createSegment({ name: "Merged" });
    await tenant.admin.changeSegmentMembers({ id: set.id, add: [merged_id] });
    await tenant.admin.mergeCustomers({ id, merged_id });
    await app.settle();
    expect(await listMemberNames(set.id)).toEqual({ names: ["Survives"], total: 1 });
    await tenant.admin.unmergeCustomers({ id, merged_id });
    await app.settle();
    expect(await listMemberNames(set.id)).toEqual({ names: ["Is joined"], total: 1 });
    await tenant.admin.mergeCustomers({ id, merged_id });
    await app.settle();
    await tenant.admin.changeSegmentMembers({ id: set.id, remove: [id] });
    expect((await listMemberNames(set.id)).total).toBe(0);
  });

  it("return when their record is restored", async () => {
    const id = await createCustomer("Comes back");
    const { data: set } = await tenant.admin.createSegment({ name: "Kept" });
    await tenant.admin.changeSegmentMembers({ id: set.id, add: [id] });
    await tenant.admin.deleteCustomer({ id });
    await app.settle();
    expect((await listMemberNames(set.id)).total).toBe(0);
    await tenant.admin.restoreCustomer({ id });
    await app.settle();
    expect(await listMemberNames(set.id)).toEqual({ names: ["Comes back"], total: 1 });
  });
});

describe("a user with limited visibility", () => {
  it("sees and counts visible members only, and cannot change the segment", async () => {
    const id = await createDynamicSegment("Everyone here", { name: { prefix: "seen" } });
    await createCustomer("Seen by all", { owner_id: null });
    const repCustomer = await createCustomer("Seen by one", { owner_id: rep.id });
    const hidden = await createCustomer("Seen by others");
    await app.settle();
    expect((await listMemberNames(id)).total).toBe(3);
    const seen = await listMemberNames(id, rep.client);
    expect(seen.names).toContain("Seen by one");
    expect(seen.names).not.toContain("Seen by others");
    expect(seen.total).toBe(seen.names.length);
    expect((await rep.client.getSegment({ id })).data.member_count).toBe(seen.total);
    await tenant.admin.updateCustomer({ id: repCustomer, owner_id: tenant.userId });
    await app.settle();
    expect((await listMemberNames(id, rep.client)).total).toBe(seen.total - 1);
    await expect(rep.client.listSegmentsOf({ id: repCustomer })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.createSegment({ name: "Mine" })).rejects.toMatchObject({ status: 403 });
    const marketer = await addUser(app, tenant, "MARKETER");
    const { data } = await marketer.client.changeSegmentMembers({ id, add: [hidden] });
    expect(data.results).toEqual([{ id: hidden, success: false, error: { code: "NOT_FOUND", message: "No such record" } }]);
  });
});

describe("a contact list", () => {
  it("includes the contacts that its filter finds by the activity of their person", async () => {
    const customer = await createCustomer("Of contacts");
    const email = "ida@lund.example";
    const { data: ida } = await tenant.admin.createContact({
      email,
      first_name: "Ida",
      last_name: "Lund",
      customer_id: customer,
    });
    // The contact belongs to a person that the rep cannot see, so it has none of the person's interactions.
    const { data: ownCustomer } = await rep.client.createCustomer({ name: "Of strangers" });
    const { data: limited } = await rep.client.createContact({ email, customer_id: ownCustomer.id });
    expect([limited.person_sight, limited.personal_key_id]).toEqual(["LIMITED", ida.personal_key_id]);
    const { data: list } = await tenant.admin.createContactList({
      name: "Wrote",
      membership: "DYNAMIC",
      filter: { "interactions.email.7d": { gte: 1 }, contact_status: "ACTIVE" },
    });
    await app.settle();
    await tenant.admin.createInteraction({ personal_key_id: ida.personal_key_id, interaction_type_id: "email" });
    await app.settle();
    const { data, meta } = await tenant.admin.listContactListMembers({ id: list.id });
    expect([data.map(({ display_name }) => display_name), meta.total]).toEqual([["Ida Lund"], 1]);
    await tenant.admin.updateContact({ id: ida.id, contact_status: "FORMER" });
    await app.settle();
    expect((await tenant.admin.listContactListMembers({ id: list.id })).meta.total).toBe(0);
  });
});

describe("time", () => {
  it("ends an activity in a period by its passing alone", async () => {
    const customer = await createCustomer("Touched Ltd");
    const id = await createDynamicSegment("In touch", { "interactions.30d": { gte: 2 }, "interactions.phone.30d": { gte: 1 } });
    const touch = (type: string) =>
      tenant.admin.createInteraction({ customer_id: customer, interaction_type_id: type, subject: "Hello" });
    await touch("email");
    await app.settle();
    expect(await listMemberNames(id)).toEqual({ names: [], total: 0 });
    const { data: last } = await touch("phone");
    await app.settle();
    expect(await listMemberNames(id)).toEqual({ names: ["Touched Ltd"], total: 1 });
    await tenant.admin.deleteInteraction({ id: last.id });
    await app.settle();
    expect((await listMemberNames(id)).total).toBe(0);
    await tenant.admin.restoreInteraction({ id: last.id });
    await app.settle();
    expect((await listMemberNames(id)).total).toBe(1);
    const before = (await tenant.admin.getSegment({ id })).data.as_of as string;
    app.setClock({ advance: 32 * 24 * 60 * 60 * 1000 });
    await sweepAndAct(app);
    const { access_token } = await signIn(app, tenant);
    tenant.admin = createClient(inProcessTransport(app, access_token));
    expect((await listMemberNames(id)).total).toBe(0);
    expect((await tenant.admin.getSegment({ id })).data.as_of?.localeCompare(before)).toBe(1);
  });
});
