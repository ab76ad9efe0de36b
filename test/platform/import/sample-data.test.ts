import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Sample data of a new tenant: it is created once, and exactly its records are removed. */
let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const LOADED = { leads: 10, customers: 5, opportunities: 8 };
const countRecords = async ({ admin }: Tenant) => ({
  leads: (await admin.listLeads({ limit: "100" })).data.length,
  customers: (await admin.listCustomers({ limit: "100" })).data.length,
  opportunities: (await admin.listOpportunities({ limit: "100" })).data.length,
});
const readStatus = async () => (await tenant.admin.getSampleData({})).data.status;

it("is created once by requests at once and repeats, and shown as what it is", async () => {
  const answers = await Promise.all([tenant.admin.createSampleData({}), tenant.admin.createSampleData({})]);
  const [one, other] = answers.map(({ data }) => data.imports.map(({ id }) => id));
  expect(other).toEqual(one);
  expect([await readStatus(), (await tenant.admin.createSampleData({})).data.imports.map(({ id }) => id)]).toEqual([
    "loading",
    one,
  ]);
  await app.settle();
  const { data } = await tenant.admin.createSampleData({});
  expect(data.status).toBe("loaded");
  expect(Object.fromEntries(data.imports.map(({ entity, created, failed }) => [entity, [created, failed]]))).toEqual(
    Object.fromEntries(Object.entries(LOADED).map(([entity, count]) => [entity, [count, 0]])),
  );
  expect(await countRecords(tenant)).toEqual(LOADED);
  expect((await tenant.admin.listUsers()).data.map(({ id }) => id)).toEqual([tenant.userId]);
  const { data: stages } = await tenant.admin.listOpportunities({ limit: "100" });
  expect(new Set(stages.map(({ stage_id }) => stage_id)).size).toBe(5);
  const { data: leads } = await tenant.admin.listLeads({ "tags[has]": "Sample", limit: "100" });
  expect(leads.length).toBe(LOADED.leads);
  expect(leads.every(({ email }) => /^[a-z.]+@example\.com$/.test(String(email)))).toBe(true);
});

it("is removed with what users changed in it, and without what they added; a repeat changes nothing", async () => {
  const { data: leads } = await tenant.admin.listLeads({ "tags[has]": "Sample" });
  await tenant.admin.updateLead({ id: String(leads[0]?.id), company: "Renamed by a user" });
  const { data: own } = await tenant.admin.createLead({ last_name: "Real", tags: ["Sample"] });
  expect((await tenant.admin.removeSampleData({})).data.status).toBe("removing");
  await expect(tenant.admin.createSampleData({})).rejects.toMatchObject({ status: 422 });
  await tenant.admin.removeSampleData({});
  await app.settle();
  expect(await readStatus()).toBe("none");
  expect(await countRecords(tenant)).toEqual({ leads: 1, customers: 0, opportunities: 0 });
  // The persons behind sample leads are removed with them.
  expect((await tenant.admin.listPersons({})).data.map(({ last_name }) => last_name)).toEqual(["Real"]);
  await tenant.admin.removeSampleData({});
  expect((await tenant.admin.getLead({ id: own.id })).data.last_name).toBe("Real");
});

it("can be created again, and removed while it is created", async () => {
  await tenant.admin.createSampleData({});
  expect((await tenant.admin.removeSampleData({})).data.status).toBe("removing");
  await app.settle();
  expect([await readStatus(), await countRecords(tenant)]).toEqual(["none", { leads: 1, customers: 0, opportunities: 0 }]);
});

it("is of administrators, and of their tenant alone", async () => {
  const director = await addUser(app, tenant, "DIRECTOR");
  for (const send of [director.client.createSampleData, director.client.removeSampleData, director.client.getSampleData])
    await expect(send({})).rejects.toMatchObject({ status: 403 });
  const stranger = await signUp(app);
  await tenant.admin.createSampleData({});
  await app.settle();
  expect((await stranger.admin.removeSampleData({})).data).toEqual({ status: "none", imports: [] });
  expect([await readStatus(), (await countRecords(tenant)).customers]).toEqual(["loaded", LOADED.customers]);
  expect(await countRecords(stranger)).toEqual({ leads: 0, customers: 0, opportunities: 0 });
});
