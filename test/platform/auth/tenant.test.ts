import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { createClient } from "@crm/functions/derive/client.ts";
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

const updateSettings = (settings: Record<string, unknown>) => tenant.admin.updateTenant({ settings } as never);

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
    const made = async () => (await rep.client.createLead(newLead())).data;
    expect(await made()).toMatchObject({ owner_id: rep.id, currency: "USD" });
    await updateSettings({ new_lead_owner: "unassigned", currency: "EUR" });
    expect(await made()).toMatchObject({ owner_id: null, currency: "EUR" });
    await updateSettings({ new_lead_owner: null, currency: null });
    expect(await made()).toMatchObject({ owner_id: rep.id, currency: "USD" });
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
    const older = tenant.admin.updateTenant({ name: "Another" }, { ifMatch: `"${data.version - 1}"` });
    await expect(older).rejects.toMatchObject({ status: 412, code: "VERSION_CONFLICT", details: [{ field: "name" }] });
    const newer = tenant.admin.updateTenant({ name: "Another" }, { ifMatch: `"${data.version}"` });
    await expect(newer).resolves.toMatchObject({ data: { name: "Another", version: data.version + 1 } });
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
    const { data } = await tenant.admin.updateTenant(input as never);
    expect(data).toMatchObject({ name: "Renamed", slug: before.slug, plan: "FREE", status: "ACTIVE", id: tenant.id });
    await expect(tenant.admin.updateTenant({ name: "" })).rejects.toMatchObject({ details: [{ field: "name" }] });
  });
});

describe("M5 quotas of a tenant", () => {
  const operated = (command: object) => operateLocally(app.ports, command);

  it("are set by the operator, and a setting of the tenant cannot exceed them", async () => {
    const own = await signUp(app);
    const setting = async (rate_limit_per_minute: number) =>
      (await own.admin.updateTenant({ settings: { rate_limit_per_minute } })).data.settings.rate_limit_per_minute;
    expect(await setting(1_000_000)).toBe(100_000);
    await operated({ action: "limit", tenant: own.slug, requests_per_minute: 20 });
    const { data } = await own.admin.getTenant();
    expect(data).toMatchObject({ settings: { rate_limit_per_minute: 20 }, limits: { requests_per_minute: 20, api_keys: 50 } });
    expect(await setting(1000)).toBe(20);
    await own.admin.updateTenant({ limits: { requests_per_minute: 1000 } } as never);
    expect((await own.admin.getTenant()).data.limits.requests_per_minute).toBe(20);
  });

  it("limit the number of API keys, also in concurrent requests, and a revoked key frees a place", async () => {
    const own = await signUp(app);
    await operated({ action: "limit", tenant: own.slug, api_keys: 3 });
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, () => own.admin.createApiKey({ name: "Robot", role: "USER" })),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    const refused = own.admin.createApiKey({ name: "Robot", role: "USER" });
    await expect(refused).rejects.toMatchObject({ status: 422, message: expect.stringContaining("3 API keys") });
    const [first] = made.flatMap((each) => (each.status === "fulfilled" ? [each.value.data.id] : []));
    await own.admin.revokeApiKey({ id: String(first) });
    await expect(own.admin.createApiKey({ name: "Robot", role: "USER" })).resolves.toMatchObject({ status: 201 });
    await expect(own.admin.createApiKey({ name: "Robot", role: "USER" })).rejects.toMatchObject({ status: 422 });
  });

  it("limit the creating requests per minute of all its users together", async () => {
    const own = await signUp(app);
    const other = await addUser(app, own, "SALES_REP");
    await operated({ action: "limit", tenant: own.slug, records_per_minute: 4 });
    const made = await Promise.allSettled(
      [own.admin, other.client, own.admin, other.client, own.admin, other.client].map((who) => who.createLead(newLead())),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    await expect(other.client.createLead(newLead())).rejects.toMatchObject({ status: 429, code: "RATE_LIMITED" });
    await expect(own.admin.listLeads()).resolves.toMatchObject({ status: 200 });
  });

  it("R15 like its plan and status, are set only by the operator, by slug or id", async () => {
    const own = await signUp(app);
    expect(await operated({ action: "plan", tenant: own.slug, plan: "ENTERPRISE" })).toMatchObject({
      tenant_id: own.id,
      plan: "ENTERPRISE",
    });
    expect(await operated({ action: "suspend", tenant: own.id, reason: "Unpaid" })).toMatchObject({ status: "SUSPENDED" });
    await expect(own.admin.createLead(newLead())).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("Unpaid"),
    });
    await operated({ action: "resume", tenant: own.slug });
    await expect(own.admin.createLead(newLead())).resolves.toMatchObject({ status: 201 });
    await expect(operated({ action: "suspend", tenant: "no-such-tenant", reason: "x" })).rejects.toThrow("There is no tenant");
    await expect(operated({ action: "plan", tenant: own.slug, plan: "GOLD" })).rejects.toMatchObject({
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
    for (const who of [suspended.admin, robot]) {
      await expect(who.getLead({ id: lead.id })).resolves.toMatchObject({ status: 200 });
      await expect(who.listLeads()).resolves.toMatchObject({ status: 200 });
      await expect(who.getTenant()).resolves.toMatchObject({ data: { status: "SUSPENDED" } });
      for (const write of [
        () => who.createLead(newLead()),
        () => who.updateLead({ id: lead.id, company: "x" }),
        () => who.replaceLead({ id: lead.id, first_name: "A", last_name: "B" }),
        () => who.deleteLead({ id: lead.id }),
        () => who.createUser({ email: "a@b.example", first_name: "Al", last_name: "Bo", role: "USER" }),
        () => who.updateTenant({ name: "x" }),
        () => who.createTeam({ name: "x" }),
        () => who.createMaster({ kind: "industries", name: "x" }),
        () => who.createApiKey({ name: "x", role: "USER" }),
        () => who.revokeApiKey({ id: key.id }),
      ]) {
        await expect(write()).rejects.toMatchObject({
          status: 403,
          code: "FORBIDDEN",
          message: expect.stringContaining("The invoice of May is open"),
        });
      }
    }
    const { data: asked } = await suspended.admin.exportLeads({ format: "csv" });
    await app.settle();
    expect((await suspended.admin.getExport({ id: String(asked.export_id) })).data).toMatchObject({
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
