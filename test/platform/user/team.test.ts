import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createTerritory = async (name: string) => (await tenant.admin.createMaster({ kind: "territories", name })).data;

describe("a team", () => {
  it("has a name, a manager and a territory, by id or code", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const north = await createTerritory("Far North");
    const { status, data } = await tenant.admin.createTeam({ name: "North", manager_id: manager.id, territory_id: "far_north" });
    expect(status).toBe(201);
    expect(data).toMatchObject({ name: "North", manager_id: manager.id, territory_id: north.id, version: 1 });
    expect(data.links).toMatchObject({ self: `/api/v1/teams/${data.id}`, manager: `/api/v1/users/${manager.id}` });
    expect((await tenant.admin.getTeam({ id: data.id })).data).toEqual(data);
  });

  it.each([
    ["name", {}],
    ["name", { name: " " }],
    ["manager_id", { name: "x", manager_id: "usr_000000000000000000" }],
    ["territory_id", { name: "x", territory_id: "nowhere" }],
    ["members", { name: "x", members: [] }],
  ])("is rejected with the field %s", async (field, input) => {
    const request = allowAnyInput(tenant.admin).createTeam(input);
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("must have an active user of the tenant as manager", async () => {
    const [manager, stranger] = [await addUser(app, tenant, "MANAGER"), await signUp(app)];
    await tenant.admin.setUserStatus({ id: manager.id, status: "INACTIVE" });
    for (const manager_id of [manager.id, stranger.userId]) {
      const request = tenant.admin.createTeam({ name: "x", manager_id });
      await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "manager_id" }] });
    }
  });

  it("accepts its own GET response, even if its manager left and its territory is inactive", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const west = await createTerritory("Wild West");
    const { data: team } = await tenant.admin.createTeam({ name: "West", manager_id: manager.id, territory_id: west.id });
    await tenant.admin.deleteUser({ id: manager.id });
    await tenant.admin.updateMaster({ kind: "territories", id: west.id, is_active: false });
    const { data: storedTeam } = await tenant.admin.getTeam({ id: team.id });
    expect((await tenant.admin.replaceTeam(storedTeam)).data).toEqual(storedTeam);
    await expect(tenant.admin.createTeam({ name: "Other", territory_id: west.id })).rejects.toMatchObject({
      details: [{ field: "territory_id" }],
    });
  });

  it("is changed, replaced, deleted and restored, with versions", async () => {
    const { data: team } = await tenant.admin.createTeam({
      name: "South",
      territory_id: (await createTerritory("Deep South")).id,
    });
    const patched = await tenant.admin.updateTeam({ id: team.id, name: "South-East" }, { ifMatch: '"1"' });
    expect(patched.data).toMatchObject({ name: "South-East", territory_id: team.territory_id, version: 2 });
    const stale = tenant.admin.updateTeam({ id: team.id, name: "South-West" }, { ifMatch: '"1"' });
    await expect(stale).rejects.toMatchObject({ status: 412, details: [{ field: "name" }] });
    const replaced = await tenant.admin.replaceTeam({ id: team.id, name: "Southern" });
    expect(replaced.data).toMatchObject({ name: "Southern", territory_id: null });
    await tenant.admin.deleteTeam({ id: team.id });
    await expect(tenant.admin.getTeam({ id: team.id })).rejects.toMatchObject({ status: 404 });
    await tenant.admin.restoreTeam({ id: team.id });
    expect((await tenant.admin.getTeam({ id: team.id })).data.name).toBe("Southern");
  });

  it("is listed by name, searchable, and included in the master data lists", async () => {
    const fresh = await signUp(app);
    for (const name of ["Beta", "alpha", "Gamma Rays"]) await fresh.admin.createTeam({ name });
    await app.settle();
    const { data, meta } = await fresh.admin.listTeams({ sort: "name", order: "asc" });
    expect(data.map(({ name }) => name)).toEqual(["alpha", "Beta", "Gamma Rays"]);
    expect(meta.total).toBe(3);
    expect((await fresh.admin.listTeams({ search: "ray" })).data.map(({ name }) => name)).toEqual(["Gamma Rays"]);
    expect((await fresh.admin.listTeamsAsMasters({ sort: "name", order: "asc" })).data).toEqual(data);
  });

  it("is written by administrators and directors, and read by all users", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "Centre" });
    const director = await addUser(app, tenant, "DIRECTOR");
    await expect(director.client.updateTeam({ id: team.id, name: "Middle" })).resolves.toMatchObject({ status: 200 });
    for (const role of ["MANAGER", "SALES_REP", "USER"]) {
      const user = await addUser(app, tenant, role);
      await expect(user.client.getTeam({ id: team.id })).resolves.toMatchObject({ status: 200 });
      await expect(user.client.updateTeam({ id: team.id, name: "x" })).rejects.toMatchObject({ status: 403 });
      await expect(user.client.deleteTeam({ id: team.id })).rejects.toMatchObject({ status: 403 });
    }
    const stranger = await signUp(app);
    await expect(stranger.admin.getTeam({ id: team.id })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.admin.deleteTeam({ id: team.id })).rejects.toMatchObject({ status: 404 });
  });
});
