import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** The audit trail tells changes by people from what workflows, imports and bulk changes do for them. */

let app: App;
let tenant: Tenant;
let owner: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  owner = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

const createLead = async (fields: object) => (await tenant.admin.createLead(newLead({ owner_id: owner.id, ...fields }))).data.id;

/** The entries of a record that change its description, newest first. */
const listChanges = async (record_id: string, filter: object = {}) => {
  await app.settle();
  const { data } = await tenant.admin.listAuditEntries({ record_id, ...filter });
  return data.filter(({ changed = [] }) => changed.includes("description"));
};

it("names the workflow that changed a record with the rights of its owner", async () => {
  const { data: workflow } = await owner.client.createWorkflow({
    ...{ name: "Welcome", kind: "lead", trigger: { on: "created" }, where: { company: "Welcomed" } },
    steps: [{ id: "mark", do: "update", set: { description: "Welcome" } }],
  });
  await owner.client.publishWorkflow({ id: workflow.id });
  const id = await createLead({ company: "Welcomed" });
  await app.settle();
  await owner.client.updateLead({ id, description: "By hand" });
  const work = { kind: "workflow", id: workflow.id, title: "Welcome" };
  expect(await listChanges(id)).toMatchObject([
    { user_id: owner.id, actor_type: "user", work: null },
    { user_id: owner.id, actor_type: "automation", work },
  ]);
  expect(await listChanges(id, { "actor_type[in]": "user,api_key" })).toHaveLength(1);
  const [entry] = await listChanges(id, { actor_type: "automation" });
  expect((await tenant.admin.getAuditEntry({ id: String(entry?.id) })).data).toMatchObject({ work });
  const { data: feed } = await tenant.admin.readFeed({ record_id: id });
  expect(feed.entries.map(({ work: named }) => named)).toContainEqual(work);
});

it("names the bulk change of a user, also in entries of releases that did not tell", async () => {
  const id = await createLead({ company: "Bulk" });
  const { data: bulk } = await owner.client.createBulkChange({
    ...{ kind: "lead", action: "update", ids: [id], changes: { description: "Many" } },
  });
  expect(await listChanges(id)).toMatchObject([
    { user_id: owner.id, actor_type: "automation", request_id: bulk.id, work: { kind: "bulk_change", id: bulk.id } },
  ]);
});

it("tells a user who sees the record, but not the workflow, its kind alone", async () => {
  const id = await createLead({ company: "Imported" });
  const { data: bulk } = await owner.client.createBulkChange({
    ...{ kind: "lead", action: "update", ids: [id], changes: { description: "Seen" } },
  });
  await app.settle();
  const director = await addUser(app, tenant, "DIRECTOR");
  const { data } = await director.client.listAuditEntries({ record_id: id });
  // Only the user who asked and administrators see a bulk change.
  expect(data.find(({ request_id }) => request_id === bulk.id)).toMatchObject({ work: { kind: "bulk_change", title: null } });
});
