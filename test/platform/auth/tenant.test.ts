import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  signUp,
  startTestApp,
  type Tenant as TestTenant,
} from "../../support/app.ts";

let app: App;
let tenant: TestTenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const updateSettings = (settings: Record<string, unknown>) => tenant.admin.updateTenant({ settings });

describe("settings", () => {
  it.each([
    ["rate_limit_per_minute", 9],
    ["rate_limit_per_minute", 10.5],
    ["rate_limit_per_minute", "100"],
    ["timezone", "Middle/Earth"],
    ["currency", "usd"],
    ["currency", "ABC"],
    ["default_country", "usa"],
    ["default_country", "ZZ"],
    ["visibility", "none"],
    ["new_lead_owner", "everyone"],
    ["conversion_min_score", 101],
    ["conversion_min_score", -1],
    ["score_model", "astrology"],
    ["unheard_of", true],
  ])("reject %s if it is %j", async (field, value) => {
    await expect(updateSettings({ [field]: value })).rejects.toMatchObject({
      status: 400,
      code: "VALIDATION_ERROR",
      details: [{ field: `settings.${field}` }],
    });
  });

  it("accept valid values one by one, and null restores the default", async () => {
    const good = {
      timezone: "Pacific/Auckland",
      currency: "NZD",
      default_country: "NZ",
      visibility: "team",
      new_lead_owner: "unassigned",
      conversion_min_score: 0,
      score_model: "dynamic",
    };
    for (const [field, value] of Object.entries(good)) {
      const { data } = await updateSettings({ [field]: value });
      expect(data.settings).toMatchObject({ [field]: value });
    }
    expect((await tenant.admin.getTenant()).data.settings).toMatchObject(good);
    const { data } = await updateSettings(Object.fromEntries(Object.keys(good).map((field) => [field, null])));
    expect(data.settings).toMatchObject({
      timezone: "UTC",
      currency: "USD",
      default_country: "US",
      visibility: "own",
      new_lead_owner: "creator",
      conversion_min_score: 70,
      score_model: "standard",
      rate_limit_per_minute: 100_000,
    });
  });

  it("apply at once for all users", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const createLead = async () => (await rep.client.createLead(newLead())).data;
    expect(await createLead()).toMatchObject({ owner_id: rep.id, currency: "USD" });
    await updateSettings({ new_lead_owner: "unassigned", currency: "EUR" });
    expect(await createLead()).toMatchObject({ owner_id: null, currency: "EUR" });
    await updateSettings({ new_lead_owner: null, currency: null });
    expect(await createLead()).toMatchObject({ owner_id: rep.id, currency: "USD" });
  });

  it("combine concurrent changes", async () => {
    const fresh = await signUp(app);
    const changes = [
      { timezone: "Europe/Berlin" },
      { currency: "EUR" },
      { default_country: "DE" },
      { visibility: "all" as const },
    ];
    await Promise.all(changes.map((settings) => fresh.admin.updateTenant({ settings })));
    expect((await fresh.admin.getTenant()).data.settings).toMatchObject(Object.assign({}, ...changes));
  });

  it("respect a version in If-Match", async () => {
    const { data } = await tenant.admin.updateTenant({ settings: { timezone: "Europe/Berlin" } });
    const staleUpdate = tenant.admin.updateTenant({ name: "Another" }, { ifMatch: `"${data.version - 1}"` });
    await expect(staleUpdate).rejects.toMatchObject({ status: 412, code: "VERSION_CONFLICT", details: [{ field: "name" }] });
    const currentUpdate = tenant.admin.updateTenant({ name: "Another" }, { ifMatch: `"${data.version}"` });
    await expect(currentUpdate).resolves.toMatchObject({ data: { name: "Another", version: data.version + 1 } });
  });

  it("are changed by administrators and read by all users", async () => {
    for (const role of ["DIRECTOR", "MANAGER", "USER"]) {
      const user = await addUser(app, tenant, role);
      await expect(user.client.getTenant()).resolves.toMatchObject({ data: { id: tenant.id } });
      await expect(user.client.updateTenant({ name: "Mine" })).rejects.toMatchObject({ status: 403 });
    }
  });

  it("cannot change slug, plan and status", async () => {
    const { data: before } = await tenant.admin.getTenant();
    const input = { name: "Renamed", slug: "other", plan: "ENTERPRISE", status: "SUSPENDED", id: "ten_x" };
    await expect(tenant.admin.updateTenant(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "slug" }, { field: "plan" }, { field: "status" }],
    });
    const { data } = await allowAnyInput(tenant.admin).updateTenant({ name: "Renamed", id: "ten_x" });
    expect(data).toMatchObject({ name: "Renamed", slug: before.slug, plan: "FREE", status: "ACTIVE", id: tenant.id });
    await expect(tenant.admin.updateTenant({ name: "" })).rejects.toMatchObject({ details: [{ field: "name" }] });
  });
});

describe("M5 quotas of a tenant", () => {
  const operated = (command: object) => operateLocally(app.ports, command);

  it("are set by the operator, and a setting of the tenant cannot exceed them", async () => {
    const ownTenant = await signUp(app);
    const setting = async (rate_limit_per_minute: number) =>
      (await ownTenant.admin.updateTenant({ settings: { rate_limit_per_minute } })).data.settings.rate_limit_per_minute;
    expect(await setting(1_000_000)).toBe(100_000);
    await operated({ action: "limit", tenant: ownTenant.slug, requests_per_minute: 20 });
    const { data } = await ownTenant.admin.getTenant();
    expect(data).toMatchObject({ settings: { rate_limit_per_minute: 20 }, limits: { requests_per_minute: 20, api_keys: 50 } });
    expect(await setting(1000)).toBe(20);
    const raised = allowAnyInput(ownTenant.admin).updateTenant({ limits: { requests_per_minute: 1000 } });
    await expect(raised).rejects.toMatchObject({ status: 400, details: [{ field: "limits" }] });
    expect((await ownTenant.admin.getTenant()).data.limits.requests_per_minute).toBe(20);
  });

  it("limit the number of API keys, also in concurrent requests, and a revoked key frees a place", async () => {
    const ownTenant = await signUp(app);
    await operated({ action: "limit", tenant: ownTenant.slug, api_keys: 3 });
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => ownTenant.admin.createApiKey({ name: "Robot", role: "USER" })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    const keyRequest = ownTenant.admin.createApiKey({ name: "Robot", role: "USER" });
    await expect(keyRequest).rejects.toMatchObject({ status: 422, message: expect.stringContaining("3 API keys") });
    const [first] = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.data.id] : []));
    await ownTenant.admin.revokeApiKey({ id: String(first) });
    await expect(ownTenant.admin.createApiKey({ name: "Robot", role: "USER" })).resolves.toMatchObject({ status: 201 });
    await expect(ownTenant.admin.createApiKey({ name: "Robot", role: "USER" })).rejects.toMatchObject({ status: 422 });
  });

  it("limit the creating requests per minute of all its users together", async () => {
    const ownTenant = await signUp(app);
    const otherUser = await addUser(app, ownTenant, "SALES_REP");
    await operated({ action: "limit", tenant: ownTenant.slug, records_per_minute: 4 });
    const results = await Promise.allSettled(
      [ownTenant.admin, otherUser.client, ownTenant.admin, otherUser.client, ownTenant.admin, otherUser.client].map((client) =>
        client.createLead(newLead()),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    await expect(otherUser.client.createLead(newLead())).rejects.toMatchObject({ status: 429, code: "RATE_LIMITED" });
    await expect(ownTenant.admin.listLeads()).resolves.toMatchObject({ status: 200 });
  });

  it("R15 like its plan and status, are set only by the operator, by slug or id", async () => {
    const ownTenant = await signUp(app);
    expect(await operated({ action: "plan", tenant: ownTenant.slug, plan: "ENTERPRISE" })).toMatchObject({
      tenant_id: ownTenant.id,
      plan: "ENTERPRISE",
    });
    expect(await operated({ action: "suspend", tenant: ownTenant.id, reason: "Unpaid" })).toMatchObject({ status: "SUSPENDED" });
    await expect(ownTenant.admin.createLead(newLead())).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("Unpaid"),
    });
    await operated({ action: "resume", tenant: ownTenant.slug });
    await expect(ownTenant.admin.createLead(newLead())).resolves.toMatchObject({ status: 201 });
    await expect(operated({ action: "suspend", tenant: "no-such-tenant", reason: "x" })).rejects.toThrow("There is no tenant");
    await expect(operated({ action: "plan", tenant: ownTenant.slug, plan: "GOLD" })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
  });
});

describe("a suspended tenant", () => {
  const setStatus = (id: string, status: "ACTIVE" | "SUSPENDED", reason?: string) =>
    runIn(systemContext(app.ports, id, "test"), () => Tenant.setStatus({ status, ...(reason ? { reason } : {}) }));

  it("can read and sign in, but not write, with the reason, until it is active again", async () => {
    const suspended = await signUp(app);
    const rep = await addUser(app, suspended, "SALES_REP");
    const { data: lead } = await suspended.admin.createLead(newLead());
    const { data: key } = await suspended.admin.createApiKey({ name: "Robot", role: "ADMIN" });
    await setStatus(suspended.id, "SUSPENDED", "The invoice of May is open");

    const robot = createClient(inProcessTransport(app, key.key));
    for (const client of [suspended.admin, robot]) {
      await expect(client.getLead({ id: lead.id })).resolves.toMatchObject({ status: 200 });
      await expect(client.listLeads()).resolves.toMatchObject({ status: 200 });
      await expect(client.getTenant()).resolves.toMatchObject({ data: { status: "SUSPENDED" } });
      for (const write of [
        () => client.createLead(newLead()),
        () => client.updateLead({ id: lead.id, company: "x" }),
        () => client.replaceLead({ id: lead.id, first_name: "A", last_name: "B" }),
        () => client.deleteLead({ id: lead.id }),
        () => client.createUser({ email: "a@b.example", first_name: "Al", last_name: "Bo", role: "USER" }),
        () => client.updateTenant({ name: "x" }),
        () => client.createTeam({ name: "x" }),
        () => client.createMaster({ kind: "industries", name: "x" }),
        () => client.createApiKey({ name: "x", role: "USER" }),
        () => client.revokeApiKey({ id: key.id }),
      ]) {
        await expect(write()).rejects.toMatchObject({
          status: 403,
          code: "FORBIDDEN",
          message: expect.stringContaining("The invoice of May is open"),
        });
      }
    }
    const { data: exportRequest } = await suspended.admin.exportLeads({ format: "csv" });
    await app.settle();
    expect((await suspended.admin.getExport({ id: String(exportRequest.export_id) })).data).toMatchObject({
      status: "completed",
      rows: 1,
    });
    const credentials = { email: rep.email, password: PASSWORD };
    const { data } = await createClient(inProcessTransport(app)).login(credentials);
    expect(data.tenant.status).toBe("SUSPENDED");
    const session = createClient(inProcessTransport(app, data.access_token));
    await expect(session.me()).resolves.toMatchObject({ status: 200 });
    await expect(createClient(inProcessTransport(app)).refresh({ refresh_token: data.refresh_token })).resolves.toMatchObject({
      status: 200,
    });
    await expect(session.logout()).resolves.toMatchObject({ status: 200 });
    // A role without write access gets its usual rejection, which reveals nothing about the tenant's status.
    const analyst = (await createClient(inProcessTransport(app)).login(credentials)).data;
    await expect(createClient(inProcessTransport(app, analyst.access_token)).createTeam({ name: "x" })).rejects.toMatchObject({
      message: expect.not.stringContaining("invoice"),
    });

    await setStatus(suspended.id, "ACTIVE");
    await expect(suspended.admin.updateLead({ id: lead.id, company: "x" })).resolves.toMatchObject({ status: 200 });
    expect((await suspended.admin.getTenant()).data.status_reason).toBeNull();
  });

  it("does not affect another tenant", async () => {
    const suspended = await signUp(app);
    await setStatus(suspended.id, "SUSPENDED", "x");
    await expect(tenant.admin.createLead(newLead())).resolves.toMatchObject({ status: 201 });
  });
});
