import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { isRead } from "@crm/functions/http/access-check.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { createOperations } from "@crm/functions/http/operation-runner.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** What API keys and workflows cannot do, so that a leaked key opens no way in that stays, and takes no administrator over. */

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A tenant with two administrators, a sales representative, and an API key of the role ADMIN. */
interface World {
  tenant: Tenant;
  key: Client;
  keyId: string;
  admin: TestUser;
  rep: TestUser;
}

async function buildWorld(): Promise<World> {
  const tenant = await signUp(app);
  const [admin, rep] = [await addUser(app, tenant, "ADMIN"), await addUser(app, tenant, "SALES_REP")];
  const { data } = await tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" });
  return { tenant, admin, rep, keyId: data.id, key: createClient(inProcessTransport(app, data.key)) };
}

type Attempt = (client: Client, world: World) => Promise<unknown>;
let users = 0;
const newUser = (more: object) => ({ email: `new${++users}@rule.example`, first_name: "Nina", password: PASSWORD, ...more });
const setStatus = (client: Client, id: string, status: "ACTIVE" | "SUSPENDED") => client.setUserStatus({ id, status });
const deleteAdmin = (world: World) => world.tenant.admin.deleteUser({ id: world.admin.id });

/** Calls of each operation that a key is refused, and that the session of an administrator may make. */
const refusedCalls: Readonly<Record<string, readonly Attempt[]>> = {
  createApiKey: [(client) => client.createApiKey({ name: "Second", role: "USER" })],
  removeUserSecondFactor: [(client, { rep }) => client.removeUserSecondFactor({ id: rep.id })],
  revokeUserSessions: [(client, { admin }) => client.revokeUserSessions({ id: admin.id })],
  createUser: [
    (client) => allowAnyInput(client).createUser(newUser({ role: "ADMIN" })),
    (client) => allowAnyInput(client).createUser(newUser({ role: "USER", extra_roles: ["ADMIN"], password: undefined })),
  ],
  replaceUser: [(client, { rep }) => client.replaceUser({ id: rep.id, email: rep.email, first_name: "R", role: "ADMIN" })],
  updateUser: [
    (client, { rep }) => client.updateUser({ id: rep.id, role: "ADMIN" }),
    (client, { rep }) => client.updateUser({ id: rep.id, extra_roles: ["ADMIN"] }),
    (client, { admin }) => client.updateUser({ id: admin.id, email: `changed.${admin.email}` }),
    (client, { admin }) => client.updateUser({ id: admin.id, role: "USER" }),
  ],
  batchUsers: [
    (client, { rep }) => client.batchUsers({ operation: "update", items: [{ id: rep.id, role: "ADMIN" }] }),
    (client) => client.batchUsers({ operation: "create", items: [newUser({ role: "ADMIN" })] }),
    (client, { rep }) =>
      client.batchUsers({ operation: "upsert", match_on: "email", items: [{ email: rep.email, role: "ADMIN" }] }),
    (client, { admin }) => client.batchUsers({ operation: "delete", items: [{ id: admin.id }] }),
  ],
  setUserStatus: [(client, { admin }) => setStatus(client, admin.id, "SUSPENDED")],
  deleteUser: [(client, { admin }) => client.deleteUser({ id: admin.id })],
  restoreUser: [
    async (client, world) => {
      await deleteAdmin(world).catch(() => undefined);
      return client.restoreUser({ id: world.admin.id });
    },
  ],
  inviteUser: [
    async (client, { tenant }) => {
      const { data } = await allowAnyInput(tenant.admin).createUser(newUser({ role: "ADMIN", password: undefined }));
      return client.inviteUser({ id: data.id });
    },
  ],
  updateTenant: [(client) => client.updateTenant({ settings: { second_factor_required_for: ["ANALYST"] } })],
  changePassword: [
    (client, { tenant }) => client.changePassword({ current_password: tenant.password, password: "Another-Horse-9000" }),
  ],
  listSessions: [(client) => client.listSessions()],
  revokeSession: [
    async (client, { tenant }) => {
      await createClient(inProcessTransport(app)).login({
        email: tenant.email,
        password: tenant.password,
        tenant_slug: tenant.slug,
      });
      const other = (await tenant.admin.listSessions()).data.find(({ is_current }) => !is_current);
      return client.revokeSession({ id: other?.id ?? "" });
    },
  ],
  revokeOtherSessions: [(client) => client.revokeOtherSessions()],
  logout: [(client) => client.logout()],
  getMySecondFactor: [(client) => client.getMySecondFactor()],
  beginMySecondFactor: [(client, { tenant }) => client.beginMySecondFactor({ password: tenant.password })],
};

/** Operations of the second factor that need a code, which test/platform/second-factor sends. A key is refused before the code is checked. */
const callsWithCode: Readonly<Record<string, Attempt>> = {
  confirmMySecondFactor: (client) => client.confirmMySecondFactor({ code: "123456" }),
  renewMyRecoveryCodes: (client, { tenant }) => client.renewMyRecoveryCodes({ password: tenant.password, code: "123456" }),
  switchOffMySecondFactor: (client, { tenant }) => client.switchOffMySecondFactor({ password: tenant.password, code: "123456" }),
};

/** Operations about sign-in that an API key may call, and why. */
const allowed: Readonly<Record<string, string>> = {
  revokeApiKey: "ends a credential and creates none",
  exportUsers: "reads users",
  replaceUserAvailability: "decides which records rules assign, not who signs in",
  createTeam: "a team is no credential",
  createFormToken: "a token of one form on a web page, which is no sign-in",
  rotateWebhookEndpointSecret: "the secret signs what is sent, and opens nothing",
};

const isAboutSignIn = ({ path, name }: Operation): boolean =>
  /^\/(?:users|api-keys|auth|tenant|roles|me\/second-factor)(?:\/|$)/.test(path) ||
  /password|session|second.?factor|api.?key|invite|token|secret|credential/i.test(name);

/** The status of a call, or of the first item of a batch. */
async function statusOf(call: Promise<unknown>): Promise<number> {
  const answer = await call.catch((error: { status?: number }) => error);
  const { status, data } = answer as { status: number; data?: { results?: { status: number }[] } };
  return data?.results?.[0]?.status ?? status;
}

describe("operations about sign-in", () => {
  it("declare whether they need a user who has signed in", () => {
    const open = operations.filter((operation) => operation.access !== "public" && operation.sessionRule === undefined);
    const undeclared = open.filter((operation) => isAboutSignIn(operation) && !isRead(operation)).map(({ name }) => name);
    expect(undeclared.filter((name) => !(name in allowed))).toEqual([]);
    const declared = operations.filter(({ sessionRule }) => sessionRule !== undefined).map(({ name }) => name);
    expect(declared.sort()).toEqual(Object.keys({ ...refusedCalls, ...callsWithCode }).sort());
    expect(operations.filter(({ access, sessionRule }) => access === "public" && sessionRule !== undefined)).toEqual([]);
  });

  it.each(Object.entries(refusedCalls))(
    "%s refuses an API key of the role ADMIN, and takes an administrator",
    async (_, calls) => {
      for (const call of calls) {
        const world = await buildWorld();
        expect(await statusOf(call(world.key, world))).toBe(403);
        expect(await statusOf(call(world.tenant.admin, world))).toBeLessThan(300);
      }
    },
  );

  it.each(Object.entries(callsWithCode))("%s refuses an API key", async (_, call) => {
    const world = await buildWorld();
    expect(await statusOf(call(world.key, world))).toBe(403);
    expect(await statusOf(call(world.tenant.admin, world))).toBe(409);
  });
});

it("an API key provisions users, contains a leak, and changes what decides about no sign-in", async () => {
  const { key, keyId, rep, admin } = await buildWorld();
  const { data: created } = await allowAnyInput(key).createUser(newUser({ role: "MANAGER" }));
  await key.updateUser({ id: created.id, role: "DIRECTOR", email: `x.${created.email}` });
  await key.updateUser({ id: admin.id, department: "Board" });
  await key.revokeUserSessions({ id: rep.id });
  await setStatus(key, rep.id, "SUSPENDED");
  await key.deleteUser({ id: rep.id });
  await key.restoreUser({ id: rep.id });
  await key.updateTenant({ name: "Renamed", settings: { currency: "EUR", second_factor_required_for: [] } });
  await expect(key.revokeApiKey({ id: keyId })).resolves.toMatchObject({ status: 200 });
});

it("the error names the rule and what to do, and the document names the cases", async () => {
  const { key, admin } = await buildWorld();
  const call = setStatus(key, admin.id, "SUSPENDED");
  await expect(call).rejects.toThrow("FORBIDDEN: Sign in as a user: API keys and workflows cannot give or take the role ADMIN,");
  const { paths } = buildOpenApiDocument(operations, "http://127.0.0.1") as {
    paths: Record<string, Record<string, { description: string }>>;
  };
  expect(paths["/api/v1/api-keys"]?.post?.description).toMatch(/Only for users who have signed in, not for API keys\.$/);
  expect(paths["/api/v1/tenant"]?.patch?.description).toMatch(
    /not for API keys, if the request changes `second_factor_required_for`\.$/,
  );
});

it("a workflow cannot do it either, with an administrator as its owner or as the system", async () => {
  const { tenant, admin, rep } = await buildWorld();
  const system = systemContext(app.ports, tenant.id, "test");
  const owner = await runIn(system, () => buildActorContext(tenant.userId, { authority: "reader", request: "wfe_test" }));
  const input = { id: admin.id, status: "SUSPENDED" };
  for (const context of [system, owner]) {
    if (!context) throw new Error("The owner can sign in");
    const run = (name: string, fields: object) => runIn(context, () => createOperations().run(name, { ...fields }));
    await expect(run("setUserStatus", input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(run("removeUserSecondFactor", { id: admin.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(run("setUserStatus", { ...input, id: rep.id })).resolves.toMatchObject({ status: "SUSPENDED" });
  }
});
