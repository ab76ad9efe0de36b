import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let marketer: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-04-15T12:00:00.000Z" });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  marketer = await addUser(app, tenant, "MARKETER");
  for (const [owner_id, amount] of [
    [rep.id, "100.00"],
    [tenant.userId, "30.00"],
  ] as const) {
    const customer = { name: `Acme ${amount}`, customer_type: "business", owner_id };
    const { data } = await tenant.admin.createCustomer(customer);
    const input = { name: "Boats", customer_id: data.id, owner_id, amount, close_date: "2027-04-20" };
    const { data: opportunity } = await tenant.admin.createOpportunity(input);
    await tenant.admin.winOpportunity({ id: opportunity.id });
  }
  await app.settle();
});
afterAll(() => app.stop());

it("has the value, trend and status of what each reader sees", async () => {
  const input = { name: "Won this month", figure: "bookings", target_type: "FIXED", target_value: "250", sharing: "EVERYONE" };
  const { data: kpi } = await tenant.admin.createKpi(input);
  const { data: all } = await tenant.admin.getKpi({ id: kpi.id });
  expect(all).toMatchObject({
    ...{ period: "2027-04", from: "2027-04-01", to: "2027-04-30", value: "130.00", target: "250.00" },
    ...{ percent: "52.00", gap: "120.00", expected: "125.00", status: "ON_TRACK", unit: "money" },
  });
  expect(all.trend).toHaveLength(12);
  expect(all.trend.slice(-2)).toMatchObject([
    { period: "2027-03", value: "0.00", target: "250.00" },
    { period: "2027-04", value: "130.00", target: "250.00" },
  ]);
  const { data: own } = await rep.client.getKpi({ id: kpi.id });
  expect([own.value, own.status]).toEqual(["100.00", "AT_RISK"]);
  await expect(rep.client.updateKpi({ id: kpi.id, name: "Mine" })).rejects.toMatchObject({ status: 403 });
  await tenant.admin.updateKpi({ id: kpi.id, direction: "LOWER", sharing: "PRIVATE" });
  expect((await tenant.admin.getKpi({ id: kpi.id })).data.status).toBe("AT_RISK");
  await expect(rep.client.getKpi({ id: kpi.id })).rejects.toMatchObject({ status: 404 });
  expect((await rep.client.listKpis({})).data).toEqual([]);
});

it("takes its target from the targets of its owner", async () => {
  await tenant.admin.createTarget({ figure: "bookings", user_id: rep.id, period: "2027-04", value: "80" });
  await tenant.admin.createTarget({ figure: "bookings", user_id: rep.id, period: "2027-06", value: "20" });
  const { data } = await rep.client.createKpi({
    name: "Quarter",
    figure: "bookings",
    user_id: rep.id,
    period_length: "quarter",
  });
  expect((await rep.client.getKpi({ id: data.id })).data).toMatchObject({
    ...{ period: "2027-Q2", value: "100.00", target: "100.00", percent: "100.00", status: "ON_TRACK" },
  });
});

it("has one point if the figure is of now, and no status without a target", async () => {
  const { data } = await rep.client.createKpi({ name: "Pipeline", figure: "open_opportunities" });
  expect((await rep.client.getKpi({ id: data.id })).data).toMatchObject({
    ...{ value: 0, target: null, status: null, trend: [{ period: "2027-04", value: 0, target: null }] },
  });
});

it("refuses targets that do not fit, and readers without the figure's permission", async () => {
  const create = (input: object) => rep.client.createKpi({ name: "Won", figure: "opportunities_won", ...input });
  for (const [input, field] of [
    [{ target_type: "FIXED" }, "target_value"],
    [{ target_value: "5" }, "target_value"],
    [{ target_type: "FIXED", target_value: "5.5" }, "target_value"],
    [{ target_type: "FIXED", target_value: "5", currency: "EUR" }, "currency"],
    [{ sharing: "TEAM" }, "sharing"],
  ] as const)
    await expect(create(input)).rejects.toMatchObject({ status: 400, details: [expect.objectContaining({ field })] });
  const { data } = await tenant.admin.createKpi({ name: "Open", figure: "tickets_resolved", sharing: "EVERYONE" });
  await expect(marketer.client.getKpi({ id: data.id })).rejects.toMatchObject({ status: 403 });
});
