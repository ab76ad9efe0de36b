import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { derivedId, idTime } from "@crm/core/kernel/id.ts";
import { type Role, roles } from "@crm/core/kernel/permission.ts";
import { USER_PREFERENCES } from "@crm/core/platform/profile/profile.kind.ts";
import { operations } from "@crm/functions/api/index.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { accessRejection, isRead } from "@crm/functions/http/access-check.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

/** An administrator views the data as a role (docs/platform/sign-in.md). */
let app: App;
let tenant: Tenant;
let rep: TestUser;
const lead = { own: "", unowned: "", ofRep: "" };

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
  const create = async (company: string, owner_id: string | null): Promise<string> =>
    (await tenant.admin.createLead(newLead({ company, owner_id }))).data.id;
  lead.own = await create("Heron own", tenant.userId);
  lead.unowned = await create("Heron unowned", null);
  lead.ofRep = await create("Heron of the rep", rep.id);
  await app.settle();
});
afterAll(() => app.stop());

/** The client of a token whose requests name a role. */
const viewing = (role: string, token = tenant.token) => {
  const send = inProcessTransport(app, token);
  return createClient((request) => send({ ...request, headers: { ...request.headers, "x-view-as": role } }));
};
const choose = (view_as_role: Exclude<Role, "ADMIN"> | null) => tenant.admin.updateMyPreferences({ view_as_role });
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "allowed",
    ({ message }) => String(message),
  );

describe("the choice of a role", () => {
  it("is that of an administrator alone", async () => {
    expect(await refusal(rep.client.updateMyPreferences({ view_as_role: "USER" }))).toMatch(
      /^403 FORBIDDEN: Only a user with the role ADMIN/,
    );
    expect(await refusal(rep.client.replaceMyPreferences({ view_as_role: "USER" }))).toMatch(/^403 FORBIDDEN: Only a user/);
    expect(await refusal(viewing("USER", rep.token).me())).toMatch(/^403 FORBIDDEN: Only a user with the role ADMIN/);
    const key = (await tenant.admin.createApiKey({ name: "All", role: "ADMIN" })).data.key;
    expect(await refusal(viewing("USER", key).me())).toMatch(/^403 FORBIDDEN: Only a user with the role ADMIN/);
  });

  it("needs the preference first, because its change is audited", async () => {
    expect(await refusal(viewing("ANALYST").me())).toMatch(/^403 FORBIDDEN: Set `view_as_role`/);
    await choose("ANALYST");
    expect(await refusal(viewing("ANALYST").me())).toBe("allowed");
    expect(await refusal(viewing("USER").me())).toMatch(/^403 FORBIDDEN: Set `view_as_role`/);
    await choose(null);
    expect(await refusal(viewing("ANALYST").me())).toMatch(/^403 FORBIDDEN: Set `view_as_role`/);
    await app.settle();
    const record_id = derivedId(USER_PREFERENCES, idTime(tenant.userId), "preferences", tenant.userId);
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id });
    const details = await Promise.all(entries.map(async ({ id }) => (await tenant.admin.getAuditEntry({ id })).data));
    expect(
      details.map(({ user_id, old_values, new_values }) => [user_id, old_values?.view_as_role, new_values?.view_as_role]),
    ).toEqual([
      [tenant.userId, "ANALYST", undefined],
      [tenant.userId, undefined, "ANALYST"],
    ]);
  });

  it.each(["ADMIN", "admin", "SALES_REP,USER", "x"])("does not take %s", async (role) => {
    expect(await refusal(viewing(role).me())).toMatch(/^400 VALIDATION_ERROR/);
  });

  it("ends when the administrator is no administrator any more", async () => {
    const second = await addUser(app, tenant, "ADMIN");
    await second.client.updateMyPreferences({ view_as_role: "USER" });
    expect(await refusal(viewing("USER", second.token).me())).toBe("allowed");
    await tenant.admin.updateUser({ id: second.id, role: "SALES_REP" });
    expect(await refusal(viewing("USER", second.token).me())).toMatch(/^403 FORBIDDEN: Only a user with the role ADMIN/);
  });
});

describe("a view as a role", () => {
  it("shows the records, counts and hits of the role", async () => {
    await choose("SALES_REP");
    const view = viewing("SALES_REP");
    const list = await view.listLeads({ search: "heron", limit: 100 });
    expect(list.data.map(({ id }) => id).sort()).toEqual([lead.own, lead.unowned].sort());
    const all = await view.listLeads({ limit: 1 });
    expect((all.meta as { total: number }).total).toBe(2);
    const queried = await view.queryLeads({ where: { company: { prefix: "heron" } } });
    expect(queried.data).toHaveLength(2);
    expect(await refusal(view.getLead({ id: lead.ofRep }))).toMatch(/^404 NOT_FOUND/);
    const hits = await view.search({ q: "heron" });
    expect(JSON.stringify(hits.data)).not.toContain(lead.ofRep);
    expect(JSON.stringify(hits.data)).toContain(lead.own);
    expect(await refusal(tenant.admin.getLead({ id: lead.ofRep }))).toBe("allowed");
  });

  it("shows a batch of reads what each read shows", async () => {
    await choose("SALES_REP");
    const reads = [`/api/v1/leads/${lead.ofRep}`, "/api/v1/leads?limit=10", "/api/v1/audit?limit=1"];
    const { results } = (await viewing("SALES_REP").batchReads({ reads })).data;
    expect(results.map(({ status }) => status)).toEqual([404, 200, 400]);
    expect(JSON.stringify(results)).not.toContain("Heron of the rep");
    await choose(null);
  });

  it("shows no file of an export with the records of the administrator", async () => {
    await choose("SALES_REP");
    const { export_id: id } = (await tenant.admin.exportLeads({ format: "csv" })).data;
    await app.settle();
    expect((await tenant.admin.getExport({ id })).data.status).toBe("completed");
    const request = { method: "GET", path: `/api/v1/exports/${id}/file`, query: "", body: undefined } as const;
    const read = (headers: Record<string, string>) => inProcessTransport(app, tenant.token)({ ...request, headers });
    expect((await read({})).status).toBe(200);
    const { status, body } = await read({ "x-view-as": "SALES_REP" });
    expect([status, body]).toEqual([403, expect.stringContaining("The file has the records that its owner sees")]);
  });

  it.each(roles.filter((role) => role !== "ADMIN"))(
    "as %s has only permissions that this role has, and none that ADMIN lacks",
    async (role) => {
      await choose(role);
      const user = await addUser(app, tenant, role);
      const permissions = async (client: Pick<TestUser["client"], "me">): Promise<string[]> =>
        (await client.me()).data.permissions;
      const [viewed, ofRole, own] = await Promise.all([viewing(role), user.client, tenant.admin].map(permissions));
      expect(viewed).toEqual(ofRole?.filter((name) => own?.includes(name)));
    },
  );

  it("refuses every operation that writes", () => {
    const context = systemContext(app.ports, tenant.id, "test");
    const administrator = { type: "user", tenant_id: tenant.id, id: tenant.userId, session_id: "", roles: ["ADMIN"] } as const;
    const rejections = runIn({ ...context, actor: administrator, onBehalfOf: administrator, viewedRole: "DIRECTOR" }, () =>
      operations
        .filter(({ access }) => access !== "public")
        .map((operation) => [operation.name, operation.method, accessRejection(operation)] as const),
    );
    const isRefused = (text: string | undefined): boolean => text?.startsWith("You view the data as another role") === true;
    const allowed = rejections.filter(([, , text]) => !isRefused(text));
    expect(rejections.length - allowed.length).toBeGreaterThan(300);
    expect(
      allowed.filter(([, method]) => method !== "GET").every(([name]) => name.startsWith("query") || name === "batchReads"),
    ).toBe(true);
    expect(operations.filter(isRead).length).toBeGreaterThan(300);
  });

  it("writes nothing, also through operations on the caller's own data", async () => {
    await choose("DIRECTOR");
    const view = viewing("DIRECTOR");
    const { version } = (await tenant.admin.getLead({ id: lead.own })).data;
    const refused =
      "403 FORBIDDEN: You view the data as another role, so you cannot change anything: stop viewing as this role []";
    const calls = [
      view.updateLead({ id: lead.own, company: "Changed" }),
      view.deleteLead({ id: lead.own }),
      view.createLead(newLead()),
      view.updateMyPreferences({ view_as_role: null }),
      view.visitRecord({ record_id: lead.own }),
      view.changePassword({ current_password: tenant.password, password: "Another-Horse-9001" }),
      view.revokeOtherSessions(),
      view.logout(),
      view.exportLeads({ format: "csv" }),
    ];
    expect(await Promise.all(calls.map(refusal))).toEqual(calls.map(() => refused));
    expect((await tenant.admin.getLead({ id: lead.own })).data.version).toBe(version);
    expect((await tenant.admin.getMyPreferences()).data.view_as_role).toBe("DIRECTOR");
  });

  it("is not carried on by a token or session", async () => {
    await choose("USER");
    const ofRep = { id: lead.ofRep };
    expect(await refusal(viewing("USER").getLead(ofRep))).toMatch(/^404 NOT_FOUND/);
    expect(await refusal(tenant.admin.getLead(ofRep))).toBe("allowed");
    const anonymous = createClient((request) =>
      inProcessTransport(app)({ ...request, headers: { ...request.headers, "x-view-as": "USER" } }),
    );
    const second = await addUser(app, tenant, "ADMIN");
    const { data } = await anonymous.login({ email: second.email, password: PASSWORD, tenant_slug: tenant.slug });
    const signedIn = createClient(inProcessTransport(app, data.access_token));
    expect(await refusal(signedIn.getLead(ofRep))).toBe("allowed");
    const { data: refreshed } = await anonymous.refresh({ refresh_token: data.refresh_token });
    expect(await refusal(createClient(inProcessTransport(app, refreshed.access_token)).getLead(ofRep))).toBe("allowed");
    expect(await refusal(viewing("USER", refreshed.access_token).getLead(ofRep))).toMatch(/^403 FORBIDDEN: Set `view_as_role`/);
  });
});
