import { Token } from "@crm/core/auth/token.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcess, newLead, signUp, startTestApp, type Tenant } from "../support.ts";
import { anotherProcess } from "./process.ts";
import { stayInWindow } from "./window.ts";

/** Two processes over one table: what one remembers, the other has not heard of. */
let app: App;
let other: App;
let tenant: Tenant;

const MINUTE = 60_000;

beforeAll(async () => {
  app = await startTestApp();
  other = anotherProcess(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const there = (token?: string) => createClient(inProcess(other, token));
const ended = { status: 401, code: "UNAUTHENTICATED" };

describe("another process", () => {
  it("knows the first signing key, though it has just seen that there is none", async () => {
    expect((await there().signingKeys()).data).toEqual({ keys: [] });
    await expect(there("x.y.z").me()).rejects.toMatchObject(ended);
    tenant = await signUp(app);
    await expect(there(tenant.token).me()).resolves.toMatchObject({ status: 200 });
  });

  it("follows a logout within a minute, and refuses its refresh token at once", async () => {
    const user = await addUser(app, tenant, "USER");
    const { data } = await createClient(inProcess(app)).login({ email: user.email, password: "Correct-Horse-9000" });
    await there(data.access_token).me();
    await createClient(inProcess(app, data.access_token)).logout();
    await expect(there().refresh({ refresh_token: data.refresh_token })).rejects.toMatchObject(ended);
    app.setClock({ advance: MINUTE + 1000 });
    await expect(there(data.access_token).me()).rejects.toMatchObject(ended);
    await expect(there(user.token).me()).resolves.toMatchObject({ status: 200 });
  });

  it("follows a suspension, a role, a setting, a team, a revoked key and a value within a minute", async () => {
    const [suspended, promoted, member] = [
      await addUser(app, tenant, "USER"),
      await addUser(app, tenant, "USER"),
      await addUser(app, tenant, "MANAGER"),
    ];
    const { data: key } = await tenant.admin.createApiKey({ name: "Robot", role: "USER" });
    const { data: team } = await tenant.admin.createTeam({ name: "Any" });
    const { data: source } = await tenant.admin.createMaster({ kind: "lead-sources", name: "Soon Gone" });
    const { data: lead } = await suspended.as.createLead(newLead());
    const withSource = () => there(tenant.token).createLead({ ...newLead(), lead_source_id: source.id });
    for (const token of [suspended.token, promoted.token, member.token, key.key]) await there(token).listLeads();
    await withSource();

    await tenant.admin.updateUser({ id: suspended.id, team_id: team.id });
    await tenant.admin.updateUser({ id: member.id, team_id: team.id });
    await tenant.admin.setUserStatus({ id: suspended.id, status: "SUSPENDED" });
    await tenant.admin.updateUser({ id: promoted.id, role: "DIRECTOR" });
    await tenant.admin.updateTenant({ settings: { currency: "CHF" } });
    await tenant.admin.revokeApiKey({ id: key.id });
    await tenant.admin.updateMaster({ kind: "lead-sources", id: source.id, is_active: false });
    app.setClock({ advance: MINUTE + 1000 });

    await expect(there(suspended.token).me()).rejects.toMatchObject(ended);
    await expect(there(promoted.token).createTeam({ name: "Mine" })).resolves.toMatchObject({ status: 201 });
    await expect(there(member.token).getLead({ id: lead.id })).resolves.toMatchObject({ status: 200 });
    await expect(there(key.key).listLeads()).rejects.toMatchObject(ended);
    expect((await there(tenant.token).createLead(newLead())).data.currency).toBe("CHF");
    await expect(withSource()).rejects.toMatchObject({ status: 400, details: [{ field: "lead_source_id" }] });
  });

  it("shares the rate limit: both together let no more pass than one, and little less", async () => {
    const user = await addUser(app, tenant, "USER");
    await tenant.admin.updateTenant({ settings: { rate_limit_per_minute: 100 } });
    stayInWindow(app, 60, 20);
    const calls = Array.from({ length: 120 }, (_, n) => (n % 2 ? user.as : there(user.token)).me());
    const passed = (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
    expect(passed).toBeLessThanOrEqual(100);
    expect(passed).toBeGreaterThanOrEqual(90);
  });

  it("leaves one key when both rotate at once", async () => {
    app.setClock({ advance: 31 * 24 * 60 * MINUTE });
    const context = systemContext(app.ports, undefined, "test", ["signing_key"]);
    await Promise.all(Array.from({ length: 5 }, () => runIn(context, () => Token.rotate())));
    expect((await there().signingKeys()).data.keys).toHaveLength(2);
  });
});
