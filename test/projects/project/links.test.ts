import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  colleague = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

it("orders and contracts of a project are listed by it, at once and only for those who see them", async () => {
  const { admin } = tenant;
  const customer_id = (await admin.createCustomer({ name: "Fjord" })).data.id;
  const { id } = (await admin.createProject({ title: "Jetty", customer_id, members: [{ user_id: colleague.id }] })).data;
  const order = (await admin.createOrder({ customer_id, project_id: id })).data;
  const contract = (await admin.createContract({ title: "Care", customer_id, contract_value: "10", project_id: id })).data;
  await admin.createOrder({ customer_id });
  const listIds = async (list: (query: { project: string }) => Promise<{ data: { id: string }[] }>) =>
    (await list({ project: id })).data.map((record) => record.id);
  expect([await listIds(admin.listOrders), await listIds(admin.listContracts)]).toEqual([[order.id], [contract.id]]);
  expect([await listIds(colleague.client.listOrders), await listIds(colleague.client.listContracts)]).toEqual([[], []]);
  await admin.updateOrder({ id: order.id, project_id: null });
  await admin.updateContract({ id: contract.id, project_id: null });
  expect([await listIds(admin.listOrders), await listIds(admin.listContracts)]).toEqual([[], []]);
  const hidden = (await admin.createProject({ title: "Hidden" })).data.id;
  const customer = (await colleague.client.createCustomer({ name: "Lagoon" })).data.id;
  await expect(colleague.client.createOrder({ customer_id: customer, project_id: hidden })).rejects.toMatchObject({
    status: 400,
    details: [{ field: "project_id" }],
  });
  expect((await colleague.client.createOrder({ customer_id: customer, project_id: id })).data.project_id).toBe(id);
});
