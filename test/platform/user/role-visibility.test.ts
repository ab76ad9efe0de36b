import { Tenants } from "@crm/core/platform/tenant/tenant.entity.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, startTestApp, type Tenant } from "../../support/app.ts";

/** Which records the built-in roles see with the settings of a new tenant. */
describe("the roles of a new tenant", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    const account = { first_name: "Ada", last_name: "Quist", email: "ada@new.example", password: "Correct-Horse-Battery-7" };
    const { data } = await createClient(inProcessTransport(app)).signup({
      ...account,
      tenant_name: "New",
      tenant_slug: "new-tenant",
    });
    const { access_token: token, refresh_token } = data;
    const admin = createClient(inProcessTransport(app, token));
    tenant = {
      ...{ admin, token, refresh_token, id: data.tenant.id, slug: "new-tenant", userId: data.user.id },
      ...{ email: account.email, password: account.password },
    };
    const { data: customer } = await admin.createCustomer({ name: "Meridian Logistics" });
    await admin.createContact({ first_name: "Iris", last_name: "Meridian", customer_id: customer.id, owner_id: tenant.userId });
    await admin.createLead({ first_name: "Otto", last_name: "Meridian", email: "otto@meridian.example" });
    await admin.createCampaign({
      name: "Meridian spring",
      type: "EMAIL",
      start_date: "2026-01-01",
      owner_id: tenant.userId,
    });
    await app.settle();
  });
  afterAll(() => app.stop());

  /** The totals of the lists, and the number of records that a search finds. */
  const countSeen = async (client: Client): Promise<readonly (number | undefined)[]> => [
    (await client.listCustomers({})).meta.total,
    (await client.listContacts({})).meta.total,
    (await client.listLeads({})).meta.total,
    (await client.listCampaigns({})).meta.total,
    new Set((await client.search({ q: "meridian" })).data.map(({ id }) => id)).size,
  ];

  it.each(["MARKETER", "SUPPORT_AGENT", "ANALYST"] as const)("%s sees the records of all owners", async (role) => {
    const { client } = await addUser(app, tenant, role);
    const [customers, contacts, leads, campaigns, found] = await countSeen(client);
    expect([customers, contacts, leads, campaigns]).toEqual([1, 1, 1, 1]);
    expect(found).toBeGreaterThanOrEqual(3);
    expect((await client.me({})).data.sees_all_records).toBe(true);
  });

  it.each(["SALES_REP", "USER"] as const)("%s sees only their own", async (role) => {
    const { client } = await addUser(app, tenant, role);
    expect(await countSeen(client)).toEqual([0, 0, 0, 0, 0]);
    expect((await client.me({})).data.sees_all_records).toBe(false);
  });

  it("see what the tenant sets, and no more than before in a tenant of an earlier release", async () => {
    const { admin } = tenant;
    await admin.updateTenant({ settings: { all_records_roles: ["MARKETER"] } });
    const [marketer, agent] = await Promise.all([addUser(app, tenant, "MARKETER"), addUser(app, tenant, "SUPPORT_AGENT")]);
    expect((await marketer.client.listCustomers({})).meta.total).toBe(1);
    expect((await agent.client.listCustomers({})).meta.total).toBe(0);
    const stored = { sk: tenant.id, row: "{}", doc: JSON.stringify({ settings: { visibility: "own" } }), shape: 1 };
    expect(Tenants.fromItem(stored).settings.all_records_roles).toEqual([]);
  });

  it("tell an agent the name of the customer of a ticket who is hidden", async () => {
    const { admin } = tenant;
    await admin.updateTenant({ settings: { all_records_roles: [] } });
    const { client, id } = await addUser(app, tenant, "SUPPORT_AGENT");
    const [customer] = (await admin.listCustomers({})).data;
    const ticket = {
      subject: "Broken",
      description: "Since Monday",
      requester: { name: "Iris", email: "iris@meridian.example" },
    };
    const { data } = await admin.createTicket({ ...ticket, customer_id: customer?.id, assigned_to_id: id });
    await app.settle();
    const { data: seen } = await client.getTicket({ id: data.id, expand: "customer" });
    expect(seen.expanded?.customer_id).toEqual({ id: customer?.id, name: "Meridian Logistics", is_hidden: true });
    await expect(client.getCustomer({ id: customer?.id ?? "" })).rejects.toMatchObject({ status: 404 });
  });
});
