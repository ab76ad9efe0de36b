import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let ids: Record<string, string>;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  tenant = await signUp(app);
  ids = {};
  for (const name of ["West", "East", "Rest"])
    ids[name] = (await tenant.admin.createMaster({ kind: "territories", name, code: name.toLowerCase() })).data.id;
});

const kind = "territory_assignment";
async function publishRule(rules: readonly object[], otherwise: string | null = null) {
  const { data } = await allowAnyInput(tenant.admin).createRuleVersion({ kind, definition: { rules, otherwise } });
  return (await tenant.admin.publishRuleVersion({ kind, id: data.id })).data;
}
const west = { name: "Coast", territory: "west", when: { countries: ["us"], postal_codes: [{ from: "90000", to: "96199" }] } };
const east = { name: "Big", territory: "east", when: { min_employees: 51 } };
const createLead = async (more: Record<string, unknown> = {}) => (await tenant.admin.createLead(newLead(more))).data;
const createCustomer = async (more: object = {}) => (await tenant.admin.createCustomer({ name: "Navy", ...more })).data;

describe("a new record", () => {
  it("has no territory without a rule, and otherwise that of the first matching rule", async () => {
    expect(await createLead({ country_id: "us", postal_code: "94301" })).toMatchObject({
      territory_id: null,
      territory_rule: null,
    });
    const { id, number } = await publishRule([west, east], "rest");
    const buildRuleReference = (name: string | null) => ({ rule_id: id, number, name });
    const place = async (more: Record<string, unknown>) => {
      const { territory_id, territory_rule } = await createLead(more);
      return [territory_id, territory_rule];
    };
    expect(await place({ country_id: "us", postal_code: "94301-1234" })).toEqual([ids.West, buildRuleReference("Coast")]);
    expect(await place({ country_id: "de", postal_code: "94301" })).toEqual([ids.Rest, buildRuleReference(null)]);
    expect(await place({ employee_count: 51 })).toEqual([ids.East, buildRuleReference("Big")]);
    expect(await place({ company_size_id: "51_200_employees" })).toEqual([ids.East, buildRuleReference("Big")]);
    expect(await place({ company_size_id: "11_50_employees" })).toEqual([ids.Rest, buildRuleReference(null)]);
    expect(await place({ employee_count: 51, territory_id: "rest" })).toEqual([ids.Rest, null]);
    expect(await place({ employee_count: 51, territory_id: null })).toEqual([null, null]);
  });

  it("uses the billing address of a customer, and the territory of a lead for its assignment", async () => {
    await publishRule([west]);
    const customer = await createCustomer({ billing_country_id: "us", billing_postal_code: "94301" });
    expect(customer).toMatchObject({ territory_id: ids.West, territory_rule: { name: "Coast" }, version: 1 });
    expect(await createCustomer({ shipping_country_id: "us", shipping_postal_code: "94301" })).toMatchObject({
      territory_id: null,
    });
    await tenant.admin.updateTenant({ settings: { new_lead_owner: "rule" } });
    const rep = await addUser(app, tenant, "SALES_REP");
    const rules = [{ name: "W", when: { territories: ["west"] }, to: { method: "USER", user_ids: [rep.id] } }];
    const definition = { rules, otherwise: null };
    const { data } = await tenant.admin.createRuleVersion({ kind: "lead_assignment", definition });
    await tenant.admin.publishRuleVersion({ kind: "lead_assignment", id: data.id });
    expect(await createLead({ country_id: "us", postal_code: "94301" })).toMatchObject({
      territory_id: ids.West,
      owner_id: rep.id,
    });
  });

  it("shows the rule until a user sets another territory, and skips inactive territories", async () => {
    await publishRule([east], "rest");
    const { id } = await createLead({ employee_count: 60 });
    expect((await tenant.admin.updateLead({ id, company: "Yard" })).data.territory_rule).toMatchObject({ name: "Big" });
    expect((await tenant.admin.updateLead({ id, territory_id: "west" })).data).toMatchObject({
      territory_id: ids.West,
      territory_rule: null,
    });
    await tenant.admin.retireMaster({ kind: "territories", id: ids.East as string });
    expect(await createLead({ employee_count: 60 })).toMatchObject({ territory_id: ids.Rest, territory_rule: { name: null } });
  });

  it.each([
    ["definition.rules[0].territory", [{ ...east, territory: "nowhere" }]],
    ["definition.rules[0].when.countries[0]", [{ ...east, when: { countries: ["atlantis"] } }]],
    ["definition.rules[0].when.countries", [{ ...east, when: { postal_codes: ["94"] } }]],
    ["definition.rules[0].when.max_employees", [{ ...east, when: { min_employees: 5, max_employees: 4 } }]],
    ["definition.rules", [east, east]],
  ])("names the invalid field %s of a rule", async (field, rules) => {
    await expect(publishRule(rules)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("existing records", () => {
  it("are assigned in the background, by default only those without a territory, and can be undone", async () => {
    const [matchingLead, unmatchedLead] = [await createLead({ employee_count: 60 }), await createLead()];
    const westLead = await createLead({ employee_count: 60, territory_id: "west" });
    const { number } = await publishRule([east]);
    await app.settle();
    const territories = async () =>
      Promise.all(
        [matchingLead, unmatchedLead, westLead].map(async ({ id }) => (await tenant.admin.getLead({ id })).data.territory_id),
      );
    const { data: dry } = await tenant.admin.assignTerritories({ kind: "lead", query: {}, dry_run: true });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: dry.id })).data).toMatchObject({
      status: "completed",
      found: 3,
      done: 1,
      skipped: 2,
    });
    expect(await territories()).toEqual([null, null, ids.West]);
    const { data, status } = await tenant.admin.assignTerritories({ kind: "lead", query: {} });
    expect([status, data.fields]).toEqual([202, ["territory_id"]]);
    await app.settle();
    expect(await territories()).toEqual([ids.East, null, ids.West]);
    expect((await tenant.admin.getLead({ id: matchingLead.id })).data.territory_rule).toMatchObject({ number, name: "Big" });
    const { data: results } = await tenant.admin.listBulkChangeResults({ id: data.id, status: "done" });
    expect(results).toMatchObject([{ id: matchingLead.id, details: [{ field: "territory_id", message: "By the rule Big" }] }]);
    await tenant.admin.undoBulkChange({ id: data.id });
    await app.settle();
    expect(await territories()).toEqual([null, null, ids.West]);
    await tenant.admin.assignTerritories({ kind: "lead", ids: [matchingLead.id, westLead.id], overwrite: true });
    await app.settle();
    expect(await territories()).toEqual([ids.East, null, ids.East]);
  });

  it("include customers, and opportunities in the territory of their customer", async () => {
    const { id } = await createCustomer({ employee_count: 60 });
    const { data: deal } = await tenant.admin.createOpportunity({ name: "Fleet", customer_id: id, territory_id: null });
    await publishRule([east]);
    await app.settle();
    for (const kind of ["customer", "opportunity"] as const) await tenant.admin.assignTerritories({ kind, query: {} });
    await app.settle();
    expect((await tenant.admin.getCustomer({ id })).data).toMatchObject({
      territory_id: ids.East,
      territory_rule: { name: "Big" },
    });
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data.territory_id).toBe(ids.East);
  });

  it("are assigned by users with the permission, within their own tenant", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.assignTerritories({ kind: "lead", query: {} })).rejects.toMatchObject({ status: 403 });
    const request = tenant.admin.assignTerritories({ kind: "person", query: {} });
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "kind" }] });
    await expect(tenant.admin.assignTerritories({ kind: "lead" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "ids" }],
    });
  });
});

describe("the members of a territory", () => {
  it("are the active users of its teams", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    await tenant.admin.updateMaster({ kind: "territories", id: ids.West as string, manager_id: manager.id });
    const { data: team } = await tenant.admin.createTeam({ name: "Coast", territory_id: "west" });
    await tenant.admin.createTeam({ name: "Other" });
    const rep = await addUser(app, tenant, "SALES_REP", { team_id: team.id });
    await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateUser({ id: manager.id, team_id: team.id });
    const { data } = await tenant.admin.listTerritoryMembers({ id: ids.West as string });
    expect(data).toMatchObject({ territory_id: ids.West, manager_id: manager.id });
    expect(data.members.map(({ id, team_id, is_manager }) => [id, team_id, is_manager]).sort()).toEqual(
      [
        [manager.id, team.id, true],
        [rep.id, team.id, false],
      ].sort(),
    );
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.listTerritoryMembers({ id: ids.West as string })).rejects.toMatchObject({ status: 404 });
  });
});
