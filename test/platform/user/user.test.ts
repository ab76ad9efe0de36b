import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { userInput } from "./input.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const buildInput = (more: Record<string, unknown> = {}) => userInput(tenant, more);

const create = async (more: Record<string, unknown> = {}) => (await tenant.admin.createUser(buildInput(more))).data;
const login = (email: string) =>
  createClient(inProcessTransport(app)).login({ email, password: PASSWORD, tenant_slug: tenant.slug });

const privateValues = {
  phone_number: "+49 30 1234567",
  gender: "FEMALE",
  date_of_birth: "1980-12-09",
  preferences: { theme: "dark" },
};

describe("creating a user", () => {
  it("stores the given values, and defaults for the rest", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "North" });
    const manager = await addUser(app, tenant, "MANAGER");
    const { status, data, headers } = await tenant.admin.createUser(
      buildInput({ role: "sales_rep", department: "Sales", team_id: team.id, manager_id: manager.id, ...privateValues }),
    );
    expect(status).toBe(201);
    expect(headers.etag).toMatch(/^"1\./);
    expect(data).toMatchObject({
      ...privateValues,
      role: "SALES_REP",
      extra_roles: [],
      status: "ACTIVE",
      department: "Sales",
      team_id: team.id,
      manager_id: manager.id,
      last_login_at: null,
      created_by: tenant.userId,
    });
    expect(data.links).toEqual({
      self: `/api/v1/users/${data.id}`,
      team: `/api/v1/teams/${team.id}`,
      manager: `/api/v1/users/${manager.id}`,
    });
  });

  it.each([
    ["email", { email: "unknown" }],
    ["email", { email: undefined }],
    ["first_name", { first_name: "x".repeat(51) }],
    ["last_name", { last_name: "x".repeat(51) }],
    ["role", { role: "KING" }],
    ["role", { role: undefined }],
    ["extra_roles[0]", { extra_roles: ["KING"] }],
    ["department", { department: "x".repeat(101) }],
    ["team_id", { team_id: "tea_x" }],
    ["team_id", { team_id: "tea_000000000000000000" }],
    ["manager_id", { manager_id: "usr_000000000000000000" }],
    ["phone_number", { phone_number: "123456789" }],
    ["phone_number", { phone_number: "123456789012345678901" }],
    ["phone_number", { phone_number: "call me 1234567890" }],
    ["phone_number", { phone_number: "030+1234567890" }],
    ["gender", { gender: "YES" }],
    ["date_of_birth", { date_of_birth: "1980-02-30" }],
    ["date_of_birth", { date_of_birth: "09.12.1980" }],
    ["preferences", { preferences: { long: "x".repeat(9000) } }],
    ["password", { password: "short" }],
    ["password", { password: "Hopper-1906-x" }],
    ["nickname", { nickname: "Amazing" }],
  ])("rejects an invalid field %s", async (field, more) => {
    const request = tenant.admin.createUser(buildInput(more));
    await expect(request).rejects.toMatchObject({ status: 400, code: "VALIDATION_ERROR", details: [{ field }] });
  });

  it.each(["+491234567890", "(030) 123-456-78", "12345678901234567890"])("accepts the phone number %s", async (phone_number) => {
    expect((await create({ phone_number })).phone_number).toBe(phone_number);
  });

  it("rejects users under 18, by the date in the tenant's time zone", async () => {
    const east = await signUp(app, { timezone: "Pacific/Kiritimati" });
    const west = await signUp(app, { timezone: "Pacific/Pago_Pago" });
    // 22:30 UTC on 14 June is the 15th in Kiritimati and the 14th in Pago Pago.
    app.setClock({ now: "2031-06-14T22:30:00Z" });
    for (const [where, birthDate, allowed] of [
      [east, "2013-06-15", true],
      [east, "2013-06-16", false],
      [west, "2013-06-15", false],
      [west, "2013-06-14", true],
    ] as const) {
      const { data } = await createClient(inProcessTransport(app)).login({ email: where.email, password: where.password });
      const admin = createClient(inProcessTransport(app, data.access_token));
      const attempt = admin.createUser(buildInput({ date_of_birth: birthDate }));
      if (allowed) await expect(attempt).resolves.toMatchObject({ status: 201 });
      else await expect(attempt).rejects.toMatchObject({ status: 400, details: [{ field: "date_of_birth" }] });
    }
  });

  it("gives an email to one of ten concurrent requests, in any spelling", async () => {
    const email = `only@${tenant.slug}.example`;
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => tenant.admin.createUser(buildInput({ email: n % 2 ? email : email.toUpperCase() }))),
    );
    const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(reasons).toHaveLength(9);
    for (const reason of reasons) expect(reason).toMatchObject({ status: 409, code: "CONFLICT", details: [{ field: "email" }] });
    await app.settle();
    expect((await tenant.admin.listUsers({ search: email })).meta.total).toBe(1);
  });

  it("returns the same response to a repeat with the same idempotency key, for each write", async () => {
    const body = buildInput();
    const first = await tenant.admin.createUser(body, { idempotencyKey: "user-1" });
    expect((await tenant.admin.createUser(body, { idempotencyKey: "user-1" })).data).toEqual(first.data);
    const { id } = first.data;
    for (const call of [
      () => tenant.admin.updateUser({ id, department: "Ops" }, { idempotencyKey: "user-2" }),
      () => tenant.admin.setUserStatus({ id, status: "SUSPENDED" }, { idempotencyKey: "user-3" }),
      () => tenant.admin.deleteUser({ id }, { idempotencyKey: "user-4" }),
      () => tenant.admin.restoreUser({ id }, { idempotencyKey: "user-5" }),
    ]) {
      const firstResponse = await call();
      expect((await call()).data).toEqual(firstResponse.data);
    }
    await expect(tenant.admin.createUser(buildInput(), { idempotencyKey: "user-1" })).rejects.toMatchObject({ status: 422 });
  });
});

describe("changing a user", () => {
  it("clears omitted fields with PUT, and leaves them with PATCH", async () => {
    const user = await create({ department: "Sales", extra_roles: ["ANALYST"], ...privateValues });
    const patched = await tenant.admin.updateUser({ id: user.id, department: null });
    expect(patched.data).toMatchObject({ ...privateValues, department: null, extra_roles: ["ANALYST"], version: 2 });
    const { email, first_name, last_name } = user;
    const replaced = await tenant.admin.replaceUser({ id: user.id, email, first_name, last_name, role: "USER" });
    expect(replaced.data).toMatchObject({ role: "USER", extra_roles: [], phone_number: null, date_of_birth: null, version: 3 });
    const missing = allowAnyInput(tenant.admin).replaceUser({ id: user.id, email, first_name, last_name });
    await expect(missing).rejects.toMatchObject({ status: 400, details: [{ field: "role" }] });
    await expect(tenant.admin.updateUser({ id: user.id, role: null })).rejects.toMatchObject({ status: 400 });
  });

  it("accepts its own GET response, even if a team or manager is gone", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "South" });
    const manager = await addUser(app, tenant, "MANAGER");
    const { id } = await create({ team_id: team.id, manager_id: manager.id, extra_roles: ["ANALYST"], ...privateValues });
    await tenant.admin.deleteTeam({ id: team.id });
    await tenant.admin.setUserStatus({ id: manager.id, status: "INACTIVE" });
    const { data: storedUser } = await tenant.admin.getUser({ id });
    const { data: replacedUser } = await tenant.admin.replaceUser(storedUser);
    expect(replacedUser).toEqual(storedUser);
    const otherUser = await create();
    await expect(tenant.admin.updateUser({ id: otherUser.id, team_id: team.id })).rejects.toMatchObject({
      details: [{ field: "team_id" }],
    });
    await expect(tenant.admin.updateUser({ id: otherUser.id, manager_id: manager.id })).rejects.toMatchObject({
      details: [{ field: "manager_id" }],
    });
  });

  it("rejects a stale version", async () => {
    const { id } = await create();
    await tenant.admin.updateUser({ id, department: "One" });
    const stale = tenant.admin.updateUser({ id, department: "Two" }, { ifMatch: '"1"' });
    await expect(stale).rejects.toMatchObject({ status: 412, details: [{ field: "department" }] });
  });

  it("changes the sign-in with the email, and frees the old one", async () => {
    const user = await create();
    const email = `moved.${user.email}`;
    await tenant.admin.updateUser({ id: user.id, email });
    await expect(login(user.email)).rejects.toMatchObject({ status: 401 });
    await expect(login(email)).resolves.toMatchObject({ data: { user: { id: user.id } } });
    await expect(tenant.admin.createUser(buildInput({ email: user.email }))).resolves.toMatchObject({ status: 201 });
    const duplicateUpdate = tenant.admin.updateUser({ id: user.id, email: user.email.toUpperCase() });
    await expect(duplicateUpdate).rejects.toMatchObject({ status: 409, details: [{ field: "email" }] });
    await expect(login(email)).resolves.toBeDefined();
  });

  it("rejects a circle of managers", async () => {
    const [first, second, third] = [await create(), await create(), await create()];
    await tenant.admin.updateUser({ id: second.id, manager_id: first.id });
    await tenant.admin.updateUser({ id: third.id, manager_id: second.id });
    for (const manager_id of [first.id, second.id, third.id]) {
      const circle = tenant.admin.updateUser({ id: first.id, manager_id });
      await expect(circle).rejects.toMatchObject({ status: 400, details: [{ field: "manager_id" }] });
    }
  });

  it("rejects users and teams of other tenants", async () => {
    const stranger = await signUp(app);
    const { data: team } = await stranger.admin.createTeam({ name: "Foreign" });
    const { id } = await create();
    await expect(tenant.admin.updateUser({ id, team_id: team.id })).rejects.toMatchObject({ details: [{ field: "team_id" }] });
    await expect(tenant.admin.updateUser({ id, manager_id: stranger.userId })).rejects.toMatchObject({
      details: [{ field: "manager_id" }],
    });
    for (const call of [
      () => stranger.admin.getUser({ id }),
      () => stranger.admin.updateUser({ id, department: "x" }),
      () => stranger.admin.deleteUser({ id }),
      () => stranger.admin.restoreUser({ id }),
      () => stranger.admin.setUserStatus({ id, status: "SUSPENDED" }),
      () => stranger.admin.inviteUser({ id }),
      () => stranger.admin.revokeUserSessions({ id }),
    ]) {
      await expect(call()).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
  });
});

describe("private fields", () => {
  it("are shown to administrators and the user only, in each response", async () => {
    const user = await addUser(app, tenant, "USER", privateValues);
    await tenant.admin.updateUser({ id: user.id, phone_number: "+49 30 7654321" });
    const expected = { ...privateValues, phone_number: "+49 30 7654321" };
    expect((await tenant.admin.getUser({ id: user.id })).data).toMatchObject(expected);
    expect((await user.client.getUser({ id: user.id })).data).toMatchObject(expected);
    expect((await user.client.me()).data).toMatchObject(expected);

    const director = await addUser(app, tenant, "DIRECTOR");
    const hidden = { phone_number: null, gender: null, date_of_birth: null, preferences: null };
    expect((await director.client.getUser({ id: user.id })).data).toMatchObject({ ...hidden, email: user.email });
    await app.settle();
    const seen = [
      await director.client.listUsers({ limit: 100 }),
      ...(await Promise.all(
        (
          await director.client.listAuditEntries({ limit: 100 })
        ).data
          .filter(({ record_id }) => record_id === user.id)
          .map(({ id }) => director.client.getAuditEntry({ id })),
      )),
    ].map((answer) => JSON.stringify(answer.data));
    expect(seen.length).toBeGreaterThan(2);
    for (const text of seen) expect(text).not.toMatch(/1234567|7654321|1980-12-09|FEMALE|dark/);
  });
});

describe("the list of users", () => {
  it("filters by status, role and team, alone and combined, and searches, with exact totals", async () => {
    const fresh = await signUp(app);
    const { data: team } = await fresh.admin.createTeam({ name: "East" });
    const make = async (more: Record<string, unknown>) => (await fresh.admin.createUser(userInput(fresh, more))).data;
    const users = [
      await make({ role: "SALES_REP", team_id: team.id, first_name: "Zora", last_name: "Neale" }),
      await make({ role: "SALES_REP", team_id: team.id, first_name: "Zoe", last_name: "Nash" }),
      await make({ role: "SALES_REP", first_name: "Ann", last_name: "Øster" }),
      await make({ role: "MANAGER", team_id: team.id, first_name: "Max", last_name: "Abel" }),
    ];
    await fresh.admin.setUserStatus({ id: users[1]?.id as string, status: "INACTIVE" });
    await fresh.admin.deleteUser({ id: (await make({ role: "SALES_REP", team_id: team.id })).id });
    await app.settle();
    const names = async (query: Parameters<typeof fresh.admin.listUsers>[0]) => {
      const { data, meta } = await fresh.admin.listUsers(query);
      return { names: data.map(({ first_name }) => first_name).sort(), total: meta.total };
    };
    expect(await names({})).toEqual({ names: ["Ada", "Ann", "Max", "Zoe", "Zora"], total: 5 });
    expect(await names({ role: "SALES_REP" })).toEqual({ names: ["Ann", "Zoe", "Zora"], total: 3 });
    expect(await names({ role: "sales_rep", team: team.id })).toEqual({ names: ["Zoe", "Zora"], total: 2 });
    expect(await names({ status: "INACTIVE" })).toEqual({ names: ["Zoe"], total: 1 });
    expect(await names({ status: "ACTIVE", role: "SALES_REP", team: team.id })).toEqual({ names: ["Zora"], total: 1 });
    expect(await names({ team: team.id })).toEqual({ names: ["Max", "Zoe", "Zora"], total: 3 });
    expect(await names({ search: "zo" })).toEqual({ names: ["Zoe", "Zora"], total: 2 });
    expect(await names({ search: "zo na" })).toEqual({ names: ["Zoe"], total: 1 });
    expect(await names({ search: "oster" })).toEqual({ names: ["Ann"], total: 1 });
    expect(await names({ search: fresh.slug, role: "MANAGER" })).toEqual({ names: ["Max"], total: 1 });
    expect((await names({ deleted: true })).total).toBe(1);
    const { data: sorted } = await fresh.admin.listUsers({ sort: "last_name", order: "asc" });
    expect(sorted.map(({ last_name }) => last_name)).toEqual(["Abel", "Admin", "Nash", "Neale", "Øster"]);
    for (const query of [{ role: "KING" }, { status: "x" }, { team: "x" }, { colour: "x" }]) {
      await expect(fresh.admin.listUsers(query)).rejects.toMatchObject({ details: [{ field: Object.keys(query)[0] }] });
    }
  });
});
