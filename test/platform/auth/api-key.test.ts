import { Clock } from "@crm/core/kernel/clock.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { expectRejection } from "./rejection.ts";

let app: App;
let tenant: Tenant;

const HOUR_MS = 3_600_000;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const clientFor = (token: string) => createClient(inProcessTransport(app, token));
type Role = "ADMIN" | "MANAGER" | "SALES_REP" | "ANALYST";
const createKey = async (role: Role = "SALES_REP", more: { expires_at?: string | null } = {}) =>
  (await tenant.admin.createApiKey({ name: "Robot", role, ...more })).data;
const unauthenticatedError = { status: 401, code: "UNAUTHENTICATED" };

describe("an API key", () => {
  it("is shown once, and identified by its last characters afterwards", async () => {
    const created = await createKey();
    expect(created.key).toMatch(/^crm_[\w-]{43}$/);
    expect(created.key.endsWith(created.hint)).toBe(true);
    const { data: storedKey } = await tenant.admin.getApiKey({ id: created.id });
    expect(storedKey).toMatchObject({ id: created.id, name: "Robot", role: "SALES_REP", hint: created.hint, expires_at: null });
    const { data: listed } = await tenant.admin.listApiKeys();
    for (const apiKey of [storedKey, ...listed]) expect(JSON.stringify(apiKey)).not.toContain(created.key);
  });

  it("works in its tenant, with the permissions of its role", async () => {
    const key = await createKey("ANALYST");
    await expect(clientFor(key.key).listLeads()).resolves.toMatchObject({ status: 200 });
    await expect(clientFor(key.key).createLead(newLead())).rejects.toMatchObject({ status: 403, code: "FORBIDDEN" });
    await expect(clientFor(key.key).createApiKey({ name: "More", role: "ADMIN" })).rejects.toMatchObject({ status: 403 });
    const admin = await createKey("ADMIN");
    await expect(clientFor(admin.key).listApiKeys()).resolves.toMatchObject({ status: 200 });
    const stranger = await signUp(app);
    const { data: foreign } = await stranger.admin.createLead(newLead());
    await expect(clientFor(admin.key).getLead({ id: foreign.id })).rejects.toMatchObject({ status: 404 });
  });

  it("can read its own identity, tenant and permissions", async () => {
    const expires_at = new Date(Clock.ms() + HOUR_MS).toISOString();
    const { id, key } = await createKey("ANALYST", { expires_at });
    const { data } = await clientFor(key).me();
    const { id: tenant_id, name, slug } = (await tenant.admin.getTenant()).data;
    const identity = { id, type: "api_key", display_name: "Robot", email: "", role: "ANALYST", expires_at };
    expect(data).toMatchObject({ ...identity, tenant: { id: tenant_id, name, slug }, links: { self: `/api/v1/api-keys/${id}` } });
    const analyst = (await (await addUser(app, tenant, "ANALYST")).client.me()).data;
    expect(data.permissions).toEqual(analyst.permissions);
    expect(analyst).toMatchObject({ type: "user", tenant: data.tenant, links: { self: `/api/v1/users/${analyst.id}` } });
    expect(Object.keys(data).sort()).toEqual(Object.keys(analyst).sort());
  });

  it("works until it expires", async () => {
    const expires_at = new Date(Clock.ms() + HOUR_MS).toISOString();
    const { key } = await createKey("SALES_REP", { expires_at });
    app.setClock({ advance: HOUR_MS - 5000 });
    await expect(clientFor(key).listLeads()).resolves.toMatchObject({ status: 200 });
    app.setClock({ advance: 6000 });
    await expect(clientFor(key).listLeads()).rejects.toMatchObject(unauthenticatedError);
  });

  it("cannot have an expiry in the past", async () => {
    const past = tenant.admin.createApiKey({ name: "Late", role: "USER", expires_at: "2020-01-01T00:00:00Z" });
    await expect(past).rejects.toMatchObject({ status: 400, details: [{ field: "expires_at" }] });
  });

  it.each([
    ["name", { name: " ", role: "USER" }],
    ["role", { name: "Robot", role: "KING" }],
    ["role", { name: "Robot" }],
    ["expires_at", { name: "Robot", role: "USER", expires_at: "tomorrow" }],
    ["scope", { name: "Robot", role: "USER", scope: "all" }],
  ])("is rejected with the field %s if that is invalid", async (field, input) => {
    const rejection = await expectRejection(allowAnyInput(tenant.admin).createApiKey(input));
    expect(rejection.status).toBe(400);
    expect(rejection.details).toMatchObject([{ field }]);
  });

  it("stops working at once when it is revoked", async () => {
    const { id, key } = await createKey();
    await clientFor(key).listLeads();
    await tenant.admin.revokeApiKey({ id });
    await expect(clientFor(key).listLeads()).rejects.toMatchObject(unauthenticatedError);
    await expect(tenant.admin.getApiKey({ id })).rejects.toMatchObject({ status: 404 });
    await expect(tenant.admin.revokeApiKey({ id })).rejects.toMatchObject({ status: 404 });
    const { data: revoked } = await tenant.admin.listApiKeys({ deleted: true });
    expect(revoked.map((apiKey) => apiKey.id)).toContain(id);
  });

  it("is rejected if it is changed or forged", async () => {
    const { key } = await createKey();
    for (const token of [`${key}x`, key.slice(0, -1), key.toUpperCase(), "crm_", "crm_#"]) {
      await expect(clientFor(token).listLeads()).rejects.toMatchObject(unauthenticatedError);
    }
  });

  it("is not a user: it has no sessions and no password", async () => {
    const robot = clientFor((await createKey("ADMIN")).key);
    const sessionId = (await tenant.admin.listSessions()).data[0]?.id as string;
    for (const attempt of [
      () => robot.logout(),
      () => robot.listSessions(),
      () => robot.revokeSession({ id: sessionId }),
      () => robot.revokeOtherSessions(),
      () => robot.changePassword({ current_password: "Correct-Horse-9000", password: "Another-Horse-9000" }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 403, code: "FORBIDDEN" });
    }
    await expect(tenant.admin.me()).resolves.toMatchObject({ status: 200 });
  });

  it("owns no records: its leads are unassigned, and name it as their creator", async () => {
    const { id, key } = await createKey();
    const { data: lead } = await clientFor(key).createLead(newLead());
    expect(lead).toMatchObject({ owner_id: null, created_by: id });
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.getLead({ id: lead.id })).resolves.toMatchObject({ status: 200 });
    const { data: ownedLead } = await rep.client.createLead(newLead());
    await expect(clientFor(key).getLead({ id: ownedLead.id })).rejects.toMatchObject({ status: 404 });
    await app.settle();
    const entries = (await tenant.admin.listAuditEntries({ limit: 100 })).data;
    expect(entries.find(({ record_id }) => record_id === lead.id)).toMatchObject({ user_id: id, operation: "INSERT" });
  });

  it("is created, listed and revoked by administrators only", async () => {
    const { id } = await createKey();
    for (const role of ["DIRECTOR", "MANAGER", "SALES_REP"]) {
      const user = await addUser(app, tenant, role);
      await expect(user.client.createApiKey({ name: "x", role: "USER" })).rejects.toMatchObject({ status: 403 });
      await expect(user.client.listApiKeys()).rejects.toMatchObject({ status: 403 });
      await expect(user.client.revokeApiKey({ id })).rejects.toMatchObject({ status: 403 });
    }
    const stranger = await signUp(app);
    await expect(stranger.admin.revokeApiKey({ id })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.admin.getApiKey({ id })).rejects.toMatchObject({ status: 404 });
  });
});
