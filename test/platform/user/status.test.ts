import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, PASSWORD, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { userInput } from "./input.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const buildInput = (more: Record<string, unknown> = {}) => userInput(tenant, more);

const create = async (more: Record<string, unknown> = {}) => (await tenant.admin.createUser(buildInput(more))).data;
const login = (email: string) =>
  createClient(inProcessTransport(app)).login({ email, password: PASSWORD, tenant_slug: tenant.slug });

describe("status", () => {
  it.each(["PENDING_ACTIVATION", "DELETED", "RETIRED", undefined])("cannot be set to %s", async (status) => {
    const { id } = await create();
    const request = allowAnyInput(tenant.admin).setUserStatus({ id, status });
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "status" }] });
  });

  it("is accepted in either case, and a suspended user cannot work", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data } = await tenant.admin.setUserStatus({ id: rep.id, status: "suspended" });
    expect(data.status).toBe("SUSPENDED");
    const { data: lead } = await tenant.admin.createLead(newLead());
    const give = tenant.admin.updateLead({ id: lead.id, owner_id: rep.id });
    await expect(give).rejects.toMatchObject({ details: [{ field: "owner_id" }] });
  });
});

describe("deleting a user", () => {
  it("hides the user, frees their email, and a restore makes them inactive", async () => {
    const user = await create();
    await tenant.admin.deleteUser({ id: user.id });
    await expect(tenant.admin.getUser({ id: user.id })).rejects.toMatchObject({ status: 404 });
    await expect(tenant.admin.updateUser({ id: user.id, department: "x" })).rejects.toMatchObject({ status: 404 });
    const { data: deleted } = await tenant.admin.listUsers({ deleted: true, limit: 100 });
    expect(deleted.find(({ id }) => id === user.id)).toMatchObject({ status: "DELETED" });
    const { data: back } = await tenant.admin.restoreUser({ id: user.id });
    expect(back).toMatchObject({ status: "INACTIVE", deleted_at: null });
    await tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
    await expect(login(user.email)).resolves.toBeDefined();
    await expect(tenant.admin.restoreUser({ id: user.id })).rejects.toMatchObject({ status: 404 });
  });

  it("is final for the email once another user has it", async () => {
    const user = await create();
    await tenant.admin.deleteUser({ id: user.id });
    const next = await create({ email: user.email });
    await expect(tenant.admin.restoreUser({ id: user.id })).rejects.toMatchObject({
      status: 409,
      details: [{ field: "email" }],
    });
    await expect(login(user.email)).resolves.toMatchObject({ data: { user: { id: next.id } } });
    await tenant.admin.deleteUser({ id: next.id });
    await expect(tenant.admin.restoreUser({ id: user.id })).resolves.toMatchObject({ status: 200 });
  });

  it("is rejected for oneself, and for callers other than administrators", async () => {
    const second = await addUser(app, tenant, "ADMIN");
    await expect(second.client.deleteUser({ id: second.id })).rejects.toMatchObject({ status: 422 });
    const director = await addUser(app, tenant, "DIRECTOR");
    await expect(director.client.deleteUser({ id: second.id })).rejects.toMatchObject({ status: 403 });
  });

  it("leaves their leads, which can be reassigned", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: lead } = await rep.client.createLead(newLead());
    await tenant.admin.deleteUser({ id: rep.id });
    await expect(tenant.admin.getLead({ id: lead.id })).resolves.toMatchObject({ data: { owner_id: rep.id } });
    const back = tenant.admin.updateLead({ id: lead.id, owner_id: rep.id, company: "Navy" });
    await expect(back).resolves.toMatchObject({ status: 200 });
    const { data: otherLead } = await tenant.admin.createLead(newLead());
    const give = tenant.admin.updateLead({ id: otherLead.id, owner_id: rep.id });
    await expect(give).rejects.toMatchObject({ status: 400, details: [{ field: "owner_id" }] });
  });
});
