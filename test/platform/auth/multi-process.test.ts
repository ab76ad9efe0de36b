import { accessName } from "@crm/aws/access.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Token } from "@crm/core/platform/auth/token.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { simulateProcess } from "./simulated-process.ts";
import { stayInWindow } from "./throttle-window.ts";

/** Two processes on one table: one does not know what the other has cached. */
let app: App;
let otherApp: App;
let tenant: Tenant;

const MINUTE_MS = 60_000;

beforeAll(async () => {
  app = await startTestApp();
  otherApp = simulateProcess(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const otherClient = (token?: string) => createClient(inProcessTransport(otherApp, token));
const unauthenticatedError = { status: 401, code: "UNAUTHENTICATED" };

describe("another process", () => {
  it("finds the first signing key, even if it has just cached that there is none", async () => {
    expect((await otherClient().signingKeys()).data).toEqual({ keys: [] });
    await expect(otherClient("x.y.z").me()).rejects.toMatchObject(unauthenticatedError);
    tenant = await signUp(app);
    await expect(otherClient(tenant.token).me()).resolves.toMatchObject({ status: 200 });
  });

  it("applies a logout within a minute, and rejects its refresh token at once", async () => {
    const user = await addUser(app, tenant, "USER");
    const { data } = await createClient(inProcessTransport(app)).login({ email: user.email, password: "Correct-Horse-9000" });
    await otherClient(data.access_token).me();
    await createClient(inProcessTransport(app, data.access_token)).logout();
    await expect(otherClient().refresh({ refresh_token: data.refresh_token })).rejects.toMatchObject(unauthenticatedError);
    app.setClock({ advance: MINUTE_MS + 1000 });
    await expect(otherClient(data.access_token).me()).rejects.toMatchObject(unauthenticatedError);
    await expect(otherClient(user.token).me()).resolves.toMatchObject({ status: 200 });
  });

  it("applies a suspension, role, setting, team, revoked key and master value within a minute", async () => {
    const [suspended, promoted, member] = [
      await addUser(app, tenant, "USER"),
      await addUser(app, tenant, "USER"),
      await addUser(app, tenant, "MANAGER"),
    ];
    const { data: key } = await tenant.admin.createApiKey({ name: "Robot", role: "USER" });
    const { data: team } = await tenant.admin.createTeam({ name: "Any" });
    const { data: source } = await tenant.admin.createMaster({ kind: "lead-sources", name: "Soon Gone" });
    const { data: lead } = await suspended.client.createLead(newLead());
    const withSource = () => otherClient(tenant.token).createLead({ ...newLead(), lead_source_id: source.id });
    for (const token of [suspended.token, promoted.token, member.token, key.key]) await otherClient(token).listLeads();
    await withSource();

    await tenant.admin.updateUser({ id: suspended.id, team_id: team.id });
    await tenant.admin.updateUser({ id: member.id, team_id: team.id });
    await tenant.admin.setUserStatus({ id: suspended.id, status: "SUSPENDED" });
    await tenant.admin.updateUser({ id: promoted.id, role: "DIRECTOR" });
    await tenant.admin.updateTenant({ settings: { currency: "CHF" } });
    await tenant.admin.revokeApiKey({ id: key.id });
    await tenant.admin.updateMaster({ kind: "lead-sources", id: source.id, is_active: false });
    app.setClock({ advance: MINUTE_MS + 1000 });

    await expect(otherClient(suspended.token).me()).rejects.toMatchObject(unauthenticatedError);
    await expect(otherClient(promoted.token).createTeam({ name: "Mine" })).resolves.toMatchObject({ status: 201 });
    await expect(otherClient(member.token).getLead({ id: lead.id })).resolves.toMatchObject({ status: 200 });
    await expect(otherClient(key.key).listLeads()).rejects.toMatchObject(unauthenticatedError);
    expect((await otherClient(tenant.token).createLead(newLead())).data.currency).toBe("CHF");
    await expect(withSource()).rejects.toMatchObject({ status: 400, details: [{ field: "lead_source_id" }] });
  });

  it("shares the rate limit: both together allow about as many requests as one", async () => {
    const user = await addUser(app, tenant, "USER");
    await tenant.admin.updateTenant({ settings: { rate_limit_per_minute: 100 } });
    stayInWindow(app, 60, 20);
    const calls = Array.from({ length: 120 }, (_, n) => (n % 2 ? user.client : otherClient(user.token)).me());
    const passedCount = (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
    expect(passedCount).toBeLessThanOrEqual(100);
    expect(passedCount).toBeGreaterThanOrEqual(90);
  });

  it("creates one key if two processes rotate at once", async () => {
    app.setClock({ advance: 31 * 24 * 60 * MINUTE_MS });
    const context = systemContext(app.ports, undefined, "test", ["signing_key"]);
    await Promise.all(Array.from({ length: 5 }, () => runIn(context, () => Token.rotate())));
    expect((await otherClient().signingKeys()).data.keys).toHaveLength(2);
  });

  it("needs one set of credentials of the tenant for the authentication and the operation, and one without a tenant", async () => {
    const key = (await tenant.admin.createApiKey({ name: "Scopes", role: "ADMIN" })).data.key;
    for (const token of [tenant.token, key]) {
      const scopes = new Set<string>();
      const freshApp = simulateProcess(
        app,
        (_command, scope) => void scopes.add(`${scope.tenant} ${accessName(scope.keyspaces)}`),
      );
      await createClient(inProcessTransport(freshApp, token)).listLeads();
      expect([...scopes].sort()).toEqual([`${tenant.id} tenant`, "undefined tenant+api_key+signing_key"]);
    }
  });
});
