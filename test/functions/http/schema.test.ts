import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** What /schema returns to each caller; test/invariants/registry/schema.test.ts checks that it matches a running app. */
let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const field = { entity_type: "lead", field_label: "Tier", field_type: "picklist" } as const;
  const picklist_values = [{ code: "gold", label: "Gold" }];
  await tenant.admin.createCustomField({ ...field, field_name: "tier", picklist_values, is_required: true, is_filterable: true });
  await tenant.admin.createCustomField({
    ...field,
    field_name: "margin",
    picklist_values,
    visible_to: ["ADMIN"],
    is_filterable: true,
  });
  await tenant.admin.createCustomField({ ...field, field_name: "grade", picklist_values, editable_by: ["ADMIN"] });
  app.setClock({ advance: 5 * 60_000 });
  await app.settle();
});
afterAll(() => app.stop());

const readLeadSchema = async ({ getSchema }: Tenant["admin"]) => {
  const { data } = await getSchema({ kind: "lead" });
  expect(data.kinds.map(({ kind }) => kind)).toEqual(["lead"]);
  return data.kinds[0] as (typeof data.kinds)[number];
};
const listCustomFields = async (client: Tenant["admin"]) => (await readLeadSchema(client)).fields.filter(({ custom }) => custom);

describe("/schema", () => {
  it("names lists of related records, choices of fields and usual words in the words of forms", async () => {
    const { data } = await tenant.admin.getSchema();
    const related = data.kinds.flatMap(({ related: lists }) => lists.map(({ label }) => label));
    expect(related.filter((label) => label.includes("("))).toEqual([]);
    expect(related).toEqual(expect.arrayContaining(["All versions", "Child customers", "Direct reports", "All notes"]));
    const person = data.kinds.find(({ kind }) => kind === "person");
    const addresses = person?.fields.find(({ name }) => name === "addresses");
    expect(addresses?.fields?.find(({ name }) => name === "type")).toMatchObject({
      type: "choice",
      choices: expect.arrayContaining([{ code: "home", name: "Home address" }]),
    });
    const { data: masters } = await tenant.admin.listMasterKinds();
    const stages = masters.find(({ path }) => path.endsWith("/opportunity-stages"));
    const choices = stages?.fields.find(({ name }) => name === "required_fields")?.choices ?? [];
    expect(choices.filter(({ name }) => / id$/.test(name))).toEqual([]);
    expect(choices).toContainEqual({ code: "territory_id", name: "Territory" });
  });

  it("contains the custom fields that the caller sees, and whether they may edit them", async () => {
    expect((await listCustomFields(tenant.admin)).map(({ name }) => name)).toEqual([
      "custom_fields.tier",
      "custom_fields.margin",
      "custom_fields.grade",
    ]);
    expect(await listCustomFields(rep.client)).toMatchObject([
      { name: "custom_fields.tier", type: "choice", required: true, editable: true, choices: [{ code: "gold", name: "Gold" }] },
      { name: "custom_fields.grade", read_only: true, creatable: false, editable: false },
    ]);
    expect(await listCustomFields((await signUp(app)).admin)).toEqual([]);
  });

  it("names the custom fields that can be filtered", async () => {
    const listNestedFilters = async (client: Tenant["admin"]) =>
      (await readLeadSchema(client)).filters.filter(({ name }) => name.includes("."));
    expect(await listNestedFilters(tenant.admin)).toHaveLength(3);
    expect(await listNestedFilters(rep.client)).toMatchObject([
      { name: "custom_fields.tier", plain: true },
      { name: "custom_fields.grade" },
    ]);
    await expect(rep.client.listLeads({ paths: { "custom_fields.tier": "gold" } })).resolves.toMatchObject({ status: 200 });
  });

  it("describes title, board and stages of a lead with the values of the tenant", async () => {
    await tenant.admin.createMaster({ kind: "lead-statuses", name: "Asleep", color: "#112233" });
    const { title, board, fields } = await readLeadSchema(rep.client);
    expect([title, board]).toEqual([
      "{display_name}",
      {
        field: "lead_status_id",
        master: "lead_statuses",
        moves: [{ action: "setLeadStatus" }],
        exits: ["disqualified"],
        sum: "budget",
        open: { is_converted: { eq: false } },
        currency_field: "currency",
      },
    ]);
    const status = fields.find(({ name }) => name === board?.field);
    expect(status?.choices?.map(({ code }) => code)).toEqual(["new", "contacted", "qualified", "asleep", "disqualified"]);
    expect(fields.find(({ name }) => name === "country_id")).toMatchObject({ master: "countries", type: "master" });
    expect(fields.find(({ name }) => name === "country_id")?.choices).toBeUndefined();
  });

  it("names the requests that close an opportunity beside the one that moves it, and the list of a calendar's entries", async () => {
    const [opportunity] = (await rep.client.getSchema({ kind: "opportunity" })).data.kinds;
    expect(opportunity?.board?.moves).toEqual([
      { to: "closed_won", action: "winOpportunity" },
      { to: "closed_lost", action: "loseOpportunity" },
      { action: "moveOpportunity" },
    ]);
    const [activity] = (await rep.client.getSchema({ kind: "activity" })).data.kinds;
    expect(activity?.calendar).toEqual({ start: "start_datetime", end: "end_datetime", path: "/api/v1/activities/calendar" });
  });

  it("of a suspended tenant contains read operations only", async () => {
    const freshTenant = await signUp(app);
    await runIn(systemContext(app.ports, freshTenant.id, "test"), () => Tenants.setStatus({ status: "SUSPENDED" }));
    const { operations, actions } = await readLeadSchema(freshTenant.admin);
    expect([operations, actions]).toEqual([["list", "query", "read", "export"], []]);
  });

  it("has the names of fields and fixed choices alone, if a client asks for no more", async () => {
    const [whole] = (await rep.client.getSchema({ kind: "lead" })).data.kinds;
    const [names] = (await rep.client.getSchema({ kind: "lead", part: "names" })).data.kinds;
    const listNames = (kind: typeof whole) => kind?.fields.map(({ name, label }) => [name, label]);
    expect(listNames(names)).toEqual(listNames(whole));
    expect(names?.fields.filter(({ master, choices }) => master === undefined && choices).length).toBeGreaterThan(0);
    expect(names?.fields.some(({ help, fields }) => help !== undefined || fields !== undefined)).toBe(false);
    expect([names?.label, names?.filters, names?.tabs, names?.actions, names?.layout.sections]).toEqual([
      whole?.label,
      [],
      [],
      [],
      [],
    ]);
    expect(JSON.stringify(names).length * 4).toBeLessThan(JSON.stringify(whole).length);
    await expect(rep.client.getSchema({ kind: "lead", part: "labels" })).rejects.toMatchObject({ status: 400 });
  });

  it("rejects unknown kinds", async () => {
    await expect(rep.client.getSchema({ kind: "unicorn" })).rejects.toMatchObject({ status: 400 });
  });
});
