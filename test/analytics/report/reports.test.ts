import { frequentReports } from "@crm/console/pages/analytics/report/frequent-reports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let other: TestUser;
let customers: string[];

type Input = Parameters<Tenant["admin"]["previewReport"]>[0]["definition"];
const preview = async (as: TestUser["client"], definition: object) =>
  (await as.previewReport({ definition: definition as Input })).data;
const count = { as: "n", do: "count" };

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { timezone: "Europe/Berlin", currency: "EUR" });
  [rep, other] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
  const { admin } = tenant;
  await admin.createExchangeRate({ from: "USD", to: "EUR", date: "2026-01-01", rate: "0.5" });
  customers = [];
  for (const [user, name, industry_id] of [
    [rep, "Argo", "technology"],
    [rep, "Boreas", "healthcare"],
    [other, "Castor", "technology"],
  ] as const) {
    const { data } = await user.client.createCustomer({ name, customer_type: "business", industry_id });
    customers.push(data.id);
  }
  const opportunities = [
    [rep, 0, "100.00", "EUR"],
    [rep, 0, "30.00", "USD"],
    [rep, 1, "7.00", "GBP"],
    [other, 2, "1000.00", "EUR"],
  ] as const;
  for (const [user, customer, amount, currency] of opportunities)
    await user.client.createOpportunity({
      name: `${amount} ${currency}`,
      customer_id: customers[customer],
      owner_id: user.id,
      amount,
      currency,
      close_date: "2026-11-30",
    });
  await app.settle();
});
afterAll(() => app.stop());

describe("a preview", () => {
  const definition = {
    kind: "opportunity",
    group_by: [{ field: "customer.industry_id" }],
    measures: [count, { as: "value", do: "sum", field: "amount" }, { as: "part", do: "share", field: "amount" }],
    sort: [{ by: "value", order: "desc" }],
  };

  it("groups the records that the reader sees, by fields of related records, in the currency of the tenant", async () => {
    const seen = await preview(rep.client, definition);
    expect(seen).toMatchObject({
      totals: { n: 3, value: "115.00", part: 100 },
      row_count: 2,
      status: "ready",
      is_partial: false,
      unconverted: [{ currency: "GBP", rows: 1 }],
    });
    expect(seen.rows.map(({ n, value, part }) => [n, value, part])).toEqual([
      [2, "115.00", 100],
      [1, "0.00", 0],
    ]);
    expect((await preview(tenant.admin, definition)).totals).toMatchObject({ n: 4, value: "1115.00" });
  });

  it.each(Object.entries(frequentReports))("answers the frequent report about the kind %s", async (kind, report) => {
    const { definition } = await preview(tenant.admin, { kind, ...report });
    expect(definition).toMatchObject({ group_by: report.group_by, measures: report.measures });
  });

  it("has groups of records in the order of their names", async () => {
    const { admin } = await signUp(app);
    const names = new Map<unknown, string>();
    for (const name of ["Zephyr", "argo", "Mistral"]) {
      const customer_id = (await admin.createCustomer({ name })).data.id;
      names.set(customer_id, name);
      await admin.createOpportunity({ name: "Fleet", customer_id });
    }
    await app.settle();
    const listNames = async (more: object = {}) =>
      (await preview(admin, { kind: "opportunity", group_by: [{ field: "customer_id" }], measures: [count], ...more })).rows.map(
        ({ customer_id }) => names.get(customer_id),
      );
    expect(await listNames()).toEqual(["argo", "Mistral", "Zephyr"]);
    expect(await listNames({ sort: [{ by: "customer_id", order: "desc" }] })).toEqual(["Zephyr", "Mistral", "argo"]);
    expect(await listNames({ sort: [{ by: "n", order: "desc" }] })).toEqual(["argo", "Mistral", "Zephyr"]);
  });

  it("has columns and conditions of related records", async () => {
    const rows = await preview(tenant.admin, {
      kind: "opportunity",
      columns: ["name", "customer.name", "amount"],
      where: {
        and: [{ amount: { gte: 30 } }],
        or: [{ "customer.name": { prefix: "arg" } }, { "customer.industry_id": "healthcare" }],
      },
      sort: [{ by: "amount", order: "desc" }],
    });
    expect(rows.rows.map(({ id: _id, ...row }) => row)).toEqual([
      { name: "100.00 EUR", "customer.name": "Argo", amount: "100.00" },
      { name: "30.00 USD", "customer.name": "Argo", amount: "30.00" },
    ]);
    expect(rows.totals).toBeNull();
  });

  it("finds records with and without records that name them", async () => {
    const named = async (has: boolean, where?: object) =>
      (
        await preview(tenant.admin, {
          kind: "customer",
          columns: ["name"],
          with: [{ tab: "opportunity", has, ...(where ? { where } : {}) }],
          sort: [{ by: "name" }],
        })
      ).rows.map(({ name }) => name);
    expect(await named(true)).toEqual(["Argo", "Boreas", "Castor"]);
    expect(await named(false)).toEqual([]);
    expect(await named(true, { amount: { gte: 1000 } })).toEqual(["Castor"]);
    expect(await named(false, { amount: { gte: 1000 }, created_at: "today" })).toEqual(["Argo", "Boreas"]);
    // The reader does not see the opportunity of another owner.
    const mine = await preview(rep.client, {
      kind: "customer",
      measures: [count],
      with: [{ tab: "opportunity", where: { amount: { gte: 1000 } } }],
    });
    expect(mine.totals).toEqual({ n: 0 });
  });

  it.each([
    [{ kind: "export", columns: ["id"] }, "definition.kind"],
    [{ kind: "lead", columns: ["colour"] }, "definition.columns[0]"],
    [{ kind: "lead", columns: ["company"], where: { colour: "red" } }, "definition.where.colour"],
    [{ kind: "lead", columns: ["company"], where: { lead_source_id: "nowhere" } }, "definition.where.lead_source_id"],
    [{ kind: "opportunity", columns: ["name"], where: { "customer.colour": 1 } }, "definition.where.customer.colour"],
    [{ kind: "lead", measures: [{ ...count, where: { company: { gt: 1 } } }] }, "definition.measures[0].where.company.gt"],
    [{ kind: "lead", columns: ["company"], with: [{ tab: "product" }] }, "definition.with[0].tab"],
    [{ kind: "customer", columns: ["name"], with: [{ tab: "opportunity.lead_id" }] }, "definition.with[0].tab"],
    [{ kind: "customer", columns: ["name"], with: [{ tab: "opportunity", where: { x: 1 } }] }, "definition.with[0].where.x"],
  ])("of %j is refused at %s", async (definition, field) => {
    await expect(preview(tenant.admin, definition)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("a stored report", () => {
  const definition = { name: "Leads by status", kind: "lead", group_by: [{ field: "lead_status_id" }], measures: [count] };
  const create = async (as: TestUser["client"], more: object = {}) => (await as.createReport({ ...definition, ...more })).data;

  it("shows its definition to users with whom it is shared, and to each of them the rows that they see", async () => {
    const shared = await create(rep.client, { visibility: "EVERYONE" });
    const own = await create(rep.client);
    await rep.client.createLead(newLead({ company: "Navy Yard" }));
    await other.client.createLead(newLead({ company: "Elsewhere" }));
    await other.client.createLead(newLead({ company: "Nowhere" }));
    await app.settle();
    const read = async (as: TestUser["client"]) => (await as.getReport({ id: shared.id })).data;
    expect((await read(rep.client)).totals).toEqual({ n: 1 });
    expect((await read(other.client)).totals).toEqual({ n: 2 });
    const all = await read(tenant.admin);
    const { name, kind, ...shown } = definition;
    expect(all).toMatchObject({ name, kind, visibility: "EVERYONE", totals: { n: 3 }, definition: shown });
    await expect(other.client.getReport({ id: own.id })).rejects.toMatchObject({ status: 404 });
    expect((await other.client.listReports()).data.map(({ id }) => id)).toEqual([shared.id]);
    await expect(other.client.replaceReport({ id: shared.id, ...definition })).rejects.toMatchObject({ status: 403 });
  });

  it("is replaced by what GET answers, deleted and restored by its owner only", async () => {
    const { id } = await create(rep.client);
    const { data } = await rep.client.getReport({ id });
    const { kind, visibility } = data;
    const input = { id, name: "Renamed", kind, visibility, ...data.definition };
    const { data: replaced } = await rep.client.replaceReport(input);
    expect(replaced).toMatchObject({ name: "Renamed", version: 2 });
    await rep.client.deleteReport({ id });
    await expect(rep.client.getReport({ id })).rejects.toMatchObject({ status: 404 });
    await rep.client.restoreReport({ id });
    expect((await rep.client.getReport({ id })).data).toMatchObject({ name: "Renamed", totals: data.totals });
  });

  it("is refused to readers who may not read its kind", async () => {
    const audit = { name: "Changes", kind: "audit", visibility: "EVERYONE", group_by: [] };
    const report = await create(tenant.admin, audit);
    expect((await tenant.admin.getReport({ id: report.id })).data.row_count).toBe(1);
    await expect(rep.client.getReport({ id: report.id })).rejects.toMatchObject({ status: 403 });
    await expect(create(rep.client, audit)).rejects.toMatchObject({ status: 403 });
  });

  it("answers 422 once a value of its conditions is gone", async () => {
    const { data: source } = await tenant.admin.createLeadSource({ name: "Fair", code: "fair" });
    const report = await create(rep.client, { where: { lead_source_id: "fair" } });
    await rep.client.getReport({ id: report.id });
    await tenant.admin.updateMaster({ kind: "lead-sources", id: source.id, is_active: false });
    await expect(rep.client.getReport({ id: report.id })).rejects.toMatchObject({ status: 422 });
  });
});

describe("a report over lines", () => {
  let sails: string;
  const lineSum = { as: "value", do: "sum", field: "total_price" };
  beforeAll(async () => {
    const { admin } = tenant;
    const makeProduct = async (name: string, family: string) => (await admin.createProduct({ name, family })).data.id;
    sails = await makeProduct("Sail", "Rig");
    const mast = await makeProduct("Mast", "Rig");
    const create = (user: TestUser, currency: string, products: object[]) =>
      user.client.createOpportunity({
        ...{ name: "Refit", customer_id: customers[user === rep ? 0 : 2], owner_id: user.id, currency, products },
      });
    await create(rep, "EUR", [
      { product_id: sails, quantity: "3", unit_price: "10" },
      { product_id: mast, unit_price: "100" },
      { name: "Varnish", unit_price: "5.50" },
    ]);
    await create(rep, "USD", [{ product_id: sails, quantity: "2", unit_price: "10", discount_percent: "10" }]);
    await create(other, "EUR", [{ product_id: mast, unit_price: "1000" }]);
    await app.settle();
  });

  it("has the fields of the line, of its opportunity and of its product, for the opportunities that the reader sees", async () => {
    const definition = {
      kind: "opportunity_line",
      group_by: [{ field: "product.family" }],
      measures: [
        count,
        lineSum,
        { as: "pieces", do: "sum", field: "quantity" },
        { as: "deals", do: "distinct", field: "opportunity_id" },
      ],
    };
    const seen = await preview(rep.client, definition);
    expect(seen.rows).toEqual([
      { "product.family": "Rig", n: 3, value: "139.00", pieces: 6, deals: 2 },
      { "product.family": null, n: 1, value: "5.50", pieces: 1, deals: 1 },
    ]);
    expect((await preview(tenant.admin, definition)).totals).toMatchObject({ n: 5, value: "1144.50", deals: 3 });
  });

  it("takes conditions on lines, products and opportunities, and columns of each", async () => {
    const definition = {
      kind: "opportunity_line",
      columns: ["name", "opportunity.currency", "product.name", "quantity", "total_price"],
      where: { product_id: sails, "opportunity.currency": "USD", quantity: { gte: 2 } },
    };
    const { rows } = await preview(tenant.admin, definition);
    expect(rows.map(({ id: _id, ...row }) => row)).toEqual([
      { name: "Sail", "opportunity.currency": "USD", "product.name": "Sail", quantity: "2", total_price: "18.00" },
    ]);
    const alternatives = { or: [{ "opportunity.currency": "USD" }, { "product.name": { prefix: "mas" } }] };
    expect((await preview(tenant.admin, { ...definition, where: alternatives })).rows).toHaveLength(3);
  });

  it("names wrong fields and conditions, and has no `with`", async () => {
    const refused = (more: object) =>
      preview(tenant.admin, { kind: "opportunity_line", measures: [count], ...more }).catch(({ details }) => details);
    expect(await refused({ where: { "opportunity.stage": "x" } })).toMatchObject([
      { field: expect.stringMatching(/^definition\.where/) },
    ]);
    expect(await refused({ where: { amount: 1 } })).toMatchObject([{ field: "definition.where.amount" }]);
    expect(await refused({ group_by: [{ field: "opportunity.customer.name" }] })).toMatchObject([
      { field: "definition.group_by[0].field" },
    ]);
    expect(await refused({ with: [{ tab: "activity" }] })).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: "definition.with" })]),
    );
  });
});

it("groups by master data in the order that the tenant gave it", async () => {
  const ids: string[] = [];
  for (const [name, sequence] of [
    ["Aisle", 901],
    ["Zone", 900],
  ] as const) {
    const { data: source } = await tenant.admin.createLeadSource({ name, code: name.toLowerCase(), sequence });
    ids.unshift(source.id);
    await tenant.admin.createLead(newLead({ lead_source_id: source.id }));
  }
  const groups = { kind: "lead", where: { lead_source_id: ids }, group_by: [{ field: "lead_source_id" }], measures: [count] };
  expect((await preview(tenant.admin, groups)).rows.map(({ lead_source_id }) => lead_source_id)).toEqual(ids);
});
