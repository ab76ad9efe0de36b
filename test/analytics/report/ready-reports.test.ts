import { readyReportKeys } from "@crm/core/analytics/report/ready-reports.ts";
import { roles } from "@crm/core/kernel/permission.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** The reports that every tenant has. */
let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-04-15T12:00:00.000Z" });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const { admin } = tenant;
  for (const [name, owner_id, amounts] of [
    ["Acme", rep.id, ["100.00", "40.00"]],
    ["Boats", tenant.userId, ["30.00", "500.00"]],
    ["Quiet", tenant.userId, []],
  ] as const) {
    const customer = { name, customer_type: "business", status: "ACTIVE", owner_id };
    const { data } = await admin.createCustomer(customer);
    for (const [index, amount] of amounts.entries()) {
      const input = { name: "Deal", customer_id: data.id, owner_id, amount, close_date: "2027-05-01" };
      const { data: opportunity } = await admin.createOpportunity(input);
      if (index === 0) await admin.winOpportunity({ id: opportunity.id });
    }
    if (name === "Boats")
      await admin.createActivity({
        ...{ subject: "Call", activity_type_id: "call", related_to_type: "customer", related_to_id: data.id },
        start_datetime: "2027-04-20T09:00:00.000Z",
      });
  }
  await admin.createLead({ first_name: "Ada", last_name: "Lovelace", email: "ada@x.example", owner_id: rep.id });
  await app.settle();
});
afterAll(() => app.stop());

const read = async (client: Tenant["admin"], key: string) => (await client.getReadyReport({ key })).data;
const pickColumns = (rows: readonly Record<string, unknown>[], ...names: string[]) =>
  rows.map((row) => names.map((name) => row[name]));

it("are listed for each role, and each one listed can be read and stored", async () => {
  for (const role of roles) {
    const { client } = role === "ADMIN" ? { client: tenant.admin } : await addUser(app, tenant, role);
    const { reports } = (await client.listReadyReports({})).data;
    const keys = reports.map(({ key }) => key);
    expect([role, readyReportKeys.filter((key) => keys.includes(key))]).toEqual([role, keys]);
    for (const key of readyReportKeys) {
      if (!keys.includes(key)) await expect(read(client, key)).rejects.toMatchObject({ status: 403 });
      else expect(await read(client, key)).toMatchObject({ key, status: "ready", is_partial: false });
    }
  }
  const { reports } = (await tenant.admin.listReadyReports({})).data;
  expect(reports.map(({ key }) => key)).toEqual(readyReportKeys);
  for (const { key, name, kind, definition } of reports) {
    if (kind === null) continue;
    const { data: own } = await tenant.admin.createReport({ name, kind, ...definition });
    const { rows, totals } = (await tenant.admin.getReport({ id: own.id })).data;
    const ready = await read(tenant.admin, key);
    expect([key, rows, totals]).toEqual([key, ready.rows, ready.totals]);
  }
});

it("have the rows that the reader sees", async () => {
  const columns = ["customer.name", "records", "won_amount", "pipeline_value"];
  const company = await read(tenant.admin, "company_pipeline");
  expect(pickColumns(company.rows, ...columns)).toEqual([
    ["Boats", 2, "30.00", "500.00"],
    ["Acme", 2, "100.00", "40.00"],
  ]);
  expect(pickColumns((await read(rep.client, "company_pipeline")).rows, ...columns)).toEqual([["Acme", 2, "100.00", "40.00"]]);
  const won = await read(tenant.admin, "won_by_owner");
  expect(pickColumns(won.rows, "owner_id", "records", "won_amount")).toEqual([
    [rep.id, 1, "100.00"],
    [tenant.userId, 1, "30.00"],
  ]);
  const silent = await read(tenant.admin, "customers_without_activity");
  expect(pickColumns(silent.rows, "name")).toEqual([["Acme"], ["Quiet"]]);
  expect((await read(tenant.admin, "leads_by_source")).totals).toMatchObject({ records: 1 });
});

it("compare the active campaigns by their return", async () => {
  const { admin } = tenant;
  for (const [name, revenue] of [
    ["Low", "100.00"],
    ["High", "900.00"],
  ] as const) {
    const { data: campaign } = await admin.createCampaign({
      name,
      type: "EMAIL",
      start_date: "2027-01-01",
      other_cost: "50.00",
    });
    await admin.updateCampaign({ id: campaign.id, status: "IN_PROGRESS" });
    const customer_id = (await admin.createCustomer({ name: `Buyer of ${name}`, customer_type: "business" })).data.id;
    const input = { name, customer_id, amount: revenue, source_campaign_id: campaign.id };
    const { data: opportunity } = await admin.createOpportunity(input);
    await admin.winOpportunity({ id: opportunity.id });
  }
  await app.settle();
  const { rows } = await read(admin, "active_campaigns_by_roi");
  expect(pickColumns(rows, "name", "actual_cost", "revenue_generated", "roi")).toEqual([
    ["High", "50.00", "900.00", "1700.00"],
    ["Low", "50.00", "100.00", "100.00"],
  ]);
  const other = await signUp(app);
  expect((await read(other.admin, "active_campaigns_by_roi")).rows).toEqual([]);
});

it("answers 404 for another key", async () => {
  await expect(read(tenant.admin, "unknown")).rejects.toMatchObject({ status: 404 });
});
