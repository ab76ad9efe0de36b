import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let teammate: TestUser;
let otherUser: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const { data: team } = await tenant.admin.createTeam({ name: "North" });
  const [repTeam, mates] = [{ team_id: team.id }, { team_id: team.id }];
  [rep, teammate, otherUser] = [
    await addUser(app, tenant, "SALES_REP", repTeam),
    await addUser(app, tenant, "SALES_REP", mates),
    await addUser(app, tenant, "SALES_REP"),
  ];
});
afterAll(() => app.stop());

const query = {
  where: { or: [{ company: { prefix: "nav" } }, { lead_source_id: "web" }] },
  sort: "created_at",
  order: "asc" as const,
};
const createView = async (as: TestUser["client"], more: object = {}) =>
  (await allowAnyInput(as).createView({ kind: "lead", name: "Navy", query, ...more })).data;
const listNames = async (as: TestUser["client"], input: object = {}) =>
  (await allowAnyInput(as).listViews(input)).data.map(({ name }) => name).sort();

describe("a view", () => {
  it("contains a query of its kind", async () => {
    const view = await createView(rep.client);
    const { data: lead } = await rep.client.createLead(newLead({ company: "Navy Yard" }));
    await rep.client.createLead(newLead({ company: "Elsewhere" }));
    expect(view.links.query).toBe("/api/v1/leads/query");
    const { query: storedQuery } = (await rep.client.getView({ id: view.id })).data;
    expect((await allowAnyInput(rep.client).queryLeads(storedQuery)).data.map(({ id }) => id)).toEqual([lead.id]);
  });

  it("is visible to its owner, team or all users as shared, also in counts, and changed by its owner only", async () => {
    await createView(rep.client, { name: "For the team", sharing: "TEAM" });
    const shared = await createView(rep.client, { name: "For all", sharing: "EVERYONE" });
    await app.settle();
    expect(await listNames(rep.client)).toEqual(["For all", "For the team", "Navy"]);
    expect(await listNames(teammate.client)).toEqual(["For all", "For the team"]);
    expect(await listNames(otherUser.client, { kind: "lead" })).toEqual(["For all"]);
    expect(await listNames(otherUser.client, { kind: "person" })).toEqual([]);
    // Administrators do not see other users' views either, because they contain no data of the tenant.
    expect((await tenant.admin.listViews()).meta.total).toBe(1);
    expect((await otherUser.client.listViews({ limit: 1 })).meta.total).toBe(1);
    await expect(otherUser.client.updateView({ id: shared.id, name: "Mine" })).rejects.toMatchObject({ status: 403 });
    await expect(
      allowAnyInput(otherUser.client).createView({ kind: "lead", name: "x", query, sharing: "TEAM" }),
    ).rejects.toMatchObject({
      details: [{ field: "sharing" }],
    });
    await rep.client.updateView({ id: shared.id, sharing: "PRIVATE" });
    await expect(otherUser.client.getView({ id: shared.id })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [{ where: { colour: { eq: "red" } } }, "query.where.colour.eq"],
    [{ where: { company: { gt: { x: 1 } } } }, "query.where.company.gt"],
    [{ where: { lead_source_id: "nowhere" } }, "query.where.lead_source_id"],
    [{ sort: "colour" }, "query.sort"],
    [{ fields: "company,colour" }, "query.fields"],
    [{ page: 2 }, "query.page"],
  ])("of %j is rejected like by the list", async (invalidQuery, field) => {
    await expect(
      allowAnyInput(rep.client).createView({ kind: "lead", name: "Wrong", query: invalidQuery }),
    ).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("can be a user's default as long as the user sees it", async () => {
    const view = await createView(rep.client, { name: "Mine", sharing: "EVERYONE" });
    const persons = await createView(otherUser.client, { kind: "person", query: {} });
    await Promise.all([otherUser.client.setDefaultView({ id: view.id }), otherUser.client.setDefaultView({ id: persons.id })]);
    expect((await otherUser.client.getViewDefaults()).data.views).toEqual({ lead: view.id, person: persons.id });
    expect((await rep.client.getViewDefaults()).data.views).toEqual({});
    await rep.client.updateView({ id: view.id, sharing: "PRIVATE" });
    expect((await otherUser.client.getViewDefaults()).data.views).toEqual({ person: persons.id });
    await otherUser.client.clearDefaultView({ id: persons.id });
    expect((await otherUser.client.getViewDefaults()).data.views).toEqual({});
    await expect(otherUser.client.setDefaultView({ id: view.id })).rejects.toMatchObject({ status: 404 });
  });

  it("can be the default of roles, which counts after that of the user and before that of the tenant", async () => {
    const kind = "customer";
    const share = { kind, query: {}, sharing: "EVERYONE" };
    const [forReps, forAll] = [await createView(rep.client, share), await createView(tenant.admin, share)];
    await tenant.admin.replaceRoleDefaultView({ id: forAll.id, roles: ["SALES_REP"], all_roles: true });
    await tenant.admin.replaceRoleDefaultView({ id: forReps.id, roles: ["SALES_REP"] });
    expect((await tenant.admin.getRoleDefaultView({ id: forAll.id })).data).toEqual({ roles: [], all_roles: true });
    const readDefault = async ({ client }: { client: TestUser["client"] } = otherUser) => {
      const { views, sources } = (await client.getViewDefaults()).data;
      return [views[kind], sources[kind]];
    };
    expect(await readDefault()).toEqual([forReps.id, "role"]);
    expect(await readDefault({ client: tenant.admin })).toEqual([forAll.id, "tenant"]);
    await otherUser.client.setDefaultView({ id: forAll.id });
    expect(await readDefault()).toEqual([forAll.id, "user"]);
    const { data: cleared } = await otherUser.client.clearDefaultView({ id: forAll.id });
    expect(cleared.sources[kind]).toBe("role");
    // The owner still sees the view, but it is no longer one for the role.
    await rep.client.updateView({ id: forReps.id, sharing: "PRIVATE" });
    expect(await readDefault(rep)).toEqual([forAll.id, "tenant"]);
    await tenant.admin.deleteView({ id: forAll.id });
    expect(await readDefault()).toEqual([undefined, undefined]);
  });

  it("can be the default of roles only if everyone sees it and an administrator says so", async () => {
    const shared = await createView(rep.client, { sharing: "EVERYONE" });
    const own = await createView(tenant.admin);
    await expect(tenant.admin.replaceRoleDefaultView({ id: own.id, roles: ["MANAGER"] })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "roles", message: expect.stringContaining("set its sharing to EVERYONE") }],
    });
    await expect(tenant.admin.replaceRoleDefaultView({ id: own.id, all_roles: true })).rejects.toMatchObject({
      details: [{ field: "all_roles" }],
    });
    await expect(rep.client.replaceRoleDefaultView({ id: shared.id, roles: ["MANAGER"] })).rejects.toMatchObject({ status: 403 });
  });
});
